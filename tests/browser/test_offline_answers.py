"""What the offline page says: at once, while the person stands there, and when answers come."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import revoke_card
from pointsvc.organisation.devices import create_device, enrol
from tests.browser.gun import shoot
from tests.browser.phone import Phone
from tests.checkin.duty import Duty
from tests.support.clocks import FrozenClock
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 MicroMessenger/8.0.50"
# A scan as an older page may have left it: for a shift of nowhere, or with more than a drop holds.
ADD = """async (some) => {
  const store = await import("/static/js/offline-store.js");
  const { newId } = await import("/static/js/ids.js");
  const scan = { claimed_at: new Date().toISOString(), direction: "in", shift_id: null, quantity: 1 };
  await store.add(localStorage.getItem("offline-owner"), { scan_id: newId(), ...scan, ...some });
}"""


def test_a_code_of_nobody_is_refused_while_the_person_stands_there(
    served: Served, phone: Phone, duty: Duty
) -> None:
    with served.app.app_context():
        sign = duty.sign()
    phone.lose_network()
    said = phone.page.locator("#verdict")
    for code, why in (("ABCDE-12345", "读不懂"), (sign, "不是居民的码"), ("12345678", "查不到")):
        phone.scan(code)
        expect(said).to_contain_text(why)
    phone.expect_count("waiting", 0)


def test_the_same_card_within_half_a_minute_is_asked_about(
    phone: Phone, cards: list[str], clock: FrozenClock
) -> None:
    phone.lose_network()
    phone.scan(cards[0])
    phone.expect_count("waiting", 1)
    phone.scan(cards[0])
    phone.page.get_by_role("button", name="不记了").click()
    phone.expect_count("waiting", 1)
    phone.scan(cards[0])
    phone.page.get_by_role("button", name="再记一次").click()
    phone.expect_count("waiting", 2)
    phone.set_clock(clock.advance(seconds=31))
    phone.scan(cards[0])
    phone.expect_count("waiting", 3)


def test_a_gun_is_heard_without_network(phone: Phone, cards: list[str]) -> None:
    phone.lose_network()
    phone.page.locator("h1").click()
    shoot(phone.page, cards[0])
    phone.expect_count("waiting", 1)
    expect(phone.page.locator("#verdict")).to_contain_text("签到已存下")


def test_with_network_the_answer_comes_at_once(
    phone: Phone, cards: list[str], clock: FrozenClock
) -> None:
    said = phone.page.locator("#verdict")
    phone.scan(cards[0])
    expect(said).to_contain_text("李梅")
    phone.set_clock(clock.advance(hours=2))
    phone.page.get_by_label("签退", exact=True).check()
    phone.scan(cards[0])
    expect(said).to_contain_text("已签退")
    expect(said).to_contain_text("+20")


def test_a_refused_scan_stays_in_sight_until_somebody_has_read_it(
    served: Served, phone: Phone, duty: Duty, cards: list[str]
) -> None:
    phone.lose_network()
    phone.scan(cards[0])
    with served.app.app_context():
        lose_card(served, duty)
    phone.find_network()
    trouble = phone.page.locator('[data-list="trouble"]')
    expect(trouble).to_contain_text("这张卡已作废", timeout=10_000)
    phone.reload()
    expect(trouble).to_contain_text("这张卡已作废")
    phone.page.get_by_role("button", name="知道了").click()
    phone.expect_count("trouble", 0)
    phone.expect_count("sent", 1)


def lose_card(served: Served, duty: Duty) -> None:
    """李梅's card was reported lost before she was scanned."""
    transact(
        lambda: revoke_card(
            community_id=duty.community_id,
            member_id=served.cast.limei.id,
            reason="lost",
            actor=SYSTEM,
            now=duty.now(),
        )
    )


def test_what_the_books_would_not_take_waits_for_a_person(phone: Phone, cards: list[str]) -> None:
    phone.lose_network()
    nowhere = "019ab000-0000-7000-8000-000000000000"
    phone.page.evaluate(ADD, {"code": cards[0], "shift_id": nowhere})
    phone.find_network()
    phone.expect_count("trouble", 1)
    phone.reload()
    phone.expect_count("trouble", 1)
    assert phone.books() == []
    phone.page.get_by_role("button", name="再传一次").click()
    phone.expect_count("trouble", 1)
    phone.page.get_by_text("不传了").click()
    phone.page.get_by_role("button", name="删掉这一条").click()
    phone.expect_count("trouble", 0)
    phone.expect_count("waiting", 0)


def test_one_scan_that_does_not_fit_holds_up_no_other(phone: Phone, cards: list[str]) -> None:
    phone.lose_network()
    phone.page.evaluate(ADD, {"code": cards[0], "quantity": 99})
    phone.page.evaluate(ADD, {"code": cards[1]})
    phone.find_network()
    phone.expect_count("sent", 1)
    phone.expect_count("trouble", 1)
    phone.expect_count("waiting", 0)
    assert [scan.verdict for scan in phone.books()] == ["accepted"]


def test_a_phone_whose_clock_is_wrong_tells_the_right_time(
    phone: Phone, cards: list[str], clock: FrozenClock
) -> None:
    at_nine = clock.advance()
    phone.set_clock(clock.advance(hours=1))
    clock.at(at_nine)
    phone.open()
    phone.scan(cards[0])
    phone.expect_count("sent", 1)
    assert [(scan.verdict, scan.happened_at) for scan in phone.books()] == [("accepted", at_nine)]


