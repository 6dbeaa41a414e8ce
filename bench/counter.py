"""P14: what the software itself takes at the counter, in a real browser, from scan to receipt.

A gun's keys fall into the page as a burst; what is timed is from the Enter at their end until the
answer is painted: the member, one product, the receipt. The person's own time, and the moment that
the page waits so that a gun's second Enter does not pay, are not in it. The page itself says when
a step was painted: who asks it meanwhile takes its time. Server and browser share this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final
from uuid import UUID

from playwright.sync_api import Page, sync_playwright

from bench import community
from bench.exchanges import stocked
from bench.figures import Figure, Reading, Target, figure, percentile
from bench.postgres import Server
from bench.rounds import Rounds
from bench.serving import served
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.shop.queries.catalogue import get_product
from pointsvc.shop.service.catalogue import CatalogueRow, edit_product

FIGURES: Final = ("P14",)
CHROMIUM: Final = "/usr/bin/chromium"
BARCODE: Final = "6962914827422"
PEOPLE: Final = 500
IN_A_ROW: Final = 20
PAUSE_MS: Final = 800  # an Enter right behind a scan is the gun's
STEPS: Final = ("member", "goods", "receipt")
# What was painted is remembered across pages.
WATCH: Final = """() => {
  const now = () => performance.timeOrigin + performance.now();
  const seen = () => [".done", ".till-line", ".till-person"].find((one) => document.querySelector(one));
  const look = () => {
    const step = seen() || "";
    if (sessionStorage.getItem("step") !== step) {
      sessionStorage.setItem("step", step);
      requestAnimationFrame(() => setTimeout(() => {
        const took = now() - Number(sessionStorage.getItem("enter"));
        step && console.info(`${step} ${took}`);
      }));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  document.addEventListener("keydown", (event) => event.key === "Enter"
    && sessionStorage.setItem("enter", now()), true);
}"""
SHOOT: Final = """(text) => {
  const place = document.activeElement || document.body;
  for (const key of [...text, "Enter"]) {
    place.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
}"""


def measure(rounds: Rounds, server: Server, folder: Path, _wanted: Collection[str]) -> list[Figure]:
    """Twenty members in a row, in each round others."""
    database = server.make("counter")
    with community.office(folder, database):
        made = community.found(PEOPLE, leaders=1, clerks=1)
        keepers, products = transact(lambda: stocked(made))
        transact(lambda: _label(made.id, products[0], keepers[0].member_id))
        transact(community.learn)
        cards = iter(made.cards.values())
        with served(folder, database) as product, _page() as page:
            address = f"http://127.0.0.1:{product.port}"
            page.context.add_cookies(
                [{"name": "sign_in", "value": keepers[0].token, "url": address}]
            )
            page.goto(f"{address}/shop")
            _ready(page)
            readings = rounds.run({"counter": lambda: _queue(page, cards)})["counter"]
    return [
        figure(
            "P14",
            "scan to receipt at the counter, in the browser",
            "ms",
            readings,
            target=Target(150, is_most=True, unit=" ms"),
        )
    ]


def _label(community_id: UUID, product_id: UUID, keeper_id: UUID) -> None:
    """A product that a gun can read."""
    product = get_product(community_id, product_id)
    row = CatalogueRow(BARCODE, product.name, product.pack, product.price_points, product.limit)
    edit_product(
        community_id=community_id,
        product_id=product_id,
        row=row,
        set_by_id=keeper_id,
        now=clock.now(),
    )


@contextmanager
def _page() -> Iterator[Page]:
    with sync_playwright() as driven:
        browser = driven.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page.add_init_script(f"({WATCH})()")
        try:
            yield page
        finally:
            browser.close()


def _queue(page: Page, cards: Iterator[str]) -> Reading:
    spent = [_serve(page, next(cards)) for _turn in range(IN_A_ROW)]
    whole = [sum(each) for each in spent]
    aside = {
        f"{step}_ms": median(times)
        for step, times in zip(STEPS, zip(*spent, strict=True), strict=True)
    }
    return Reading(median(whole), {**aside, "p95_ms": percentile(whole, 0.95)})


def _serve(page: Page, card: str) -> tuple[float, float, float]:
    """One member: each step's milliseconds."""
    _ready(page)
    member = _took(page, ".till-person", lambda: page.evaluate(SHOOT, card))
    goods = _took(page, ".till-line", lambda: page.evaluate(SHOOT, BARCODE))
    page.wait_for_timeout(PAUSE_MS)
    receipt = _took(page, ".done", lambda: page.keyboard.press("Enter"))
    return member, goods, receipt


def _took(page: Page, step: str, work: Callable[[], object]) -> float:
    """Milliseconds from the last Enter of the work until the step is painted."""
    with page.expect_console_message(lambda said: said.text.startswith(f"{step} ")) as painted:
        work()
    return float(painted.value.text.split()[-1])


def _ready(page: Page) -> None:
    page.wait_for_function("() => document.documentElement.dataset.scripts === 'ready'")
