"""Roles: granted by another, in a scope, and never beside an auditor's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM, Actor
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import let_go
from pointsvc.members.errors import NotActive
from pointsvc.organisation.errors import AuditorExcludes, OwnRole, RoleHeld
from pointsvc.organisation.queries import grants_of, roles_of
from pointsvc.organisation.service import grant_role, revoke_role
from tests.support.cast import Cast, Person, bearer
from tests.support.clients import HouseClient

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("database")]


def grant(cast: Cast, person: Person, role: str, by: Person | None = None, **scope: UUID) -> UUID:
    actor = Actor("member", by.id) if by else SYSTEM
    return transact(
        lambda: grant_role(
            community_id=cast.community_id,
            grant_id=new_id(),
            member_id=person.id,
            role=role,
            granted_by=actor,
            now=clocks.now(),
            **scope,
        )
    )


def revoke(cast: Cast, grant_id: UUID, by: Person) -> None:
    actor = Actor("member", by.id)
    transact(
        lambda: revoke_role(
            community_id=cast.community_id, grant_id=grant_id, actor=actor, now=clocks.now()
        )
    )


def test_nobody_gives_or_takes_their_own_role(cast: Cast) -> None:
    with pytest.raises(OwnRole):
        grant(cast, cast.zhaofang, "supervisor", by=cast.zhaofang)
    [own] = grants_of(cast.community_id, cast.zhaofang.id)
    with pytest.raises(OwnRole):
        revoke(cast, own.id, by=cast.zhaofang)
    assert roles_of(cast.community_id, cast.zhaofang.id) == {"clerk", "volunteer"}


def test_an_auditor_holds_no_other_role(cast: Cast) -> None:
    with pytest.raises(AuditorExcludes):
        grant(cast, cast.zhoumin, "clerk")
    with pytest.raises(AuditorExcludes):
        grant(cast, cast.zhangdian, "auditor")
    assert roles_of(cast.community_id, cast.zhoumin.id) == {"auditor"}
    grant(cast, cast.limei, "auditor")
    assert roles_of(cast.community_id, cast.limei.id) == {"auditor"}


def test_a_role_is_held_once_in_a_scope(cast: Cast) -> None:
    with pytest.raises(RoleHeld):
        grant(cast, cast.hedu, "supervisor")
    with pytest.raises(RoleHeld):
        grant(cast, cast.wangqiang, "leader", group_id=cast.group_id)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("volunteer", None),
        ("operator", None),
        ("", None),
        ("leader", None),
        ("leader", "plot_id"),
        ("keeper", None),
        ("keeper", "station_id"),
        ("attendant", "shop_id"),
        ("clerk", "shop_id"),
    ],
)
def test_a_role_without_its_place_is_none(cast: Cast, role: str, scope: str | None) -> None:
    where = {"place_id": getattr(cast, scope)} if scope else {}
    with pytest.raises(Invalid):
        grant(cast, cast.limei, role, **where)


def test_another_community_s_people_and_places_are_absent(cast: Cast) -> None:
    with pytest.raises(NotFound):
        grant(cast, cast.chenjing, "clerk")
    with pytest.raises(NotFound):
        grant(cast, cast.limei, "keeper", place_id=cast.other_plot_id)
    with pytest.raises(NotFound):
        revoke(cast, new_id(), by=cast.zhaofang)


def test_who_left_gets_no_role(cast: Cast) -> None:
    facts: dict[str, Any] = {"community_id": cast.community_id, "actor": SYSTEM}
    transact(lambda: let_go(member_id=cast.limei.id, now=clocks.now(), **facts))
    with pytest.raises(NotActive):
        grant(cast, cast.limei, "clerk")


def test_a_role_that_is_taken_back_ends_at_once(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.zhangdian)
    assert client.get("/shop", headers=headers).status_code == 200
    [held] = grants_of(cast.community_id, cast.zhangdian.id)
    form = bearer(cast.zhaofang)
    answer = client.post(f"/organisation/roles/{held.id}/revoke", headers=form)
    assert answer.status_code == 303
    assert client.get("/shop", headers=headers).status_code == 403


def test_the_page_grants_and_says_why_not(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.zhaofang)
    form = {"member_id": str(cast.limei.id), "role": "supervisor"}
    assert client.post("/organisation/roles/new", data=form, headers=headers).status_code == 303
    again = client.post("/organisation/roles/new", data=form, headers=headers)
    assert again.status_code == 409
    assert "已有这个角色" in again.text
    own = {**form, "member_id": str(cast.zhaofang.id)}
    refused = client.post("/organisation/roles/new", data=own, headers=headers)
    assert refused.status_code == 409
    assert "不能给自己" in refused.text


def test_the_page_of_a_stranger_is_absent(client: HouseClient, cast: Cast) -> None:
    path = f"/organisation/roles/new?member_id={cast.chenjing.id}"
    assert client.get(path, headers=bearer(cast.zhaofang)).status_code == 404
    assert client.get("/organisation/roles", headers=bearer(cast.chenjing)).status_code == 403
