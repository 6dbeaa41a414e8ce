"""A season in the browser: a calendar is drafted, looked at and written; people are asked and answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pointsvc.earning.seeds import seed_tariffs
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


@pytest.fixture
def leader_page(served: Served, phone_page: Page) -> Page:
    """王强's phone, signed in; the community has its tariffs."""
    with served.app.app_context():
        today = clock.local_day(clock.now(), clock.DEFAULT_ZONE)
        home = served.cast.community_id
        transact(lambda: seed_tariffs(community_id=home, valid_from_on=today, now=clock.now()))
    served.sign_in(phone_page, served.cast.wangqiang)
    return phone_page


def draft(served: Served, page: Page) -> None:
    """From nothing to a calendar that is written."""
    served.open(page, f"/plots/{served.cast.plot_id}/calendar")
    page.get_by_role("button", name="从本地一年写起").click()
    expect(page.get_by_text("请逐条看一看")).to_be_visible()
    page.get_by_role("button", name="先看看会排出什么").click()
    expect(page).to_have_url(re.compile("preview"))
    page.get_by_role("button", name="排进日程").click()
    expect(page.get_by_text("新排")).to_be_visible()


def test_from_nothing_to_a_season_in_three_taps(served: Served, leader_page: Page) -> None:
    draft(served, leader_page)
    first = leader_page.locator("details", has_text="改这一次").first
    first.locator("summary").first.click()
    first.get_by_role("button", name="等天气，先停").click()
    dialog = leader_page.get_by_role("dialog")
    dialog.get_by_label("原因（可不填）").fill("大风")
    dialog.get_by_role("button", name="等天气，先停").click()
    expect(leader_page.get_by_text("天好了再改日子")).to_be_visible()
    expect(leader_page.get_by_text("：大风").first).to_be_visible()


def test_a_line_is_changed_from_a_day_on(served: Served, leader_page: Page) -> None:
    draft(served, leader_page)
    leader_page.get_by_text("一年里做什么").click()
    leader_page.get_by_role("link", name=re.compile("捡垃圾 · 每周六")).click()
    leader_page.get_by_label("要几个人").fill("4")
    leader_page.get_by_role("button", name="保存").click()
    expect(leader_page.get_by_text("从那天起照新的来")).to_be_visible()
    leader_page.get_by_role("button", name="先看看会排出什么").click()
    expect(
        leader_page.get_by_text("改时间").or_(leader_page.get_by_text("撤下")).first
    ).to_be_visible()


def test_somebody_is_asked_and_answers(
    served: Served, leader_page: Page, open_page: Callable[..., Page]
) -> None:
    served.open(leader_page, f"/plots/{served.cast.plot_id}/people")
    leader_page.get_by_label("组里的谁").select_option(label="李梅")
    leader_page.get_by_role("button", name="发消息请他").click()
    expect(leader_page.get_by_text("等答复")).to_be_visible()
    volunteer = open_page()
    served.sign_in(volunteer, served.cast.limei)
    served.open(volunteer, "/plots/duties/mine")
    volunteer.get_by_role("button", name="我愿意").click()
    expect(volunteer.get_by_role("heading", name="我养护的田")).to_be_visible()
    leader_page.reload()
    expect(leader_page.get_by_text("养护人", exact=True).first).to_be_visible()


def test_the_pages_hold_up_in_both_sizes_of_type(
    served: Served, leader_page: Page, check_page: Callable[[Page], None]
) -> None:
    draft(served, leader_page)
    plot = f"/plots/{served.cast.plot_id}"
    for path in ("/calendar", "/calendar/preview", "/people", "/plans/new"):
        served.open(leader_page, plot + path)
        check_page(leader_page)
    served.open(leader_page, "/plots/duties/mine")
    check_page(leader_page)


def test_corners_are_drawn_while_they_are_typed(
    served: Served, open_page: Callable[..., Page]
) -> None:
    clerk = open_page()
    served.sign_in(clerk, served.cast.zhaofang)
    served.open(clerk, f"/plots/{served.cast.plot_id}/outline")
    corners = clerk.get_by_label("角（一行一个")
    corners.fill("0, 0\n30, 20\n30, 0\n0, 20")
    expect(clerk.get_by_text("不要交叉")).to_be_visible()
    corners.fill("0, 0\n30, 0\n30, 20\n0, 20")
    expect(clerk.get_by_text("600 平方米")).to_be_visible()
    clerk.get_by_role("button", name="保存").click()
    served.open(clerk, "/plots/map")
    clerk.get_by_role("link", name=re.compile("1号田，")).press("Enter")
    expect(clerk).to_have_url(re.compile("/about"))
