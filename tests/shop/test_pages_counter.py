"""The counter's pages: person, goods, confirmation, receipt; and every way of saying no."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import move_member
from pointsvc.members.rules import Door
from pointsvc.members.secrets import hash_pin, set_pin
from tests.shop.conftest import RICE, SOAP, Shop, count_the_day
from tests.shop.screens import Screen
from tests.support.cast import Person
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

COUNTER = "/shop/counter"
EXCHANGE = "/shop/exchange"


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Ten soaps, ten bags of rice, 1,000 points with 李梅."""
    shop.stock(shop.soap, 10)
    shop.stock(shop.rice, 10)
    shop.points(shop.cast.limei, 1000)
    return shop


@pytest.fixture
def till(open_shop: Shop, client: HouseClient) -> Screen:
    """张店's screen."""
    return Screen(client, open_shop.cast.zhangdian)


def welcome(till: Screen, code: str) -> None:
    till.show("/shop")
    till.send(COUNTER, scan=code)


def scan(till: Screen, *texts: str | None) -> None:
    for text in texts:
        till.send(COUNTER, scan=text or "")


def give_pin(shop: Shop, person: Person, pin: str) -> None:
    pin_hash = hash_pin(pin)
    transact(
        lambda: set_pin(
            community_id=shop.community_id,
            member_id=person.id,
            pin_hash=pin_hash,
            actor=SYSTEM,
            now=clock.now(),
        )
    )


