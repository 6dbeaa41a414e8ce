"""The keeper's queue in a real browser: a gun that types, Enter, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlencode
from uuid import UUID

import pytest
import zxingcpp
from flask_sqlalchemy import SQLAlchemy
from PIL import Image
from playwright.sync_api import Page, Request, Route, expect

from pointsvc.extensions import db
from tests.browser import gun
from tests.shop.conftest import RICE, SOAP, Shop, raise_shop
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
ROUNDS = 5


TOUCH = """() => document.querySelectorAll("input").forEach(({ style }) => {
  style.setProperty("color", "red");
  style.removeProperty("color");
})"""


@pytest.fixture
def shop(served: Served, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    """Soap and rice on the shelf, points with 李梅 and 刘洋."""
    shop = raise_shop(served.cast)
    shop.stock(shop.soap, 50)
    shop.stock(shop.rice, 10)
    shop.points(served.cast.limei, 1000)
    shop.points(served.cast.liuyang, 90)
    return shop


@pytest.fixture
def till(served: Served, desktop_page: Page) -> Page:
    """The keeper's screen at the counter."""
    served.sign_in(desktop_page, served.cast.zhangdian)
    served.open(desktop_page, "/shop")
    return desktop_page


def shoot(page: Page, text: str) -> None:
    """What a gun types once the page listens."""
    ready(page)
    gun.shoot(page, text)


def shoot_goods(page: Page, barcode: str | None, product_id: UUID, count: int) -> None:
    """So many of one product, each once the one before stands in its line."""
    for number in range(1, count + 1):
        shoot(page, barcode or "")
        expect(page.locator(f"#quantity-{product_id.hex}")).to_have_value(str(number))


def ready(page: Page) -> None:
    page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")


def left(shop: Shop, product_id: UUID) -> int:
    """What is on hand by now; the test's own session would still see what it read before."""
    db.session.rollback()
    return shop.on_hand(product_id)


def pause(page: Page) -> None:
    """As long as a person takes to look; an Enter right behind a scan is the gun's."""
    page.wait_for_timeout(750)


def test_scan_scan_enter_and_the_next_person(shop: Shop, till: Page) -> None:
    shoot(till, shop.card(shop.cast.liuyang))
    expect(till.get_by_role("heading", name="刘洋")).to_be_visible()
    shoot_goods(till, SOAP.barcode, shop.soap, 2)
    expect(till.locator("#pay")).to_contain_text("80")
    pause(till)
    till.keyboard.press("Enter")
    expect(till.get_by_role("heading", name="已兑换")).to_be_visible()
    expect(till.locator("#field-scan")).to_be_focused()
    pause(till)
    till.keyboard.press("Enter")
    expect(till.get_by_role("heading", name="下一位")).to_be_visible()
    assert (left(shop, shop.soap), shop.balance(shop.cast.liuyang)) == (48, 10)


def test_goods_shot_faster_than_the_server_answers_all_arrive(shop: Shop, till: Page) -> None:
    shoot(till, shop.code(shop.cast.limei))
    expect(till.locator("#goods")).to_be_visible()
    till.evaluate(
        """(codes) => codes.forEach((code) => [...code, "Enter"].forEach((key) =>
             document.body.dispatchEvent(
               new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))))""",
        [SOAP.barcode, RICE.barcode, SOAP.barcode, SOAP.barcode],
    )
    expect(till.locator(f"#quantity-{shop.soap.hex}")).to_have_value("3")
    expect(till.locator(f"#quantity-{shop.rice.hex}")).to_have_value("1")


def test_a_guns_second_enter_does_not_pay(shop: Shop, till: Page) -> None:
    shoot(till, shop.code(shop.cast.limei))
    expect(till.locator("#goods")).to_be_visible()
    shoot(till, SOAP.barcode or "")
    expect(till.locator("#pay")).to_be_visible()
    till.keyboard.press("Enter")
    pause(till)
    expect(till.locator("#pay")).to_be_visible()
    assert left(shop, shop.soap) == 50


def test_two_enters_make_one_receipt(shop: Shop, till: Page) -> None:
    shoot(till, shop.card(shop.cast.liuyang))
    expect(till.locator("#goods")).to_be_visible()
    shoot(till, SOAP.barcode or "")
    expect(till.locator("#pay")).to_be_visible()
    posts: list[str] = []
    till.on("request", lambda one: posts.extend([one.url] * is_exchange(one)))
    till.evaluate(
        "() => { const pay = document.querySelector('#pay');"
        " pay.requestSubmit(); pay.requestSubmit(); }"
    )
    expect(till.get_by_role("heading", name="已兑换")).to_be_visible()
    assert (len(posts), left(shop, shop.soap)) == (1, 49)


