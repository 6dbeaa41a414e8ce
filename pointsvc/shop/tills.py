"""Exchanges of one community that come at the same time are placed in one transaction.

On exchange day twelve tills serve one queue: what decides is read and locked for all of them in the same
few statements, and one commit makes them last. Each keeps its own key, its own answer, its own line in
the trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import current_app

from pointsvc.checkin.codes import MemberCode
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, NotFound
from pointsvc.kernel.outcomes import Keyed, KeyReused, Outcome, remembered_all
from pointsvc.kernel.together import Together
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.queries import shops_kept_by
from pointsvc.shop.collecting import collecting
from pointsvc.shop.errors import SameAgain
from pointsvc.shop.queries.catalogue import products_by_id
from pointsvc.shop.queries.orders import OrderFacts, orders_by_id
from pointsvc.shop.queries.shops import open_shops
from pointsvc.shop.queries.visits import find_same, recent_orders
from pointsvc.shop.rules import PinState, WantedLine, decide_shop
from pointsvc.shop.service.baskets import Exchange
from pointsvc.shop.service.orders import OrderReceipt, place_orders

LINES: Final = "exchanges_together"
LINES_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class OnVisit:
    """The visit that an exchange ends; `is_again`: the same goods a second time, on purpose."""

    id: UUID
    is_again: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """An exchange as it came to a door; `code` is what was read there, or why nothing was.

    `visit` is the page's, which spent the code when the person was scanned.
    """

    keyed: Keyed
    shop_id: UUID | None
    code: MemberCode | Conflict
    lines: Sequence[WantedLine]
    pin: PinState
    visit: OnVisit | None
    request_id: str | None
    proxy_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of it: once for its key; the order, where there is one."""

    outcome: Outcome | KeyReused
    order: OrderFacts | None


def exchange_together(*, community_id: UUID, wanted: Wanted) -> Placed:
    """Place it in a transaction of its own, shared with who exchanges in the community just now.

    Raises:
        NotFound: a shop or a product. Forbidden, ShopUnclear, AmountRefused.
    """
    db.session.rollback()  # who waits holds no connection
    return _line(community_id).do(wanted)


def _line(community_id: UUID) -> Together[Wanted, Placed]:
    lines: dict[UUID, Together[Wanted, Placed]] = current_app.extensions.setdefault(LINES, {})
    if community_id not in lines:
        work = partial(_place, community_id)
        weigh = lambda each: len(each.lines)  # noqa: E731 - as short as it is
        lines.setdefault(community_id, Together(work, weigh=weigh, most=LINES_MAX))
    return lines[community_id]


def _place(community_id: UUID, wanted: Sequence[Wanted]) -> list[Placed]:
    now = clock.now()
    return transact(lambda: _placed(community_id, wanted, now))


def _placed(community_id: UUID, wanted: Sequence[Wanted], now: datetime) -> list[Placed]:
    outcomes = remembered_all(
        community_id=community_id,
        asked=[each.keyed for each in wanted],
        now=now,
        work=lambda places: _decide(community_id, [wanted[place] for place in places], now),
    )
    ids = [_order_id(outcome) for outcome in outcomes]
    orders = orders_by_id(community_id, [each for each in ids if each])
    return [
        Placed(outcome, orders[order_id] if order_id else None)
        for outcome, order_id in zip(outcomes, ids, strict=True)
    ]


def _order_id(outcome: Outcome | KeyReused) -> UUID | None:
    if isinstance(outcome, KeyReused) or outcome.refusal_code is not None:
        return None
    return UUID(outcome.result["order_id"])


def _decide(
    community_id: UUID, wanted: Sequence[Wanted], now: datetime
) -> list[dict[str, Any] | Conflict]:
    """An answer for each. Who comes twice is served once after the other."""
    shop_ids = _shops_of(community_id, wanted)
    answers: dict[int, dict[str, Any] | Conflict] = {}
    waves: list[dict[UUID, int]] = []
    for place, each in enumerate(wanted):
        if isinstance(each.code, Conflict):
            answers[place] = each.code
            continue
        member_id = each.code.member_id
        wave = next((wave for wave in waves if member_id not in wave), None)
        if wave is None:
            waves.append(wave := {})
        wave[member_id] = place
    for wave in waves:
        asked = {place: _asked(wanted[place], shop_ids[place]) for place in wave.values()}
        answers |= _serve(community_id, wanted, asked, now)
    return [answers[place] for place in range(len(wanted))]


def _asked(each: Wanted, shop_id: UUID) -> Exchange:
    assert isinstance(each.code, MemberCode)
    return Exchange(
        shop_id,
        each.keyed.actor_id,
        each.code,
        each.lines,
        each.pin,
        each.visit.id if each.visit else None,
        each.request_id,
    )


def _serve(
    community_id: UUID, wanted: Sequence[Wanted], asked: dict[int, Exchange], now: datetime
) -> dict[int, dict[str, Any] | Conflict]:
    """Of each member one exchange."""
    again = _same_again(community_id, wanted, asked, now)
    refused, proxies = collecting(community_id, wanted, asked, now)
    not_now = again | refused
    new = {place: exchange for place, exchange in asked.items() if place not in not_now}
    receipts = place_orders(community_id=community_id, wanted=list(new.values()), now=now)
    served = dict(zip(new, receipts, strict=True))
    proxies.record(served)
    return {**not_now, **{place: _plain(receipt) for place, receipt in served.items()}}


def _same_again(
    community_id: UUID, wanted: Sequence[Wanted], asked: dict[int, Exchange], now: datetime
) -> dict[int, Conflict]:
    """A person at the page says so when they mean the same goods again."""
    pages = {
        place: exchange
        for place, exchange in asked.items()
        if (visit := wanted[place].visit) is not None and not visit.is_again
    }
    if not pages:
        return {}
    members = {exchange.code.member_id for exchange in pages.values()}
    recent = recent_orders(community_id, members, now)
    found = {
        place: find_same(recent[exchange.code.member_id], exchange.lines)
        for place, exchange in pages.items()
    }
    return {place: SameAgain(receipt_no=same.receipt_no) for place, same in found.items() if same}


def _shops_of(community_id: UUID, wanted: Sequence[Wanted]) -> list[UUID]:
    """Where each keeper serves. Raises NotFound, Forbidden, ShopUnclear."""
    shops = {shop.id for shop in open_shops(community_id)}
    if any(each.shop_id is not None and each.shop_id not in shops for each in wanted):
        raise NotFound
    kept = shops_kept_by(community_id, {each.keyed.actor_id for each in wanted})
    unsaid = {line.product_id for each in wanted if not each.shop_id for line in each.lines}
    products = products_by_id(community_id, unsaid) if unsaid else {}
    return [
        decide_shop(
            asked=each.shop_id,
            kept=kept[each.keyed.actor_id] & shops,
            of_products={
                products[line.product_id].shop_id
                for line in each.lines
                if line.product_id in products
            },
        )
        for each in wanted
    ]


def _plain(answer: OrderReceipt | Conflict) -> dict[str, Any] | Conflict:
    """Ids and numbers, as they are remembered."""
    if isinstance(answer, Conflict):
        return answer
    return {**asdict(answer), "order_id": str(answer.order_id)}