def test_a_person_is_served_from_scan_to_receipt(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    scan(till, SOAP.barcode, SOAP.barcode, RICE.barcode)
    assert "400 <small>分" in till.page
    assert "600 <small>分" in till.page
    till.send(EXCHANGE)
    assert till.path.endswith("/receipt")
    assert "已兑换" in till.page
    assert (open_shop.on_hand(open_shop.soap), open_shop.balance(open_shop.cast.limei)) == (8, 600)


def test_no_code_is_in_an_address(open_shop: Shop, till: Screen) -> None:
    code = open_shop.code(open_shop.cast.limei)
    welcome(till, code)
    assert code.rsplit("/", 1)[-1] not in till.answer.request.url


def test_a_second_tap_is_the_same_receipt(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.card(open_shop.cast.limei))
    scan(till, SOAP.barcode)
    form = till.filled(EXCHANGE)
    first, second = (till.client.post(EXCHANGE, data=form) for _tap in range(2))
    assert (first.status_code, first.location) == (303, second.location)
    assert open_shop.on_hand(open_shop.soap) == 9


def test_a_second_order_within_minutes_is_pointed_out(open_shop: Shop, till: Screen) -> None:
    receipt = open_shop.buy(open_shop.cast.limei, (open_shop.soap, 1))
    welcome(till, open_shop.card(open_shop.cast.limei))
    assert f"刚给这位办过一单（小票 {receipt.receipt_no}" in till.page


def test_a_code_that_was_scanned_once_stays_good_while_goods_are_chosen(
    open_shop: Shop, till: Screen, clock: FrozenClock
) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    clock.advance(minutes=5)
    scan(till, SOAP.barcode)
    assert till.send(EXCHANGE).status_code == 200
    assert open_shop.on_hand(open_shop.soap) == 9


def test_after_ten_minutes_the_person_is_scanned_again_and_the_goods_stay(
    open_shop: Shop, till: Screen, clock: FrozenClock
) -> None:
    welcome(till, open_shop.card(open_shop.cast.limei))
    scan(till, SOAP.barcode)
    clock.advance(minutes=11)
    assert till.send(EXCHANGE).status_code == 409
    assert "离扫码已经太久" in till.page
    till.send(COUNTER, scan=open_shop.card(open_shop.cast.limei))
    assert SOAP.name in till.page
    till.send(EXCHANGE)
    assert open_shop.on_hand(open_shop.soap) == 9


def test_a_spent_code_is_scanned_again(open_shop: Shop, till: Screen) -> None:
    code = open_shop.code(open_shop.cast.limei)
    welcome(till, code)
    scan(till, SOAP.barcode)
    till.send(EXCHANGE)
    welcome(till, code)
    assert till.answer.status_code == 409
    assert "这个码已用过" in till.page
    assert open_shop.on_hand(open_shop.soap) == 9


@pytest.mark.parametrize(
    ("typed", "said"),
    [("hello", "这个码读不懂"), (SOAP.barcode, "这是商品的条码")],
)
def test_what_is_no_person_is_said(till: Screen, typed: str, said: str) -> None:
    welcome(till, typed)
    assert till.answer.status_code == 409
    assert said in till.page


def test_another_communitys_member_is_not_served(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.code(open_shop.cast.chenjing))
    assert "这是别的社区的码" in till.page
    assert open_shop.cast.chenjing.name not in till.page


def test_nobody_serves_themself(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.card(open_shop.cast.zhangdian))
    assert (till.answer.status_code, "请另一位店员来办" in till.page) == (409, True)


def test_nobody_serves_their_own_household(open_shop: Shop, till: Screen) -> None:
    move_in(open_shop, open_shop.cast.limei, Door("2", "1", "201"))
    welcome(till, open_shop.card(open_shop.cast.limei))
    assert (till.answer.status_code, "请另一位店员来办" in till.page) == (409, True)


def move_in(shop: Shop, person: Person, door: Door) -> None:
    transact(
        lambda: move_member(
            community_id=shop.community_id,
            member_id=person.id,
            door=door,
            actor=SYSTEM,
            now=clock.now(),
        )
    )


def test_who_moves_in_while_goods_are_chosen_is_not_served_either(
    open_shop: Shop, till: Screen
) -> None:
    welcome(till, open_shop.card(open_shop.cast.limei))
    scan(till, SOAP.barcode)
    form = till.filled(EXCHANGE)
    move_in(open_shop, open_shop.cast.limei, Door("2", "1", "201"))
    assert till.client.post(EXCHANGE, data=form).status_code == 409
    assert open_shop.on_hand(open_shop.soap) == 10


# -- goods ----------------------------------------------------------------------------


def test_a_name_that_fits_one_product_is_taken(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    scan(till, "香皂")
    assert f'name="line" value="{open_shop.soap.hex}"' in till.page


def test_an_unknown_barcode_can_be_registered(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    scan(till, "6917402665956")
    assert "店里没有条码是 6917402665956 的商品" in till.page
    assert "/shop/products/new?" in till.page


def test_the_next_persons_code_does_not_mix_with_the_goods(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    scan(till, SOAP.barcode, open_shop.card(open_shop.cast.liuyang))
    assert "先把 李梅 这一单办完" in till.page
    assert SOAP.name in till.page


def test_without_goods_the_next_persons_code_is_the_next_person(
    open_shop: Shop, till: Screen
) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    scan(till, open_shop.card(open_shop.cast.liuyang))
    assert "<h1>刘洋</h1>" in till.page


def test_a_line_can_be_changed_and_taken_out(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    scan(till, SOAP.barcode, RICE.barcode)
    till.send(COUNTER, quantity=["3", "1"])
    assert "120 <small>分" in till.page
    till.send(COUNTER, drop=open_shop.rice.hex)
    assert f'name="line" value="{open_shop.rice.hex}"' not in till.page


@pytest.mark.parametrize("quantity", ["-1", "1.5", "1e3", "1001", "９９９９９", "x"])
def test_an_amount_that_is_none_changes_nothing(
    open_shop: Shop, till: Screen, quantity: str
) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    scan(till, SOAP.barcode)
    assert till.send(EXCHANGE, quantity=quantity).status_code == 422
    assert open_shop.on_hand(open_shop.soap) == 10


# -- refusals: seen before, and decided again ---------------------------------------------


def confirmed(till: Screen, product_id: UUID, quantity: int) -> None:
    """Confirm a form that was made while everything still fitted."""
    till.send(COUNTER, add=product_id.hex)
    till.send(EXCHANGE, line=product_id.hex, quantity=str(quantity))


def test_too_few_points_are_said_before_and_refused(open_shop: Shop, till: Screen) -> None:
    open_shop.points(open_shop.cast.liuyang, 50)
    welcome(till, open_shop.code(open_shop.cast.liuyang))
    confirmed(till, open_shop.soap, 2)
    assert till.answer.status_code == 409
    assert "积分不够：现有 50 分，需要 80 分" in till.page
    assert "还差 30 分" in till.page
    assert open_shop.on_hand(open_shop.soap) == 10


def test_out_of_stock_is_said_beside_the_line(open_shop: Shop, till: Screen) -> None:
    welcome(till, open_shop.code(open_shop.cast.limei))
    confirmed(till, open_shop.soap, 11)
    assert till.answer.status_code == 409
    line = till.page.split('class="till-line')[2]
    assert "想兑 11 件，能兑 10 件" in line


def test_the_months_limit_is_said_beside_the_line(open_shop: Shop, till: Screen) -> None:
    open_shop.buy(open_shop.cast.limei, (open_shop.rice, 1))
    welcome(till, open_shop.code(open_shop.cast.limei))
    confirmed(till, open_shop.rice, 2)
    assert till.answer.status_code == 409
    assert "每户每月 2 件，还可兑 1 件" in till.page


def test_what_is_past_its_date_is_said(open_shop: Shop, till: Screen) -> None:
    open_shop.stock(open_shop.soap, 5, open_shop.today - timedelta(days=1))
    welcome(till, open_shop.code(open_shop.cast.limei))
    till.send(COUNTER, add=open_shop.soap.hex)
    till.send(COUNTER, quantity="12")
    assert "已过期或有指定用途，只能兑 10 件" in till.page
    assert "确认兑换" not in till.page


def test_the_keeper_reads_why_a_pin_is_wanted_now(open_shop: Shop, till: Screen) -> None:
    give_pin(open_shop, open_shop.cast.limei, "4725")
    count_the_day(open_shop)
    open_shop.buy(open_shop.cast.limei, (open_shop.soap, 2), pin="absent")
    welcome(till, open_shop.card(open_shop.cast.limei))
    scan(till, SOAP.barcode)
    assert "今天用居民卡已兑换 80 分，一天合计超过 100 分，要本人的 PIN。" in till.page


def test_a_printed_card_is_asked_for_its_pin(open_shop: Shop, till: Screen) -> None:
    give_pin(open_shop, open_shop.cast.limei, "4725")
    welcome(till, open_shop.card(open_shop.cast.limei))
    scan(till, RICE.barcode)
    assert "请持卡人输入 PIN" in till.page
    assert till.send(EXCHANGE).status_code == 409
    assert "shop.pin_required" not in till.page
    assert till.send(EXCHANGE, pin="4726").status_code == 409
    assert "PIN 不对" in till.page
    assert till.send(EXCHANGE, pin="4725").status_code == 200
    assert open_shop.on_hand(open_shop.rice) == 9


def test_five_wrong_pins_are_enough(open_shop: Shop, till: Screen) -> None:
    give_pin(open_shop, open_shop.cast.limei, "4725")
    welcome(till, open_shop.card(open_shop.cast.limei))
    scan(till, RICE.barcode)
    statuses = [till.send(EXCHANGE, pin=f"100{n}").status_code for n in range(6)]
    assert statuses == [409] * 5 + [429]
    assert "失败次数太多" in till.page


def test_a_pin_is_in_no_address(open_shop: Shop, till: Screen) -> None:
    give_pin(open_shop, open_shop.cast.limei, "4725")
    welcome(till, open_shop.card(open_shop.cast.limei))
    scan(till, RICE.barcode)
    till.send(EXCHANGE, pin="4726")
    assert "4726" not in till.page
    scan(till, SOAP.barcode)
    assert "4726" not in till.answer.request.url
