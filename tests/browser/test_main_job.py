"""The main job from end to end in a real browser: book, shift, two hours, goods, one back, the month."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, expect

from pointsvc.cli.verification import verify_everything
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from tests.browser.test_import_pages import bring
from tests.shop.conftest import RICE, SOAP, Shop, raise_shop
from tests.support.clocks import FrozenClock
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
GUN_PAUSE_MS, LOOK_MS = 1600, 750


@pytest.fixture
def shop(served: Served, database: SQLAlchemy, clock: FrozenClock) -> Shop:  # noqa: ARG001
    """Tariffs, soap and rice on the shelf, and 400 points that 李梅 earned before."""
    community_id, now = served.cast.community_id, clock.at("2026-11-21T09:00")
    transact(lambda: seed_tariffs(community_id=community_id, valid_from_on=now.date(), now=now))
    shop = raise_shop(served.cast)
    shop.stock(shop.soap, 9)
    shop.stock(shop.rice, 9)
    shop.points(served.cast.limei, 400)
    return shop


def shoot(page: Page, *texts: str | None) -> None:
    """What a scanner gun types once the page listens, Enter at the end."""
    page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")
    for text in texts:
        page.keyboard.type(text or "")
        page.keyboard.press("Enter")


def test_two_hours_on_a_plot_become_goods_and_some_come_back(
    served: Served, shop: Shop, open_page: Callable[..., Page], clock: FrozenClock
) -> None:
    desk, phone = open_page(width=1280, height=800), open_page()
    import_the_book(served, desk)
    serve_two_hours(served, phone, shop.card(served.cast.limei), clock)
    see_the_points(served, open_page())
    exchange(served, desk, shop)
    bring_back(served, desk, open_page())
    see_the_month(served, open_page(width=1280, height=800))
    db.session.rollback()
    assert (shop.on_hand(shop.soap), shop.on_hand(shop.rice)) == (9, 8)
    assert shop.balance(served.cast.limei) == 100
    assert verify_everything().ok


def import_the_book(served: Served, page: Page) -> None:
    """The clerk: 158 people and 2132 points, in one go."""
    bring(served, page)
    page.get_by_text("写入能导入的全部内容").click()
    page.get_by_role("button", name="确定写入").click()
    expect(page.get_by_text("158 人、8 块责任田")).to_be_visible()


def serve_two_hours(served: Served, page: Page, card: str, clock: FrozenClock) -> None:
    """The leader: one press opens the shift, one scan in, one out."""
    served.sign_in(page, served.cast.wangqiang)
    served.open(page, "/plots/mine")
    page.get_by_role("button", name="现在开始（2 小时）").click()
    page.wait_for_url("**/checkin/shifts/*")
    shoot(page, card)
    expect(page.locator("#verdict")).to_contain_text("已签到")
    clock.advance(hours=2)
    page.wait_for_timeout(GUN_PAUSE_MS)
    shoot(page, card)
    expect(page.locator("#verdict")).to_contain_text("+20 分")


def see_the_points(served: Served, page: Page) -> None:
    """The volunteer: the balance, two hours of service, and why."""
    served.sign_in(page, served.cast.limei)
    served.open(page, "/me")
    expect(page.get_by_text("420", exact=True)).to_be_visible()
    expect(page.locator("#latest")).to_contain_text("责任田养护")


def exchange(served: Served, page: Page, shop: Shop) -> None:
    """The keeper: her code, soap, rice, Enter, receipt."""
    served.sign_in(page, served.cast.zhangdian)
    served.open(page, "/shop")
    shoot(page, shop.code(served.cast.limei))
    expect(page.get_by_role("heading", name="李梅")).to_be_visible()
    for barcode, product_id in ((SOAP.barcode, shop.soap), (RICE.barcode, shop.rice)):
        shoot(page, barcode)
        expect(page.locator(f"#quantity-{product_id.hex}")).to_have_value("1")
    page.wait_for_timeout(LOOK_MS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已兑换")).to_be_visible()


def bring_back(served: Served, counter: Page, phone: Page) -> None:
    """The keeper asks, the supervisor agrees on their own phone: the soap comes back."""
    counter.get_by_role("link", name="看这一单 / 退兑").click()
    counter.get_by_role("link", name="退兑", exact=True).last.click()
    counter.get_by_role("spinbutton", name="香皂").fill("1")
    counter.get_by_label("为什么退").fill("受潮")
    counter.get_by_role("button", name="请监督员同意").click()
    expect(counter.get_by_text("等监督员同意").first).to_be_visible()
    served.sign_in(phone, served.cast.hedu)
    served.open(phone, "/shop/requests")
    phone.locator("#request-1").get_by_text("同意退回", exact=True).first.click()
    phone.get_by_role("button", name="同意退回", exact=True).last.click()
    expect(phone.get_by_text("没有等您同意的申请")).to_be_visible()
    expect(counter.get_by_text("退好了")).to_be_visible()


def see_the_month(served: Served, page: Page) -> None:
    """Anybody: the month adds up to what stands in the passbooks, and shows no name."""
    served.open(page, f"/communities/{served.cast.community_id}/months/2026-11")
    expect(page.get_by_text("与结余一致")).to_be_visible()
    expect(page.get_by_text("李梅")).to_have_count(0)
