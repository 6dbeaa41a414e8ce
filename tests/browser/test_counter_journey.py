"""Exchange day at the counter: twenty people in a row, a gun that types, Enter, no mouse at all."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import date
from typing import Final

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Page, expect

from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.registration import NewMember, register_members
from pointsvc.members.rules import Door
from tests.browser.test_counter import shoot
from tests.shop.asking import ask, decide
from tests.shop.conftest import SOAP, Shop, raise_shop
from tests.support.cast import Person
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
QUEUE: Final = 20
PAUSE_MS: Final = 750  # an Enter right behind a scan is the gun's
# From the Enter at the end of the keys until the answer is painted.
WATCH: Final = """() => {
  const now = () => performance.timeOrigin + performance.now();
  window.took = [];
  let began = 0;
  let step = "";
  document.addEventListener("keydown", (event) => event.key === "Enter" && (began = now()), true);
  new MutationObserver(() => {
    const here = [".done", ".till-line", ".till-person"].find((one) => document.querySelector(one));
    if (here && here !== step) {
      requestAnimationFrame(() => setTimeout(() => window.took.push(now() - began)));
    }
    step = here;
  }).observe(document, { childList: true, subtree: true });
}"""


@pytest.fixture
def shop(served: Served, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    """Soap on the shelf."""
    shop = raise_shop(served.cast)
    shop.stock(shop.soap, 50)
    return shop


@pytest.fixture
def queue(shop: Shop) -> list[Person]:
    """Twenty neighbours with cards and 50 points each."""
    names = [f"邻居{number}" for number in range(1, QUEUE + 1)]
    people = [
        NewMember(name, door=Door("9", "1", str(100 + number)), born_on=date(1955, 1, 1))
        for number, name in enumerate(names)
    ]
    registered = transact(
        lambda: register_members(
            community_id=shop.community_id, people=people, recorded_by_id=None, now=clock.now()
        )
    )
    waiting = [
        Person(row.member_id, name, "", shop.community_id)
        for row, name in zip(registered, names, strict=True)
    ]
    for person in waiting:
        shop.points(person, 50)
        shop.card(person)
    return waiting


@pytest.fixture
def till(served: Served, desktop_page: Page) -> Page:
    """The keeper's screen at the counter, and a clock in it."""
    served.sign_in(desktop_page, served.cast.zhangdian)
    served.open(desktop_page, "/shop")
    desktop_page.evaluate(WATCH)
    return desktop_page


def serve(till: Page, shop: Shop, person: Person) -> None:
    """One person, keys only; the page stays the same one all day."""
    shoot(till, shop.card(person))
    expect(till.get_by_role("heading", name=person.name, exact=True)).to_be_visible()
    shoot(till, SOAP.barcode or "")
    expect(till.locator(f"#quantity-{shop.soap.hex}")).to_have_value("1")
    expect(till.locator("#field-scan")).to_be_focused()
    till.wait_for_timeout(PAUSE_MS)
    till.keyboard.press("Enter")
    expect(till.get_by_role("heading", name="已兑换")).to_be_visible()
    expect(till.locator("#field-scan")).to_be_focused()


def test_twenty_people_are_served_in_a_row_without_a_mouse(
    shop: Shop, queue: list[Person], till: Page
) -> None:
    """Prints what the machine adds, from scan to receipt; `bench` measures it on a quiet machine."""
    for person in queue:
        serve(till, shop, person)
    steps = till.evaluate("() => window.took")
    whole = [sum(steps[start : start + 3]) for start in range(0, len(steps), 3)]
    print(f"scan to receipt: median {statistics.median(whole):.0f} ms of {len(whole)}")  # noqa: T201
    db.session.rollback()
    assert (len(whole), shop.on_hand(shop.soap)) == (QUEUE, 30)
    assert {shop.balance(person) for person in queue} == {10}


def test_the_keepers_page_shows_the_answer_by_itself(
    shop: Shop, queue: list[Person], till: Page, served: Served, app: Flask
) -> None:
    receipt = shop.buy(queue[0], (shop.soap, 1))
    request_id = ask(shop, receipt.order_id)
    served.open(till, f"/shop/requests/{request_id}")
    expect(till.get_by_text("等监督员同意")).to_be_visible()
    with app.app_context():
        decide(shop, request_id)
    expect(till.get_by_text("何督同意了，退回 40 分")).to_be_visible(timeout=10_000)


def test_the_counters_other_pages_are_readable_and_reachable(
    shop: Shop,
    queue: list[Person],
    served: Served,
    open_page: Callable[..., Page],
    check_page: Callable[[Page], None],
) -> None:
    request_id = ask(shop, shop.buy(queue[0], (shop.soap, 1)).order_id)
    page = open_page()
    for person, paths in (
        (served.cast.zhangdian, ("closing", "deliveries", "proxies", f"requests/{request_id}")),
        (served.cast.hedu, ("requests", "unusual")),
    ):
        served.sign_in(page, person)
        for path in paths:
            served.open(page, f"/shop/{path}")
            check_page(page)
