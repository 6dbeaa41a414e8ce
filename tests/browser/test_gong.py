"""The screen that calls numbers: silent until somebody taps, then a gong for each new number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, expect

from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.shop.service.calling import call_next
from tests.shop.conftest import raise_shop
from tests.shop.sharing import Sharing
from tests.support.clocks import FrozenClock
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
LISTEN = """() => {
  window.strikes = 0;
  const { createOscillator } = AudioContext.prototype;
  AudioContext.prototype.createOscillator = function () {
    window.strikes += 1;
    return createOscillator.call(this);
  };
}"""


@pytest.fixture
def sharing(served: Served, database: SQLAlchemy, clock: FrozenClock) -> Sharing:  # noqa: ARG001
    """An hour before the slots of a drawn day; two have something."""
    sharing = Sharing(raise_shop(served.cast))
    sharing.shop.stock(sharing.shop.soap, 5)
    day_id = sharing.plan((sharing.shop.soap, 2))
    for person in (served.cast.limei, served.cast.liuyang):
        sharing.shop.points(person, 100)
        sharing.wish(day_id, person, sharing.shop.soap)
    clock.advance(days=2, hours=1)
    sharing.draw(day_id)
    clock.advance(hours=22)
    sharing.day_id = day_id
    return sharing


def call(sharing: Sharing, served: Served) -> None:
    """The desk calls the next number."""
    now = clock.now() + timedelta(seconds=1)
    community_id, by_id = sharing.shop.community_id, served.cast.zhaofang.id
    transact(
        lambda: call_next(community_id=community_id, day_id=sharing.day_id, by_id=by_id, now=now)
    )


def test_it_sounds_after_a_tap_and_not_before(
    sharing: Sharing, served: Served, desktop_page: Page
) -> None:
    served.sign_in(desktop_page, served.cast.zhangdian)
    served.open(desktop_page, "/shop/screen")
    desktop_page.evaluate(LISTEN)
    call(sharing, served)
    expect(desktop_page.locator(".queue-newest")).to_have_text("1", timeout=9_000)
    assert desktop_page.evaluate("window.strikes") == 0
    desktop_page.get_by_role("button", name="点这里打开铃声").click()
    expect(desktop_page.get_by_role("button", name="叫号时会响铃")).to_be_visible()
    call(sharing, served)
    expect(desktop_page.locator(".queue-newest")).to_have_text("2", timeout=9_000)
    desktop_page.wait_for_function("() => window.strikes === 4")  # two to try it, two for number 2