def test_bags_are_counted_at_the_station(
    served: Served, phone: Phone, duty: Duty, cards: list[str]
) -> None:
    with served.app.app_context():
        duty.open_station()
    phone.sign_in(served.cast.sungang)
    phone.open("/checkin/station")
    phone.open()
    phone.lose_network()
    expect(phone.page.get_by_label("签到", exact=True)).to_be_hidden()
    phone.page.get_by_label("数量（袋）").fill("3")
    phone.scan(cards[0])
    phone.expect_count("waiting", 1)
    phone.find_network()
    phone.expect_count("sent", 1)
    assert [(scan.direction, scan.quantity) for scan in phone.books()] == [("drop", 3)]


def test_a_tab_left_open_scans_for_nobody_after_signing_out(phone: Phone, cards: list[str]) -> None:
    other = phone.open(page=phone.new_page())
    sign_out(phone)
    expect(other.get_by_text("还不知道您是谁")).to_be_visible()
    other.evaluate(
        "(code) => { document.querySelector('#field-code').value = code;"
        " document.querySelector('.offline form').requestSubmit(); }",
        cards[0],
    )
    expect(other.locator("#verdict")).to_be_empty()
    phone.expect_count("waiting", 0, other)
    expect(other.locator("#field-code")).to_have_value(cards[0])


def test_a_scanner_device_sends_with_its_own_sign_in(
    served: Served, phone: Phone, duty: Duty, cards: list[str]
) -> None:
    with served.app.app_context():
        token = scanner_at(duty, duty.cast.plot_id)
    phone.context.clear_cookies()
    phone.context.add_cookies([{"name": "device", "value": token, "url": served.url}])
    phone.open("/checkin/scanner")
    phone.open()
    phone.lose_network()
    phone.scan(cards[0])
    phone.expect_count("waiting", 1)
    phone.find_network()
    phone.expect_count("sent", 1)
    expect(phone.page.locator('[data-list="answers"]')).to_contain_text("李*")
    assert [scan.actor_kind for scan in phone.books()] == ["device"]


def scanner_at(duty: Duty, place_id: UUID) -> str:
    """The token of a scanner that the office set up at the place."""

    def work() -> str:
        code = create_device(
            community_id=duty.community_id,
            device_id=new_id(),
            kind="scanner",
            name="门口那台",
            place_id=place_id,
            actor=SYSTEM,
            now=duty.now(),
        )
        return enrol(code=code, agent="test", now=duty.now()).visit.token

    return transact(work)


def test_the_duty_page_makes_ready_sends_and_says_what_waits(
    phone: Phone, cards: list[str]
) -> None:
    phone.lose_network()
    phone.scan(cards[0])
    phone.expect_count("waiting", 1)
    phone.find_network()
    phone.open("/checkin")
    link = phone.page.get_by_role("link", name="没有网络时用")
    expect(link.locator("[data-unsent]")).to_be_hidden()
    link.click()
    phone.expect_count("sent", 1)
    assert len(phone.books()) == 1


def test_signing_out_asks_first_and_keeps_what_waits_for_its_owner(
    served: Served, phone: Phone, cards: list[str]
) -> None:
    phone.lose_network()
    phone.page.evaluate(ADD, {"code": cards[0], "shift_id": "019ab000-0000-7000-8000-000000000000"})
    phone.find_network()
    phone.expect_count("trouble", 1)
    sign_out(phone)
    question = phone.page.get_by_text("离线扫的码还没有上传")
    expect(question).to_be_visible()
    phone.page.get_by_role("button", name="返回").click()
    expect(question).to_be_hidden()
    sign_out(phone, sure=True)
    phone.open()
    expect(phone.page.get_by_text("还不知道您是谁")).to_be_visible()
    phone.expect_count("trouble", 0)
    phone.sign_in(served.cast.wangqiang)
    phone.reload()
    phone.expect_count("trouble", 1)


def sign_out(phone: Phone, *, sure: bool = False) -> None:
    """By the menu of any page."""
    if not sure:
        phone.open("/checkin")
    phone.page.locator("details.menu summary").click()
    phone.page.get_by_role("button", name="退出登录").click()
    if sure:
        phone.page.get_by_role("button", name="仍然退出").click()
        expect(phone.page.get_by_role("heading", name="登录")).to_be_visible()


def test_with_nothing_waiting_signing_out_takes_one_tap(phone: Phone) -> None:
    sign_out(phone)
    expect(phone.page.get_by_role("heading", name="登录")).to_be_visible()


def test_wechat_is_told_to_open_a_browser(served: Served, browser: Browser, duty: Duty) -> None:
    context = browser.new_context(user_agent=WECHAT, locale="zh-CN", service_workers="block")
    wechat = Phone(served, context)
    wechat.set_clock(duty.now())
    wechat.sign_in(served.cast.wangqiang)
    served.open(wechat.page, "/offline")
    expect(wechat.page.get_by_text("请在浏览器打开", exact=True)).to_be_visible()
    expect(wechat.page.get_by_role("button", name="存下")).to_be_visible()
    context.close()


def test_the_page_can_be_read_and_tapped_by_everyone(
    phone: Phone, cards: list[str], check_page: Callable[[Page], None]
) -> None:
    phone.scan(cards[0])
    phone.expect_count("sent", 1)
    phone.open()
    check_page(phone.page)
    phone.lose_network()
    phone.page.evaluate(ADD, {"code": cards[1], "quantity": 99})
    phone.scan(cards[2])
    phone.scan(cards[2])
    phone.page.wait_for_timeout(300)
    check_page(phone.page)
