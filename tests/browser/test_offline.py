"""On the plot there is no network: scans are kept, sent later, and none is lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, expect

from pointsvc.kernel import qr
from tests.browser.conftest import CHROMIUM
from tests.browser.phone import LosingProxy, Phone, pocketed
from tests.checkin.duty import Duty
from tests.support.clocks import FrozenClock
from tests.support.pictures import photo_of
from tests.support.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]
# Twenty scans without waiting for one another; what `window.burst` waits for comes later.
BURST = """() => {
  window.burst = Promise.all([import("/static/js/offline-store.js"), import("/static/js/ids.js")])
    .then(([store, ids]) => Promise.all([...Array(20)].map(() => store.add(
      localStorage.getItem("offline-owner"), { scan_id: ids.newId(), code: "5", direction: "in" }))));
}"""
COUNTERS = """async () => {
  const store = await import("/static/js/offline-store.js");
  const items = await store.unsent(localStorage.getItem("offline-owner"));
  return items.map((item) => item.body.device_counter);
}"""


def test_five_scans_survive_a_reload_without_network_and_are_sent_in_one_upload(
    phone: Phone, cards: list[str], clock: FrozenClock
) -> None:
    at_nine = clock.advance()
    phone.lose_network()
    for card in cards:
        phone.scan(card)
    phone.expect_count("waiting", 5)
    phone.reload()
    phone.expect_count("waiting", 5)
    phone.set_clock(clock.advance(minutes=20))
    phone.find_network()
    phone.expect_count("waiting", 0)
    phone.expect_count("sent", 5)
    assert phone.posts == 1
    assert [(scan.verdict, scan.happened_at) for scan in phone.books()] == [
        ("accepted", at_nine)
    ] * 5


def test_a_photo_is_read_without_network(phone: Phone, cards: list[str], tmp_path: Path) -> None:
    photo = tmp_path / "card.jpg"
    photo.write_bytes(photo_of(qr.svg(cards[0], title="card")))
    phone.lose_network()
    phone.reload()
    phone.page.locator("[data-ready] [data-photo]").set_input_files(photo)
    phone.expect_count("waiting", 1)


def test_every_scan_carries_the_phone_s_own_count(phone: Phone, cards: list[str]) -> None:
    phone.lose_network()
    for card in cards[:3]:
        phone.scan(card)
    phone.expect_count("waiting", 3)
    phone.reload()
    phone.scan(cards[3])
    phone.find_network()
    phone.expect_count("sent", 4)
    books = phone.books()
    assert [scan.device_counter for scan in books] == [1, 2, 3, 4]
    assert len({scan.device_id for scan in books} - {None}) == 1


def test_an_answer_that_got_lost_doubles_nothing(
    served: Served, phone: Phone, cards: list[str]
) -> None:
    proxy = LosingProxy(served)
    phone.scan(cards[0])
    expect(phone.page.get_by_text("服务器没有回答")).to_be_visible()
    phone.expect_count("waiting", 1)
    assert (proxy.lost, len(phone.books())) == (1, 1), "the work was done"
    proxy.is_losing = False
    phone.page.get_by_role("button", name="现在上传").click()
    phone.expect_count("waiting", 0)
    expect(phone.page.locator("#verdict")).to_contain_text("李梅")
    expect(phone.page.locator("#verdict")).to_contain_text("已签到")
    assert len(phone.books()) == 1


def test_what_waits_outlives_the_browser(
    served: Served, duty: Duty, cards: list[str], chromium: BrowserType, tmp_path: Path
) -> None:
    with pocketed(chromium, tmp_path, CHROMIUM) as context:
        before = Phone(served, context)
        before.set_clock(duty.now())
        before.sign_in(served.cast.wangqiang)
        before.open()
        before.lose_network()
        before.scan(cards[0])
        before.expect_count("waiting", 1)
    with pocketed(chromium, tmp_path, CHROMIUM) as context:
        context.set_offline(offline=True)
        after = Phone(served, context)
        served.open(after.page, "/offline")
        after.expect_count("waiting", 1)
        expect(after.page.get_by_label("场次")).to_contain_text("1号田")


def test_two_tabs_lose_and_double_nothing(phone: Phone, cards: list[str]) -> None:
    other = phone.open(page=phone.new_page())
    phone.lose_network()
    for page, some in ((phone.page, cards[:3]), (other, cards[3:])):
        for card in some:
            phone.scan(card, page)
    phone.expect_count("waiting", 5, other)
    phone.find_network()
    phone.expect_count("waiting", 0)
    phone.expect_count("sent", 5)
    assert sorted(scan.device_counter or 0 for scan in phone.books()) == [1, 2, 3, 4, 5]


def test_two_tabs_at_once_give_every_scan_a_number_of_its_own(phone: Phone) -> None:
    tabs = [phone.page, phone.open(page=phone.new_page())]
    phone.lose_network()
    for tab in tabs:
        tab.evaluate(BURST)
    for tab in tabs:
        tab.evaluate("() => window.burst")
    counters = phone.page.evaluate(COUNTERS)
    assert sorted(counters) == list(range(1, 41))


def test_an_ended_visit_keeps_the_scans_until_the_next_one(
    served: Served, phone: Phone, cards: list[str]
) -> None:
    phone.context.clear_cookies()
    phone.scan(cards[0])
    expect(phone.page.get_by_text("登录已到期")).to_be_visible()
    phone.expect_count("waiting", 1)
    assert phone.books() == []
    phone.sign_in(served.cast.wangqiang)
    phone.reload()
    phone.expect_count("waiting", 0)
    assert [scan.verdict for scan in phone.books()] == ["accepted"]


def test_somebody_else_on_the_phone_neither_sees_nor_sends_them(
    served: Served, phone: Phone, cards: list[str]
) -> None:
    phone.lose_network()
    phone.scan(cards[0])
    phone.expect_count("waiting", 1)
    phone.find_network_as(served.cast.sungang)
    phone.open()
    phone.expect_count("waiting", 0)
    assert phone.books() == []
    phone.sign_in(served.cast.wangqiang)
    phone.reload()
    phone.expect_count("sent", 1)
    assert [scan.actor_id for scan in phone.books()] == [served.cast.wangqiang.id]


def test_the_browser_keeps_no_page_with_a_person_in_it(
    served: Served, phone: Phone, duty: Duty
) -> None:
    for path in ("/plots/mine", "/checkin", f"/checkin/shifts/{duty.shift_id}", "/offline"):
        phone.open(path)
    phone.page.evaluate("() => fetch('/api/v1/me').then((reply) => reply.text())")
    kept = phone.page.evaluate("""async () => {
      const names = await caches.keys();
      const shelves = await Promise.all(names.map((name) => caches.open(name)));
      const found = (await Promise.all(shelves.map((shelf) => shelf.keys()))).flat();
      return { paths: found.map((one) => new URL(one.url).pathname),
        shell: await (await caches.match("/offline")).text() };
    }""")
    pages = [path for path in kept["paths"] if not path.startswith("/static/")]
    assert pages == ["/offline"]
    assert not any(word in kept["shell"] for word in ("王强", "尚城", "1号田"))
    assert served.cast.wangqiang.id.hex not in kept["shell"].replace("-", "")


def test_any_page_leads_to_the_scanner_where_there_is_no_network(phone: Phone) -> None:
    phone.lose_network()
    phone.page.goto(f"{phone.served.url}/plots/mine")
    expect(phone.page.get_by_role("heading", name="离线扫码")).to_be_visible()
    expect(phone.page.get_by_label("场次")).to_contain_text("1号田")
