"""The leader on the plot with one hand free: one tap begins, the next one scans."""

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
THUMB = 48  # pixels that a thumb hits without looking


@pytest.fixture
def leader_page(served: Served, phone_page: Page) -> Page:
    """王强's phone, 390 × 844, signed in; the community has its tariffs."""
    with served.app.app_context():
        today = clock.local_day(clock.now(), clock.DEFAULT_ZONE)
        home = served.cast.community_id
        transact(lambda: seed_tariffs(community_id=home, valid_from_on=today, now=clock.now()))
    served.sign_in(phone_page, served.cast.wangqiang)
    return phone_page


def test_the_leader_lands_on_the_plots_and_begins_in_one_tap(
    served: Served, leader_page: Page
) -> None:
    served.open(leader_page, "/")
    expect(leader_page).to_have_url(re.compile("/plots/mine$"))
    begin = leader_page.get_by_role("button", name="现在开始（2 小时）")
    box = begin.bounding_box()
    assert box is not None
    assert box["height"] >= THUMB
    assert box["y"] + box["height"] < 600, "seen without scrolling, above the tab bar"
    begin.click()
    expect(leader_page).to_have_url(re.compile("/checkin/shifts/[0-9a-f-]{36}$"))
    served.open(leader_page, "/plots/mine")
    expect(leader_page.get_by_text("进行中")).to_be_visible()
    leader_page.get_by_role("link", name="去签到").click()
    expect(leader_page).to_have_url(re.compile("/checkin/shifts/"))


def test_a_gap_is_filled_with_somebody_who_said_yes(served: Served, leader_page: Page) -> None:
    served.open(leader_page, "/plots/mine")
    leader_page.get_by_role("button", name="现在开始（2 小时）").click()
    leader_page.wait_for_url("**/checkin/shifts/*")
    served.open(leader_page, "/plots/mine")
    expect(leader_page.get_by_text("还缺 3 人")).to_be_visible()
    leader_page.get_by_text("找人替班").click()
    leader_page.get_by_label("组里谁愿意来").select_option(label="李梅")
    leader_page.get_by_label("已问过，本人愿意").check()
    leader_page.get_by_role("button", name="替他报名").click()
    expect(leader_page.get_by_text("已发消息告诉本人")).to_be_visible()
    expect(leader_page.get_by_text("还缺 2 人")).to_be_visible()


def test_the_leader_s_pages_hold_up_in_both_sizes_of_type(
    served: Served, leader_page: Page, check_page: Callable[[Page], None]
) -> None:
    for path in ("/plots/mine", "/activities", "/activities/new", "/activities/open", "/earning"):
        served.open(leader_page, path)
        check_page(leader_page)


def test_the_office_s_pages_hold_up_on_a_desk_and_on_a_phone(
    served: Served, leader_page: Page, check_page: Callable[[Page], None]
) -> None:
    served.sign_in(leader_page, served.cast.zhaofang)
    plot = f"/plots/{served.cast.plot_id}"
    office = ("/plots", plot, "/earning/PLOT_CARE", "/earning/scale", "/activities/kinds")
    for path in office:
        served.open(leader_page, path)
        check_page(leader_page)
