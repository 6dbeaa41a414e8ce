"""What a keeper would try who steals: read codes, end another shop's deliveries, hide goods, settle alone."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM, member_actor
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.errors import WayInRemade
from pointsvc.members.first_sign_ins import print_slip
from pointsvc.organisation.service import grant_role
from pointsvc.shop.errors import ApproverNotAllowed, OwnPhoneNeeded, PinRequired
from pointsvc.shop.queries.deliveries import find_delivery
from pointsvc.shop.queries.exchange_days import slots_of
from pointsvc.shop.queries.reservations import reservations_of
from tests.shop.asking import carry_back, collect, name, send
from tests.shop.conftest import Shop, count_the_day
from tests.shop.keeping import Keeping
from tests.shop.screens import Screen
from tests.shop.sharing import Sharing
from tests.shop.stockrooms import Count, Stockroom
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """Ten bars of soap; 李梅 can pay."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 400)
    return shop


def keeper_of_another_shop(shop: Shop) -> Person:
    """刘洋 keeps the shop at the north gate, and no other."""
    place_id, person = Stockroom(shop).open_another(), shop.cast.liuyang
    transact(
        lambda: grant_role(
            community_id=shop.community_id,
            grant_id=new_id(),
            member_id=person.id,
            role="keeper",
            place_id=place_id,
            granted_by=SYSTEM,
            now=clock.now(),
        )
    )
    return person


def keep_at_desk(till: Screen, shop: Shop, code: str, quantity: str) -> None:
    """Goods are kept for who shows a card or a code."""
    till.show("/shop/reservations/new")
    rows = {"line": [str(shop.soap), "", ""], "quantity": [quantity, "", ""]}
    till.send("/shop/reservations/new", code=code, **rows)


def test_the_code_of_goods_kept_from_a_phone_is_on_no_slip(
    stocked: Shop, client: HouseClient
) -> None:
    keeping = Keeping(stocked)
    kept = keeping.book(stocked.cast.limei, (stocked.soap, 1))
    till = Screen(client, stocked.cast.zhangdian)
    assert till.show(f"/shop/reservations/{kept}/slip").status_code == 200
    assert keeping.code(kept) not in till.page.replace(" ", "")


@pytest.mark.parametrize(
    ("deed", "form"), [("signed", {"received_by": "self"}), ("returned", {"reason": "没人"})]
)
def test_a_delivery_is_ended_by_its_own_shop_only(
    stocked: Shop, client: HouseClient, deed: str, form: dict[str, str]
) -> None:
    order_id = stocked.buy(stocked.cast.limei, (stocked.soap, 1)).order_id
    delivery_id = send(stocked, order_id)
    sign_in_cookie(client, keeper_of_another_shop(stocked))
    answer = client.post(f"/shop/deliveries/{delivery_id}/{deed}", data=form)
    found = find_delivery(stocked.community_id, order_id)
    assert (answer.status_code, found and found.state) == (403, "waiting")


@pytest.mark.parametrize("place", ["station_id", "other_community_id"])
def test_goods_are_sent_to_no_place_that_is_no_shop(stocked: Shop, place: str) -> None:
    [batch_id] = stocked.batches(stocked.soap)
    to_id: UUID = getattr(stocked.cast, place)
    with pytest.raises(NotFound):
        Stockroom(stocked).send(batch_id, 1, to_id)
    assert stocked.on_hand(stocked.soap) == 10


@pytest.mark.parametrize(("is_at_till", "refusal"), [(False, WayInRemade), (True, OwnPhoneNeeded)])
def test_a_stock_take_is_settled_by_own_hands_only(
    stocked: Shop, is_at_till: bool, refusal: type[Exception]
) -> None:
    """赵芳 printed a slip for 何督."""
    count, cast, now = Count.begin(stocked), stocked.cast, clock.now()
    count.agree(stocked.soap, 7)
    transact(
        lambda: print_slip(
            community_id=stocked.community_id,
            member_id=cast.hedu.id,
            actor=member_actor(cast.zhaofang.id),
            now=now,
            today=now.date(),
        )
    )
    with pytest.raises(refusal):
        count.settle(cast.hedu, is_at_till=is_at_till)


