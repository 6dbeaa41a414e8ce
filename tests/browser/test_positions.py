"""A sign in a real browser: the phone is asked where it is, may say no, and the tap goes through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from pointsvc.checkin.models import Scan
from pointsvc.extensions import db
from tests.checkin.duty import BASE, Duty
from tests.checkin.placing import here, use_positions
from tests.support.clocks import FrozenClock
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
WAIT = "[data-position-wait]"


@pytest.fixture
def sign(served: Served, duty: Duty) -> str:
    """The path in the sign of plot 1; 李梅 agreed to share her position there."""
    with served.app.app_context():
        use_positions(duty, served.cast.limei)
        return duty.sign().removeprefix(BASE)


def stand(page: Page, metres: int, *, accuracy: int = 12) -> None:
    """Let the phone be so many metres from the middle of the plot."""
    north, east = str(here(metres).point).split(", ")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(
        {"latitude": float(north), "longitude": float(east), "accuracy": accuracy}
    )


def distances(served: Served) -> list[int | None]:
    with served.app.app_context():
        return list(db.session.scalars(select(Scan.distance_metres).order_by(Scan.received_at)))


def test_near_the_sign_the_tap_counts_in_and_out(
    served: Served,
    sign: str,
    phone_page: Page,
    check_page: Callable[[Page], None],
    clock: FrozenClock,
) -> None:
    served.sign_in(phone_page, served.cast.limei)
    stand(phone_page, 30)
    served.open(phone_page, sign)
    check_page(phone_page)
    phone_page.get_by_role("button", name="签到").click()
    expect(phone_page.locator(".verdict-good")).to_contain_text("已签到")
    check_page(phone_page)
    clock.advance(hours=2)
    stand(phone_page, 12)
    served.open(phone_page, sign)
    phone_page.get_by_role("button", name="签退").click()
    expect(phone_page.locator(".verdict-good")).to_contain_text("+20 分")
    assert distances(served) == [30, 12]


def test_far_from_the_sign_it_waits(served: Served, sign: str, phone_page: Page) -> None:
    served.sign_in(phone_page, served.cast.limei)
    stand(phone_page, 850)
    served.open(phone_page, sign)
    phone_page.get_by_role("button", name="签到").click()
    expect(phone_page.locator(".verdict-wait")).to_contain_text("待确认")
    expect(phone_page.get_by_text("手机离场所 850 米")).to_be_visible()
    assert distances(served) == [850]


def test_who_says_no_to_the_browser_signs_in_all_the_same(
    served: Served, sign: str, phone_page: Page
) -> None:
    phone_page.context.clear_permissions()
    served.sign_in(phone_page, served.cast.limei)
    served.open(phone_page, sign)
    phone_page.get_by_role("button", name="签到").click()
    expect(phone_page.locator(".verdict-wait")).to_contain_text("待确认")
    assert distances(served) == [None]


SILENT = "navigator.geolocation.getCurrentPosition = () => {}"


def test_two_taps_while_the_phone_is_looking_are_one(
    served: Served, sign: str, phone_page: Page
) -> None:
    """The browser's question is open and nobody answers: after a while it goes without."""
    served.sign_in(phone_page, served.cast.limei)
    served.open(phone_page, sign)
    phone_page.evaluate(SILENT)
    button = phone_page.get_by_role("button", name="签到")
    button.click()
    expect(phone_page.locator(WAIT)).to_be_visible()
    button.click()
    expect(phone_page.locator(".verdict-wait")).to_contain_text("待确认", timeout=20_000)
    assert distances(served) == [None]


def test_without_scripts_the_sign_works_as_ever(
    served: Served, sign: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(scripts=False)
    served.sign_in(page, served.cast.limei)
    page.goto(f"{served.url}{sign}")
    page.get_by_role("button", name="签到").click()
    expect(page.locator(".verdict-wait")).to_contain_text("待确认")
    assert distances(served) == [None]


def test_a_clerk_takes_the_plots_position_from_her_phone(
    served: Served,
    duty: Duty,
    phone_page: Page,
    check_page: Callable[[Page], None],
) -> None:
    served.sign_in(phone_page, served.cast.zhaofang)
    stand(phone_page, 0, accuracy=9)
    served.open(phone_page, f"/organisation/places/{served.cast.plot_id}/position")
    phone_page.get_by_role("button", name="用我现在的位置").click()
    expect(phone_page.locator("#field-point")).to_have_value("38.252137, 106.771849")
    expect(phone_page.locator("#located")).to_contain_text("误差约 9 米")
    check_page(phone_page)
    phone_page.get_by_role("button", name="保存").click()
    expect(phone_page.get_by_text("1号田”的位置记好了")).to_be_visible()
    assert duty.community_id == served.cast.community_id


def test_a_neighbour_vouches_with_two_taps(
    served: Served,
    duty: Duty,
    phone_page: Page,
    check_page: Callable[[Page], None],
) -> None:
    with served.app.app_context():
        duty.scan(served.cast.wangqiang, duty.card(served.cast.liuyang))
        duty.scan(served.cast.limei, duty.sign())
    served.sign_in(phone_page, served.cast.liuyang)
    served.open(phone_page, "/me")
    phone_page.get_by_role("button", name="我看见了").click()
    expect(phone_page.get_by_role("dialog")).to_contain_text("您看见李梅在1号田")
    check_page(phone_page)
    phone_page.get_by_role("button", name="看见了，我作证").click()
    expect(phone_page.get_by_text("谢谢您作证")).to_be_visible()
    check_page(phone_page)
