"""The second person at the counter: of another household, and come in by their own hands."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.shop.errors import ApproverNotAllowed, RequestEnded
from pointsvc.shop.queries.requests import get_request
from tests.checkin.households import share_a_door
from tests.shop.asking import ask, decide
from tests.shop.conftest import Shop
from tests.shop.screens import Screen, give_back_by_code
from tests.support.cast import Person, bearer
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

PIN = "2580"


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """李梅 has three soaps."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 200)
    return shop.buy(shop.cast.limei, (shop.soap, 3)).order_id


def clerk_sets_pin(shop: Shop, client: HouseClient) -> None:
    """赵芳 gives 何督 a PIN that she knows."""
    form = {"pin": PIN, "again": PIN}
    path = f"/members/{shop.cast.hedu.id}/pin"
    answer = client.post(path, data=form, headers=bearer(shop.cast.zhaofang))
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("name", ["zhangdian", "limei"])
def test_nobody_of_keepers_or_members_household_approves(
    shop: Shop, order_id: UUID, name: str
) -> None:
    relative: Person = getattr(shop.cast, name)
    share_a_door(relative, shop.cast.hedu)
    with pytest.raises(ApproverNotAllowed):
        shop.refund(order_id, (shop.lines(order_id)[0].id, 1))
    assert shop.on_hand(shop.soap) == 7


def test_the_household_that_paid_stays_one_of_the_parties(shop: Shop, order_id: UUID) -> None:
    """李梅 moves out in between; the household's allowance is the one that comes back."""
    share_a_door(shop.cast.limei, shop.cast.hedu)
    share_a_door(shop.cast.liuyang, shop.cast.limei)
    with pytest.raises(ApproverNotAllowed):
        shop.refund(order_id, (shop.lines(order_id)[0].id, 1))


def test_a_clerks_pin_makes_no_second_person_today(
    shop: Shop, client: HouseClient, order_id: UUID, clock: FrozenClock
) -> None:
    approver = {"code": shop.card(shop.cast.hedu), "approver_pin": PIN}
    clerk_sets_pin(shop, client)
    till = Screen(client, shop.cast.zhangdian)
    give_back_by_code(shop, till, order_id, **approver)
    assert (till.answer.status_code, shop.on_hand(shop.soap)) == (409, 7)
    assert (till.answer.json or {})["code"] == "members.way_in_remade"
    clock.advance(hours=24)
    give_back_by_code(shop, till, order_id, **approver)
    assert shop.on_hand(shop.soap) == 8


def test_the_phones_code_still_approves_after_a_clerks_pin(
    shop: Shop, client: HouseClient, order_id: UUID
) -> None:
    clerk_sets_pin(shop, client)
    till = Screen(client, shop.cast.zhangdian)
    give_back_by_code(shop, till, order_id, shop.code(shop.cast.hedu))
    assert shop.on_hand(shop.soap) == 8


def test_a_yes_is_for_the_one_shown_and_never_for_its_twin(
    shop: Shop, client: HouseClient, order_id: UUID
) -> None:
    """李梅 took the same again; a code, and an answer, agree to one of the two exchanges."""
    shop.points(shop.cast.limei, 100)
    twin_id = shop.buy(shop.cast.limei, (shop.soap, 3)).order_id
    till, code = Screen(client, shop.cast.zhangdian), shop.code(shop.cast.hedu)
    give_back_by_code(shop, till, order_id, code)
    give_back_by_code(shop, till, twin_id, code)
    assert (till.answer.status_code, (till.answer.json or {})["code"]) == (409, "code.spent")
    rest = (shop.lines(order_id)[0].id, 2)
    shown, other = ask(shop, order_id, rest), ask(shop, twin_id)
    decide(shop, shown)
    assert get_request(shop.community_id, other).state == "asked"
    assert [line.refunded for line in shop.lines(twin_id)] == [0]
    with pytest.raises(RequestEnded):
        decide(shop, shown)