def test_who_collected_for_somebody_agrees_to_no_refund(stocked: Shop) -> None:
    cast = stocked.cast
    order_id = collect(stocked, cast.limei, name(stocked, cast.limei, cast.hedu)).order.id
    with pytest.raises(ApproverNotAllowed):
        stocked.refund(order_id, (stocked.lines(order_id)[0].id, 1))


def test_a_found_card_is_not_emptied_by_way_of_slips(stocked: Shop, client: HouseClient) -> None:
    """What was set aside by card and fetched with the slip's code counts for the card's day."""
    count_the_day(stocked)
    till, card = Screen(client, stocked.cast.zhangdian), stocked.card(stocked.cast.limei)
    keep_at_desk(till, stocked, card, "2")
    till.show("/shop/pickups")
    [kept] = reservations_of(stocked.community_id, [stocked.cast.limei.id])
    till.send("/shop/pickups", scan=Keeping(stocked).code(kept.id))
    till.send("/shop/pickups/fetch")
    keep_at_desk(till, stocked, card, "2")
    assert (till.answer.status_code, stocked.on_hand(stocked.soap)) == (409, 8)


def test_a_found_card_does_not_pay_what_a_desk_has_set_aside_once_more(
    stocked: Shop, client: HouseClient
) -> None:
    """80 points wait from this morning; 40 more at the counter make 120 of the day."""
    count_the_day(stocked)
    till, card = Screen(client, stocked.cast.zhangdian), stocked.card(stocked.cast.limei)
    keep_at_desk(till, stocked, card, "2")
    with pytest.raises(PinRequired):
        stocked.buy(stocked.cast.limei, (stocked.soap, 1), code=card, pin="absent")
    till.show("/shop/pickups")
    till.send("/shop/pickups", scan=card)
    till.send("/shop/pickups/fetch")
    assert stocked.on_hand(stocked.soap) == 8


def test_a_code_that_paid_keeps_no_goods_after(stocked: Shop, client: HouseClient) -> None:
    """The keeper types what 李梅's phone showed for her exchange once more."""
    code = stocked.code(stocked.cast.limei)
    stocked.buy(stocked.cast.limei, (stocked.soap, 1), code=code)
    till = Screen(client, stocked.cast.zhangdian)
    keep_at_desk(till, stocked, code, "2")
    assert (till.answer.status_code, stocked.product(stocked.soap).reserved) == (409, 0)


def test_a_code_that_paid_wishes_for_nothing_after(stocked: Shop, client: HouseClient) -> None:
    code = stocked.code(stocked.cast.limei)
    stocked.buy(stocked.cast.limei, (stocked.soap, 1), code=code)
    sharing = Sharing(stocked)
    day_id = sharing.plan((stocked.soap, 1))
    [slot, *_others] = slots_of(stocked.community_id, day_id)
    form = {"code": code, "product_id": str(stocked.soap), "slot_id": str(slot.id)}
    sign_in_cookie(client, stocked.cast.zhangdian)
    answer = client.post(f"/shop/days/{day_id}/wishes/desk", data=form)
    assert (answer.status_code, sharing.wishes(day_id)) == (409, [])


def test_what_was_brought_back_is_not_forgotten(stocked: Shop, client: HouseClient) -> None:
    """Who takes the request back has the goods still to carry."""
    order_id = stocked.buy(stocked.cast.limei, (stocked.soap, 1)).order_id
    request_id = carry_back(stocked, send(stocked, order_id))
    till = Screen(client, stocked.cast.zhangdian)
    till.show(f"/shop/requests/{request_id}")
    till.send(f"/shop/requests/{request_id}/withdraw")
    found = find_delivery(stocked.community_id, order_id)
    assert found is not None
    assert (found.state, found.request_id) == ("waiting", None)
