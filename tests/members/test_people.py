"""Registering, finding, editing, moving and letting go of people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import find_card, issue_card
from pointsvc.members.consents import consents_of
from pointsvc.members.editing import change_phone, let_go, move_member, take_back
from pointsvc.members.errors import AlreadyRegistered, NotActive, PhoneTaken
from pointsvc.members.queries import get_member, holders_of
from pointsvc.members.rules import Door
from pointsvc.members.search import search
from pointsvc.members.service import NewMember, Registered, register_member
from tests.support.cast import Cast, Person

pytestmark = pytest.mark.usefixtures("database")
NEXT_DOOR = Door("1", "1", "103")


def register(cast: Cast, name: str = "赵小二", **facts: Any) -> Registered:
    person = NewMember(name, **{"phone": "13912345678", **facts})
    return transact(
        lambda: register_member(
            community_id=cast.community_id,
            person=person,
            recorded_by_id=cast.zhaofang.id,
            now=clocks.now(),
        )
    )


def deed(cast: Cast, person: Person) -> dict[str, Any]:
    return {
        "community_id": cast.community_id,
        "member_id": person.id,
        "actor": SYSTEM,
        "now": clocks.now(),
    }


def found(cast: Cast, text: str, **how: Any) -> list[str]:
    return [person.name for person in search(cast.community_id, text=text, **how).rows]


def test_volunteer_numbers_go_on_and_are_never_given_twice(cast: Cast) -> None:
    first = register(cast)
    assert first.volunteer_no == 9
    transact(lambda: let_go(**{**deed(cast, cast.limei), "member_id": first.member_id}))
    assert register(cast, "钱小三", phone="13912345679").volunteer_no == 10


def test_a_phone_stands_once_in_a_community(cast: Cast) -> None:
    for phone in ("13800000001", "138 0000 0001", "+8613800000001"):
        with pytest.raises(PhoneTaken):
            register(cast, phone=phone)
    with pytest.raises(PhoneTaken):
        transact(lambda: change_phone(phone=cast.limei.phone, **deed(cast, cast.liuyang)))


def test_the_same_phone_may_stand_in_another_community(cast: Cast) -> None:
    assert register(cast, phone=cast.chenjing.phone).is_new


def test_who_has_no_phone_is_known_by_name_birthday_and_door(cast: Cast) -> None:
    register(cast, phone=None, door=NEXT_DOOR)
    with pytest.raises(AlreadyRegistered):
        register(cast, " 赵 小二", phone=None, door=NEXT_DOOR)
    assert register(cast, phone=None, door=Door("1", "1", "104")).is_new


@pytest.mark.parametrize(
    "facts",
    [{"name": ""}, {"name": " \u3000"}, {"name": "名" * 61}, {"phone": "138"}, {"phone": "abc"}],
    ids=str,
)
def test_a_person_who_cannot_be_written_down_is_refused(cast: Cast, facts: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        register(cast, **facts)


def test_imported_and_unasked_people_have_their_consent_to_be_collected(cast: Cast) -> None:
    consents = consents_of(cast.community_id, register(cast).member_id)
    assert consents["service"].state == "to_collect"
    assert (consents["messages"].state, consents["publish_name"].state) == ("never", "never")


def test_caps_count_for_the_household(cast: Cast) -> None:
    together = register(cast, door=Door("1", "1", "101")).member_id
    holders = holders_of(cast.community_id, [cast.limei.id, together, cast.liuyang.id])
    assert holders[cast.limei.id] == holders[together] != holders[cast.liuyang.id]
    transact(lambda: move_member(door=None, **deed(cast, cast.limei)))
    assert holders_of(cast.community_id, [cast.limei.id]) == {cast.limei.id: cast.limei.id}


@pytest.mark.parametrize(
    "text", ["李梅", "李", "0001", "13800000001", "138-0000-0001", "1", "1号楼1单元101", "1-1-101"]
)
def test_somebody_is_found_by_what_a_clerk_types(cast: Cast, text: str) -> None:
    assert "李梅" in found(cast, text)


@pytest.mark.parametrize("text", ["陈静", "0009", "13800000009", "%", "_", "1-1-999", "' OR 1=1"])
def test_strangers_and_signs_find_nobody(cast: Cast, text: str) -> None:
    assert found(cast, text) == []


def test_a_long_register_is_read_page_by_page(cast: Cast) -> None:
    for order in ("name", "number"):
        names: list[str] = []
        after = None
        while True:
            page = search(cast.community_id, order=order, after=after, limit=3)
            names += [person.name for person in page.rows]
            after = page.next
            if after is None:
                break
        assert len(names) == len(set(names)) == 8
        assert names == found(cast, "", order=order)


def test_who_leaves_keeps_number_and_points_and_loses_card_and_phone(cast: Cast) -> None:
    transact(lambda: issue_card(**deed(cast, cast.limei)))
    transact(lambda: let_go(**deed(cast, cast.limei)))
    assert find_card(cast.community_id, cast.limei.id) is None
    assert get_member(cast.community_id, cast.limei.id).volunteer_no == 1
    assert found(cast, "李梅") == []
    assert found(cast, "李梅", state="departed") == ["李梅"]
    assert register(cast, "王五", phone=cast.limei.phone).is_new
    with pytest.raises(PhoneTaken):
        transact(lambda: take_back(**deed(cast, cast.limei)))


def test_who_comes_back_is_the_same_person(cast: Cast) -> None:
    transact(lambda: let_go(**deed(cast, cast.limei)))
    with pytest.raises(NotActive):
        transact(lambda: let_go(**deed(cast, cast.limei)))
    transact(lambda: take_back(**deed(cast, cast.limei)))
    assert found(cast, "13800000001") == ["李梅"]
    with pytest.raises(NotActive):
        transact(lambda: take_back(**deed(cast, cast.limei)))


def test_nobody_of_another_community_is_touched(cast: Cast, database: SQLAlchemy) -> None:
    with pytest.raises(NotFound):
        transact(lambda: let_go(**deed(cast, cast.chenjing)))
    with pytest.raises(NotFound):
        get_member(cast.community_id, cast.chenjing.id)
    assert isinstance(cast.other_community_id, UUID)
    assert get_member(cast.other_community_id, cast.chenjing.id).is_active
    assert database.session.is_active
