"""The community that is measured: people with cards, leaders with shifts, made by the services.

One scan there does all that a scan can do for a kind that pays at check-in: attendance, award
through a day's and a month's limit, chained entry, audit and message. Between rounds everybody
goes home: their stays end and move three days back, as if days had passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import select, text

from pointsvc.activities.models import Shift
from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.running import opened_app
from pointsvc.communities.service import create_community, create_place
from pointsvc.config import Settings
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import keep_statistics
from pointsvc.kernel.codes import CodeKind, seal, url
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import issue_cards
from pointsvc.members.models import Card
from pointsvc.members.registration import NewMember, register_members
from pointsvc.members.rules import Door
from pointsvc.members.visits import open_visit
from pointsvc.organisation.service import create_group, grant_role, join_group, tend_place

ZONE: Final = "Asia/Shanghai"
KIND: Final = "ELDER_CARE"
TERMS: Final = Terms("check_in", 5, cap_day_points=1000, cap_month_points=30_000)
PUBLIC_URL: Final = "https://lvse.example.cn"
CHUNK: Final = 5000
END_SHIFTS: Final = (
    "UPDATE shifts SET starts_at = starts_at - interval '3 days',"
    " ends_at = ends_at - interval '3 days', created_at = created_at - interval '3 days'"
)
END_DAYS: Final = "DELETE FROM limit_uses WHERE window_kind = 'day'"
END_STAYS: Final = (
    "UPDATE attendances SET state = 'closed', closed_by = 'scan', in_at = in_at - interval '3 days',"
    " out_at = in_at - interval '3 days' WHERE state = 'open'"
)
TIDIED: Final = ("attendances", "limit_uses", "accounts", "passbooks", "shifts")


@dataclass(slots=True)
class Scanner:
    """Somebody who scans: a leader at their own place, or a clerk."""

    member_id: UUID
    place_id: UUID
    token: str


@dataclass(slots=True)
class Community:
    """Who is there; `cards` are the addresses on their cards, by member."""

    id: UUID
    cards: dict[UUID, str] = field(default_factory=dict)
    leaders: list[Scanner] = field(default_factory=list)
    clerks: list[Scanner] = field(default_factory=list)
    shift_ids: list[UUID] = field(default_factory=list)


@contextmanager
def office(instance: Path, database_url: str) -> Iterator[Flask]:
    """Our own app on the database that is measured, brought up to date."""
    settings = Settings(
        instance=instance, database_url=database_url, public_url=PUBLIC_URL, log_level="WARNING"
    )
    with opened_app(settings) as app:
        yield app


def found(people: int, *, leaders: int = 40, clerks: int = 32) -> Community:
    """Make the community; inside `office`. In pieces, so that PostgreSQL learns how big it grows."""
    made, first = transact(lambda: _found(leaders, clerks))
    for start in range(0, people, CHUNK):
        transact(partial(_settle_in, made.id, first + start, min(CHUNK, people - start)))
        transact(keep_statistics)
    made.cards = _cards(made.id)
    return made


def learn() -> None:
    """Let PostgreSQL look at what the tables hold now, as it does by itself within a minute.

    Plans that were made while a table was empty walk through an index of the whole community.
    """
    db.session.execute(text("ANALYZE"))


def _settle_in(community_id: UUID, first: int, count: int) -> None:
    some = _register(community_id, first, count)
    issue_cards(community_id=community_id, member_ids=some, actor=SYSTEM, now=clock.now())
    db.session.expunge_all()


def _found(leaders: int, clerks: int) -> tuple[Community, int]:
    made = Community(new_id())
    create_community(community_id=made.id, name="测量小区", zone=ZONE, now=clock.now())
    _set_tariffs(made.id)
    staff = _register(made.id, 0, leaders + clerks)
    made.leaders = [
        _lead(made.id, no, member_id) for no, member_id in enumerate(staff[:leaders], 1)
    ]
    place_id = made.leaders[0].place_id
    made.clerks = [_clerk(made.id, member_id, place_id) for member_id in staff[leaders:]]
    return made, len(staff)


def _set_tariffs(community_id: UUID) -> None:
    now = clock.now()
    today = clock.local_day(now, ZONE)
    yesterday = today - timedelta(days=1)
    seed_tariffs(community_id=community_id, valid_from_on=yesterday, now=now)
    set_tariff(
        community_id=community_id,
        code=KIND,
        terms=TERMS,
        valid_from_on=today,
        decision="为了测量",
        decided_on=today,
        recorded_by_id=None,
        now=now,
        today=today,
    )


def _register(community_id: UUID, first: int, count: int) -> list[UUID]:
    people = [
        NewMember(
            f"居民{n}",
            phone=f"139{n:08}",
            door=Door(f"{n // 600 + 1}", f"{n // 200 % 3 + 1}", f"{n // 2 % 100 + 101}"),
            consents={"service": True, "messages": True},
        )
        for n in range(first, first + count)
    ]
    registered = register_members(
        community_id=community_id, people=people, recorded_by_id=None, now=clock.now()
    )
    return [row.member_id for row in registered]


def _lead(community_id: UUID, number: int, member_id: UUID) -> Scanner:
    """A group with a plot, and who leads it."""
    now, group_id = clock.now(), new_id()
    place_id = create_place(
        community_id=community_id, place_id=new_id(), kind="plot", name=f"{number}号田"
    ).id
    create_group(
        community_id=community_id,
        group_id=group_id,
        number=number,
        name=f"第{number}党小组",
        actor=SYSTEM,
        now=now,
    )
    tend_place(
        community_id=community_id, group_id=group_id, place_id=place_id, actor=SYSTEM, now=now
    )
    join_group(
        community_id=community_id, group_id=group_id, member_id=member_id, actor=SYSTEM, now=now
    )
    grant(community_id, member_id, "leader", group_id)
    return Scanner(member_id, place_id, token_of(community_id, member_id))


def _clerk(community_id: UUID, member_id: UUID, place_id: UUID) -> Scanner:
    grant(community_id, member_id, "clerk")
    return Scanner(member_id, place_id, token_of(community_id, member_id))


def grant(
    community_id: UUID,
    member_id: UUID,
    role: str,
    group_id: UUID | None = None,
    place_id: UUID | None = None,
) -> None:
    """Give somebody a role."""
    grant_role(
        community_id=community_id,
        grant_id=new_id(),
        member_id=member_id,
        role=role,
        group_id=group_id,
        place_id=place_id,
        granted_by=SYSTEM,
        now=clock.now(),
    )


def token_of(community_id: UUID, member_id: UUID) -> str:
    """Sign a member in."""
    return open_visit(
        subject_kind="member",
        subject_id=member_id,
        community_id=community_id,
        agent="bench",
        now=clock.now(),
    ).token


def _cards(community_id: UUID) -> dict[UUID, str]:
    rows = db.session.execute(
        select(Card.member_id, Card.code_number).where(Card.community_id == community_id)
    )
    ring = current_ring()
    return {
        member_id: url(PUBLIC_URL, seal(ring, CodeKind.CARD, number)) for member_id, number in rows
    }


def open_shifts(community: Community, scanners: list[Scanner]) -> list[UUID]:
    """A shift for each of them, begun an hour ago."""
    now = clock.now()
    shifts = [
        Shift(
            community_id=community.id,
            id=new_id(),
            activity_kind=KIND,
            place_id=scanner.place_id,
            led_by_id=scanner.member_id,
            created_by_id=scanner.member_id,
            created_at=now - timedelta(hours=2),
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=3),
        )
        for scanner in scanners
    ]
    ids = [shift.id for shift in shifts]
    transact(lambda: db.session.add_all(shifts))
    return ids


def scan(code: str, shift_id: UUID) -> dict[str, Any]:
    """The body of a check-in, new each time."""
    return {"scan_id": new_id(), "code": code, "direction": "in", "shift_id": shift_id}


def go_home(expected: int) -> None:
    """Let days pass, and count: as many stays as the server said that it took, and an award each."""
    assert _count_open() == expected, (_count_open(), expected)
    transact(lambda: [db.session.execute(text(each)) for each in (END_STAYS, END_SHIFTS, END_DAYS)])
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM (ANALYZE) {', '.join(TIDIED)}"))
    db.session.remove()


def _count_open() -> int:
    """Stays that are open and were paid; the award is in the books, or the row would not be."""
    paid = "SELECT count(*) FROM attendances WHERE state = 'open' AND award_points > 0"
    return int(db.session.scalar(text(paid)) or 0)
