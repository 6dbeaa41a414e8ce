"""Printed cards: one live one for each member, and a revoked one never works again."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import (
    find_card,
    find_card_holder,
    issue_card,
    issue_cards,
    live_cards,
    mark_printed,
    replace_card,
    revoke_card,
)
from pointsvc.members.errors import CardExists, CardMissing
from tests.support.cast import Cast, Person, bearer
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def deed(person: Person, **more: Any) -> dict[str, Any]:
    facts = {"community_id": person.community_id, "member_id": person.id}
    return {**facts, "actor": SYSTEM, "now": clocks.now(), **more}


def token(person: Person) -> str:
    card = find_card(person.community_id, person.id)  # type: ignore[arg-type]
    assert card is not None
    return card.token


def holder(person: Person, text: str) -> Any:
    return find_card_holder(community_id=person.community_id, text=text, now=clocks.now())  # type: ignore[arg-type]


def test_a_card_is_read_however_it_is_typed(cast: Cast) -> None:
    transact(lambda: issue_card(**deed(cast.limei)))
    plain = token(cast.limei)
    typed = "-".join((plain[:5], plain[5:10], plain[10:])).lower()
    for text in (plain, typed, f"http://localhost/c/{plain}", f"  {plain}\r\n"):
        assert holder(cast.limei, text) == cast.limei.id


def test_a_replaced_card_is_dead_for_good(cast: Cast) -> None:
    transact(lambda: issue_card(**deed(cast.limei)))
    lost = token(cast.limei)
    transact(lambda: replace_card(**deed(cast.limei, reason="lost")))
    assert token(cast.limei) != lost
    assert holder(cast.limei, lost) is None
    assert holder(cast.limei, token(cast.limei)) == cast.limei.id
    transact(lambda: revoke_card(**deed(cast.limei, reason="left")))
    transact(lambda: issue_card(**deed(cast.limei)))
    assert holder(cast.limei, lost) is None


def test_a_card_of_another_community_is_nobody_s_here(cast: Cast) -> None:
    transact(lambda: issue_card(**deed(cast.chenjing)))
    assert holder(cast.limei, token(cast.chenjing)) is None


def test_a_second_card_is_a_replacement(cast: Cast) -> None:
    transact(lambda: issue_card(**deed(cast.limei)))
    with pytest.raises(CardExists):
        transact(lambda: issue_card(**deed(cast.limei)))
    with pytest.raises(CardMissing):
        transact(lambda: replace_card(**deed(cast.liuyang, reason="lost")))


def test_cards_for_many_are_given_once(cast: Cast) -> None:
    people = [cast.limei.id, cast.liuyang.id, cast.chenjing.id, cast.limei.id]
    facts: dict[str, Any] = {
        "community_id": cast.community_id,
        "actor": SYSTEM,
        "now": clocks.now(),
    }
    first = transact(lambda: issue_cards(member_ids=people, **facts))
    again = transact(lambda: issue_cards(member_ids=people, **facts))
    assert (len(first), again) == (2, [])
    assert [card.serial for card in live_cards(cast.community_id)] == [1, 2]


def test_printed_cards_leave_the_pile(client: HouseClient, cast: Cast) -> None:
    transact(lambda: issue_card(**deed(cast.limei)))
    headers = bearer(cast.zhaofang)
    sheet = client.get("/members/cards/sheet", headers=headers)
    assert "李梅" in sheet.text
    assert "<svg" in sheet.text
    [card] = live_cards(cast.community_id, unprinted_only=True)
    done = client.post("/members/cards/printed", data={"card_id": str(card.id)}, headers=headers)
    assert done.status_code == 303
    assert live_cards(cast.community_id, unprinted_only=True) == []
    assert len(live_cards(cast.community_id)) == 1


def test_a_foreign_card_is_not_marked(cast: Cast) -> None:
    transact(lambda: issue_card(**deed(cast.chenjing)))
    [card] = live_cards(cast.other_community_id)
    transact(
        lambda: mark_printed(community_id=cast.community_id, card_ids=[card.id], now=clocks.now())
    )
    assert len(live_cards(cast.other_community_id, unprinted_only=True)) == 1


def test_slips_of_strangers_are_404(client: HouseClient, cast: Cast) -> None:
    form = {"member_id": [str(cast.limei.id), str(cast.chenjing.id)]}
    answer = client.post("/members/slips", data=form, headers=bearer(cast.zhaofang))
    assert answer.status_code == 404


def test_slips_print_digits_for_those_with_a_phone(client: HouseClient, cast: Cast) -> None:
    form = {"member_id": [str(cast.limei.id), str(cast.liuyang.id)]}
    answer = client.post("/members/slips", data=form, headers=bearer(cast.zhaofang))
    assert answer.status_code == 200
    assert "李梅" in answer.text
    assert "刘洋" in answer.text
