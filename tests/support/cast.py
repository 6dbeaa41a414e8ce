"""The fixed cast: the people of the demo street, their places and roles, made by the services.

`raise_cast` builds 尚城名邸 (group 1 with plot 1, a station, a shop) and a second community for 陈静.
Sign somebody in with `bearer(cast.limei)`, which are headers for the test client, or
`sign_in_cookie(client, cast.zhaofang)` for pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from flask.testing import FlaskClient

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import create_community, create_place
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.passwords import hash_secret
from pointsvc.kernel.transaction import transact
from pointsvc.members.credentials import link_everything
from pointsvc.members.operators import create_operator
from pointsvc.members.rules import Door
from pointsvc.members.service import NewMember, register_members
from pointsvc.members.visits import open_visit
from pointsvc.organisation.service import create_group, grant_role, join_group, tend_place

PASSWORD = "lvse-zhanghu"
ZONE = "Asia/Shanghai"
ORIGIN = {"Origin": "http://localhost"}

PEOPLE = {
    "limei": ("李梅", "13800000001", Door("1", "1", "101")),
    "wangqiang": ("王强", "13800000002", Door("1", "1", "102")),
    "zhangdian": ("张店", "13800000003", Door("2", "1", "201")),
    "zhoumin": ("周敏", "13800000004", Door("2", "1", "202")),
    "zhaofang": ("赵芳", "13800000005", Door("3", "1", "301")),
    "sungang": ("孙岗", "13800000006", Door("3", "1", "302")),
    "hedu": ("何督", "13800000007", Door("4", "1", "401")),
    "liuyang": ("刘洋", "13800000008", Door("4", "1", "402")),
}


@dataclass(frozen=True)
class Person:
    """One of the cast; `community_id` is None for the operator."""

    id: UUID
    name: str
    phone: str
    community_id: UUID | None


@dataclass(frozen=True)
class Cast:
    """Everybody, and where they are."""

    community_id: UUID
    other_community_id: UUID
    group_id: UUID
    plot_id: UUID
    station_id: UUID
    shop_id: UUID
    other_plot_id: UUID
    limei: Person
    wangqiang: Person
    zhangdian: Person
    zhoumin: Person
    zhaofang: Person
    sungang: Person
    hedu: Person
    liuyang: Person
    heyun: Person
    chenjing: Person


def raise_cast(*, now: datetime | None = None, with_passwords: bool = False) -> Cast:
    """Build both communities in one transaction; call inside an app context.

    Passwords take an Argon2 check at sign-in; most tests want `bearer` instead and leave them out.
    """
    moment = now or clock.now()
    return transact(lambda: _raise(moment, with_passwords=with_passwords))


def bearer(person: Person) -> dict[str, str]:
    """Headers that sign the person in; no password is checked."""
    return {"Authorization": f"Bearer {token_of(person)}"}


def token_of(person: Person) -> str:
    """A fresh token of the person."""
    return transact(
        lambda: open_visit(
            subject_kind="operator" if person.community_id is None else "member",
            subject_id=person.id,
            community_id=person.community_id,
            agent="test",
            now=clock.now(),
        )
    ).token


def sign_in_cookie(client: FlaskClient, person: Person) -> None:
    """Let the client carry the person's cookie, as a browser does; posts need `ORIGIN` headers."""
    client.set_cookie("sign_in", token_of(person))


@cache
def password_hash() -> str:
    """The cast's password, hashed once for the whole run."""
    return hash_secret(PASSWORD)


def _raise(now: datetime, *, with_passwords: bool) -> Cast:
    home, abroad = new_id(), new_id()
    create_community(community_id=home, name="尚城名邸", zone=ZONE, now=now)
    create_community(community_id=abroad, name="余丁家园", zone=ZONE, now=now)
    people = _register(home, PEOPLE, now)
    people |= _register(abroad, {"chenjing": ("陈静", "13800000009", Door("1", "1", "101"))}, now)
    people["heyun"] = _operator(now)
    cast = Cast(
        community_id=home,
        other_community_id=abroad,
        group_id=new_id(),
        plot_id=_place(home, "plot", "1号田"),
        station_id=_place(home, "station", "1号投放点"),
        shop_id=_place(home, "shop", "积分超市"),
        other_plot_id=_place(abroad, "plot", "1号田"),
        **people,
    )
    _organise(cast, now)
    if with_passwords:
        for person in people.values():
            link_everything(phone=person.phone, password_hash=password_hash(), now=now)
    return cast


def _register(
    community_id: UUID, people: dict[str, tuple[str, str, Door]], now: datetime
) -> dict[str, Person]:
    registered = register_members(
        community_id=community_id,
        people=[
            NewMember(
                name,
                phone=phone,
                door=door,
                born_on=date(1960, 1, 1),
                consents={"service": True, "messages": True},
            )
            for name, phone, door in people.values()
        ],
        recorded_by_id=None,
        now=now,
    )
    return {
        key: Person(row.member_id, name, phone, community_id)
        for (key, (name, phone, _door)), row in zip(people.items(), registered, strict=True)
    }


def _operator(now: datetime) -> Person:
    made = create_operator(
        operator_id=new_id(), name="何运", phone="13800000000", password_hash="-", now=now
    )
    return Person(made.id, made.name, "13800000000", None)


def _place(community_id: UUID, kind: str, name: str) -> UUID:
    return create_place(
        community_id=community_id, place_id=new_id(), kind=kind, name=name, number=1
    ).id


def _organise(cast: Cast, now: datetime) -> None:
    home = cast.community_id
    grant = _granter(home, now)
    create_group(
        community_id=home,
        group_id=cast.group_id,
        number=1,
        name="第一党小组",
        actor=SYSTEM,
        now=now,
    )
    tend_place(
        community_id=home,
        group_id=cast.group_id,
        place_id=cast.plot_id,
        actor=SYSTEM,
        now=now,
    )
    for person in (cast.wangqiang, cast.limei, cast.liuyang):
        join_group(
            community_id=home,
            group_id=cast.group_id,
            member_id=person.id,
            actor=SYSTEM,
            now=now,
        )
    grant(cast.wangqiang, "leader", group_id=cast.group_id)
    grant(cast.sungang, "attendant", place_id=cast.station_id)
    grant(cast.zhangdian, "keeper", place_id=cast.shop_id)
    for person, role in ((cast.zhaofang, "clerk"), (cast.hedu, "supervisor")):
        grant(person, role)
    grant(cast.zhoumin, "auditor")


def _granter(community_id: UUID, now: datetime) -> Callable[..., UUID]:
    def grant(person: Person, role: str, **scope: UUID) -> UUID:
        return grant_role(
            community_id=community_id,
            grant_id=new_id(),
            member_id=person.id,
            role=role,
            granted_by=SYSTEM,
            now=now,
            **scope,
        )

    return grant
