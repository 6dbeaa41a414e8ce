"""The leader's afternoon in a real browser, one hand free."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.gun import shoot
from tests.checkin.duty import Duty
from tests.support.clocks import FrozenClock
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


@pytest.fixture
def card(served: Served, duty: Duty) -> str:
    """What a gun types when it sees 李梅's card."""
    with served.app.app_context():
        return duty.card(served.cast.limei)


@pytest.fixture
def leader(served: Served, duty: Duty, phone_page: Page) -> Page:
    """王强's phone on the shift's page."""
    served.sign_in(phone_page, served.cast.wangqiang)
    served.open(phone_page, f"/checkin/shifts/{duty.shift_id}")
    return phone_page


def test_a_card_in_and_out_two_hours_later_earns_twenty_points(
    served: Served, phone_page: Page, card: str, clock: FrozenClock
) -> None:
    served.sign_in(phone_page, served.cast.wangqiang)
    served.open(phone_page, "/checkin")
    phone_page.get_by_role("link", name="扫码").click()
    phone_page.wait_for_url("**/checkin/shifts/*")
    phone_page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")
    verdict = phone_page.locator("#verdict")
    shoot(phone_page, card)
    expect(verdict).to_contain_text("李梅")
    expect(verdict).to_contain_text("已签到")
    expect(phone_page.locator("#here")).to_contain_text("在场 1 人")
    clock.advance(hours=2)
    phone_page.wait_for_timeout(1600)  # the gun's own pause between two readings of one card
    shoot(phone_page, card)
    expect(verdict).to_contain_text("已签退")
    expect(verdict).to_contain_text("+20 分")
    expect(phone_page.locator("#gone")).to_contain_text("已签退 1 人")


def test_the_camera_stays_and_the_next_card_follows_at_once(
    served: Served, duty: Duty, leader: Page, card: str
) -> None:
    with served.app.app_context():
        second = duty.card(served.cast.liuyang)
    shoot(leader, card)
    shoot(leader, second)
    expect(leader.locator("#here")).to_contain_text("在场 2 人")
    expect(leader.locator("#field-code")).to_have_value("")


def losing_the_first() -> Callable[[Route], None]:
    """Let every request through to the server; the first answer never arrives."""
    lost: list[str] = []

    def handle(route: Route) -> None:
        reply = route.fetch()
        if lost:
            route.fulfill(response=reply)
        else:
            lost.append(reply.text())
            route.abort()

    return handle


@pytest.fixture
def troubled(served: Served, duty: Duty, browser: Browser) -> Iterator[Page]:
    """王强's phone in a dead spot: failed requests are part of the test."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", service_workers="block"
    )
    page = context.new_page()
    served.sign_in(page, served.cast.wangqiang)
    served.open(page, f"/checkin/shifts/{duty.shift_id}")
    yield page
    context.close()


def test_without_an_answer_nothing_is_doubled_or_mixed_up(
    served: Served, duty: Duty, troubled: Page, card: str
) -> None:
    """The first scan is recorded and its answer lost; the next person is scanned before a retry."""
    with served.app.app_context():
        second = duty.card(served.cast.liuyang)
    troubled.route("**/scans", losing_the_first())
    troubled.get_by_label("或输入卡上的编号").fill(card)
    troubled.get_by_role("button", name="记下").click()
    expect(troubled.locator("[data-no-answer]")).to_be_visible()
    troubled.get_by_label("或输入卡上的编号").fill(second)
    troubled.get_by_role("button", name="记下").click()
    expect(troubled.locator("#verdict")).to_contain_text("刘洋")
    expect(troubled.locator("#here")).to_contain_text("在场 2 人")


def test_the_station_is_scanned_and_counted_by_keyboard_alone(
    served: Served, duty: Duty, phone_page: Page, card: str
) -> None:
    with served.app.app_context():
        duty.open_station()
    served.sign_in(phone_page, served.cast.sungang)
    served.open(phone_page, "/checkin/station")
    shoot(phone_page, card)
    expect(phone_page.get_by_role("button", name="记 1 袋")).to_be_focused()
    phone_page.keyboard.press("Enter")
    expect(phone_page.locator("#verdict")).to_contain_text("+2 分")
    expect(phone_page.locator("#tally")).to_contain_text("李梅")


def test_nobody_is_taken_for_the_person_before(
    served: Served, duty: Duty, phone_page: Page, card: str
) -> None:
    """The next card is in the field: what was said of 李梅 is gone, and what is said is in sight."""
    with served.app.app_context():
        duty.open_station()
        second = duty.card(served.cast.liuyang)
    served.sign_in(phone_page, served.cast.sungang)
    served.open(phone_page, "/checkin/station")
    shoot(phone_page, card)
    phone_page.get_by_role("button", name="记 20 袋").click()
    expect(phone_page.locator("#verdict")).to_contain_text("李梅")
    expect(phone_page.locator("#verdict")).to_be_in_viewport(ratio=1)
    shoot(phone_page, second)
    expect(phone_page.locator("#verdict")).to_be_empty()


def test_every_sign_is_one_page_of_paper(served: Served, desktop_page: Page) -> None:
    served.sign_in(desktop_page, served.cast.zhaofang)
    served.open(desktop_page, "/checkin/signs")
    desktop_page.get_by_role("button", name="打开打印页").click()
    signs = desktop_page.locator(".sign")
    expect(signs.first).to_be_visible()
    paper = desktop_page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == signs.count()


@pytest.fixture
def office(served: Served, duty: Duty) -> list[str]:
    """The pages, with somebody who waits and somebody who dropped."""
    with served.app.app_context():
        duty.open_station()
        duty.scan(served.cast.limei, duty.sign(), "in")
        codes = [duty.sign(), duty.card(served.cast.liuyang)]
    shift = f"/checkin/shifts/{duty.shift_id}"
    desk = ["", "/waiting", "/station", "/signs", "/corrections"]
    landings = [f"/c/{code.rpartition('/c/')[2]}" for code in codes]
    return [*(f"/checkin{tail}" for tail in desk), shift, f"{shift}/roster", *landings]


def test_the_pages_can_be_read_and_tapped_by_everyone(
    served: Served,
    office: list[str],
    open_page: Callable[..., Page],
    check_page: Callable[[Page], None],
) -> None:
    page = open_page()
    served.sign_in(page, served.cast.zhaofang)
    for path in office:
        served.open(page, path)
        check_page(page)