def test_a_lost_reply_and_another_try_are_one_order(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.route("**/shop/exchange", lose_reply, times=1)
    till.get_by_role("button", name="确认兑换").click()
    again = till.get_by_role("button", name="没有网络，点这里再试一次")
    expect(again).to_be_focused()
    again.click()
    expect(till.get_by_role("heading", name="已兑换")).to_be_visible()
    till.go_back()
    expect(till.get_by_role("heading", name="已兑换")).to_be_visible()
    assert left(shop, shop.soap) == 49


def test_back_and_forward_show_what_stood_there(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.wait_for_url("**line=**")
    till.go_back()
    expect(till.get_by_role("heading", name="刘洋")).to_be_visible()
    expect(till.locator("#pay")).to_have_count(0)
    till.go_back()
    expect(till.get_by_role("heading", name="下一位")).to_be_visible()
    till.evaluate("() => history.go(2)")
    expect(till.locator(f"#quantity-{shop.soap.hex}")).to_have_value("1")


def test_a_reload_keeps_the_goods(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.wait_for_url("**line=**")
    till.reload()
    expect(till.locator(f"#quantity-{shop.soap.hex}")).to_have_value("1")


def test_who_is_refused_at_the_receipt_is_the_next_one(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.get_by_role("button", name="确认兑换").click()
    till.wait_for_url("**/receipt")
    shoot(till, "12345678")
    expect(till.get_by_role("heading", name="下一位")).to_be_visible()
    till.wait_for_url("**/shop?shop_id=*")
    till.reload()
    expect(till.get_by_role("heading", name="下一位")).to_be_visible()


def test_a_second_refusal_is_no_step_of_its_own(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.get_by_role("button", name="确认兑换").click()
    till.wait_for_url("**/receipt")
    steps = till.evaluate("() => history.length")
    for _again in range(2):
        with till.expect_response("**/shop/counter"):
            shoot(till, "12345678")
        till.wait_for_url("**/shop?shop_id=*")
    pause(till)
    assert till.evaluate("() => history.length") == steps + 1


def test_back_without_network_leaves_the_goods_on_the_screen(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.wait_for_url("**line=**")
    till.context.set_offline(True)
    till.evaluate("() => history.back()")
    till.wait_for_url(lambda address: "line=" not in address)
    expect(till.locator("#pay")).to_be_visible()


def test_what_was_said_of_one_does_not_stand_over_the_next(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.get_by_role("button", name="确认兑换").click()
    till.wait_for_url("**/receipt")
    till.go_back()
    said = till.get_by_text("这一单已经办好了")
    expect(said).to_be_visible()
    shoot(till, shop.code(shop.cast.limei))
    expect(till.get_by_role("heading", name="李梅")).to_be_visible()
    expect(said).to_have_count(0)


def test_a_jump_within_the_page_reloads_nothing(shop: Shop, till: Page) -> None:  # noqa: ARG001 - the shop is open
    till.locator("#field-scan").fill("half")
    till.evaluate("() => { location.hash = 'main'; }")
    till.go_back()
    expect(till.locator("#field-scan")).to_have_value("half")


def lose_reply(route: Route) -> None:
    """The server does it, and the network breaks before the till hears of it."""
    route.fetch(max_redirects=0)
    route.abort()


def test_without_network_the_counter_stays_on_the_screen(shop: Shop, till: Page) -> None:
    with_a_soap(shop, till)
    till.context.set_offline(True)
    till.get_by_role("button", name="确认兑换").click()
    again = till.get_by_role("button", name="没有网络，点这里再试一次")
    expect(again).to_be_visible()
    till.context.set_offline(False)
    again.click()
    expect(till.get_by_role("heading", name="已兑换")).to_be_visible()
    assert left(shop, shop.soap) == 49


def with_a_soap(shop: Shop, till: Page) -> None:
    """刘洋's card and one soap."""
    shoot(till, shop.card(shop.cast.liuyang))
    expect(till.locator("#goods")).to_be_visible()
    shoot(till, SOAP.barcode or "")
    expect(till.locator("#pay")).to_be_visible()


def is_exchange(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/shop/exchange")


def test_a_refusal_stands_beside_its_line(shop: Shop, till: Page) -> None:
    shoot(till, shop.code(shop.cast.limei))
    expect(till.locator("#goods")).to_be_visible()
    shoot_goods(till, RICE.barcode, shop.rice, 3)
    line = till.locator(".till-line")
    expect(line).to_contain_text("超过本户本月限兑，还可兑 2 件")
    expect(till.get_by_role("button", name="确认兑换")).to_have_count(0)
    line.get_by_role("button", name="减一").click()
    expect(till.get_by_role("button", name="确认兑换")).to_be_visible()


def test_an_expired_code_is_said_in_its_place(shop: Shop, till: Page) -> None:
    shoot(till, "https://lv.example.cn/c/ABCDEFGHJKMNPQR")
    expect(till.get_by_role("alert")).to_be_visible()
    expect(till.locator("#field-scan")).to_be_focused()
    shoot(till, shop.card(shop.cast.limei))
    expect(till.get_by_role("heading", name="李梅")).to_be_visible()


def test_the_pin_is_asked_and_typed(shop: Shop, till: Page) -> None:
    shop.give_pin(shop.cast.limei)
    shoot(till, shop.card(shop.cast.limei))
    expect(till.locator("#goods")).to_be_visible()
    shoot(till, RICE.barcode or "")
    pin = till.get_by_label("请持卡人输入 PIN")
    expect(pin).to_be_visible()
    pause(till)
    till.keyboard.press("Enter")
    expect(pin).to_be_focused()
    assert left(shop, shop.rice) == 10


def test_a_pad_types_the_pin_into_its_own_field(shop: Shop, till: Page) -> None:
    """As fast as a gun, with Enter at the end: it pays, and is shown nowhere."""
    shop.give_pin(shop.cast.limei, "472583")
    shoot(till, shop.card(shop.cast.limei))
    expect(till.locator("#goods")).to_be_visible()
    shoot(till, RICE.barcode or "")
    till.get_by_label("请持卡人输入 PIN").focus()
    gun.shoot(till, "472583")
    expect(till.get_by_role("heading", name="已兑换")).to_be_visible()
    assert left(shop, shop.rice) == 9


def test_without_scripts_the_same_keys_serve(
    shop: Shop, served: Served, open_page: Callable[..., Page]
) -> None:
    page = open_page(scripts=False, width=1280, height=800)
    served.sign_in(page, served.cast.zhangdian)
    page.goto(f"{served.url}/shop")
    field = page.locator("#field-scan")
    expect(field).to_be_focused()
    gun.shoot(page, shop.code(shop.cast.limei))
    page.wait_for_url("**/shop/counter?*")
    expect(field).to_be_focused()
    gun.shoot(page, SOAP.barcode or "")
    page.wait_for_url("**line=*")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="确认兑换")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt")
    assert left(shop, shop.soap) == 49


def test_the_next_card_may_be_shot_at_the_receipt(shop: Shop, till: Page, served: Served) -> None:
    receipt = shop.buy(shop.cast.liuyang, (shop.soap, 1))
    served.open(till, f"/shop/orders/{receipt.order_id}/receipt")
    shoot(till, shop.card(shop.cast.limei))
    expect(till.get_by_role("heading", name="李梅")).to_be_visible()


def test_the_counter_is_readable_and_reachable(
    shop: Shop,
    served: Served,
    open_page: Callable[..., Page],
    check_page: Callable[[Page], None],
) -> None:
    page = open_page()
    served.sign_in(page, served.cast.zhangdian)
    served.open(page, "/shop")
    check_page(page)
    shoot(page, shop.card(shop.cast.limei))
    expect(page.locator("#goods")).to_be_visible()
    shoot(page, RICE.barcode or "")
    expect(page.locator("#pay")).to_be_visible()
    check_page(page)


def test_a_shelf_label_is_read_back(shop: Shop, served: Served, till: Page) -> None:
    served.open(till, f"/shop/labels?{urlencode({'product_id': shop.soap})}")
    till.evaluate("() => { document.documentElement.style.zoom = 3; }")  # a printer's dots
    picture = Image.open(BytesIO(till.locator(".label").screenshot()))
    assert zxingcpp.read_barcodes(picture)[0].text == SOAP.barcode


def test_a_style_that_a_browser_left_breaks_no_policy(shop: Shop, till: Page) -> None:
    """Tools that touch a field leave an empty style; what htmx copies must not be one (CSP)."""
    shoot(till, shop.card(shop.cast.limei))
    expect(till.get_by_role("heading", name="李梅")).to_be_visible()
    till.evaluate(TOUCH)
    shoot_goods(till, SOAP.barcode, shop.soap, 1)
