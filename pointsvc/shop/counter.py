"""Both doors' way to the counter: prove the PIN, then decide once and remember it under the key.

The PIN is checked here, before the transaction: Argon2 takes longer than a lock may be held, and
failures count by themselves. What is remembered holds ids and numbers; replies are made from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from prometheus_client import Counter

from pointsvc.checkin.codes import MemberCode
from pointsvc.checkin.errors import CodeSpent
from pointsvc.checkin.guesses import read_watched_code
from pointsvc.checkin.spent_codes import spend_code
from pointsvc.communities.queries import get_community
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import Conflict, Forbidden, NotFound
from pointsvc.kernel.outcomes import (
    Keyed,
    KeyReused,
    Outcome,
    canonical_hash,
    remembered,
    result_or_refusal,
)
from pointsvc.kernel.request_id import current_request_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.second_steps import has_second_step, prove_second_step
from pointsvc.members.secrets import has_pin, verify_pin
from pointsvc.organisation.queries import kept_shop_ids
from pointsvc.shop.errors import PastDate
from pointsvc.shop.papers import GiftPapers
from pointsvc.shop.queries.catalogue import products_by_id
from pointsvc.shop.queries.orders import OrderFacts, get_order
from pointsvc.shop.queries.shops import stocked_shops
from pointsvc.shop.queries.visits import attempts_of
from pointsvc.shop.rules import DonorKind, PinState, TotpState, WantedLine, is_past
from pointsvc.shop.service.donations import DonatedLine, record_donation
from pointsvc.shop.service.refunds import ReturnedLine, refund_order
from pointsvc.shop.shelf import Moving
from pointsvc.shop.tickets import Ticket, visit_of
from pointsvc.shop.tills import OnVisit, Wanted, exchange_together
from pointsvc.shop.traces import trace_wrong_pin, tracing_refusals

DEEDS: Final = Counter("pointsvc_counter_deeds", "Deeds at the counter", ["deed", "outcome"])
ReadCode = Callable[[], MemberCode]


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The order, and what the member could spend then."""

    order: OrderFacts
    balance_points: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at the counter with which key, now."""

    community_id: UUID
    keeper_id: UUID
    key: str
    now: datetime

    @property
    def today(self) -> date:
        """The day there."""
        return local_day(self.now, get_community(self.community_id).zone)

    def moving(self, approved_by_id: UUID | None = None) -> Moving:
        """Goods move by the keeper's hand, with a second person's word."""
        return Moving(self.keeper_id, self.now, self.today, approved_by_id)

    def reader(self, text: str) -> ReadCode:
        """Read a code that was scanned or typed just now; call before the transaction.

        What it lacks is said, and remembered, by the deed itself.

        Raises:
            TooManyFailures: the keeper guessed digits.
        """
        try:
            code = read_watched_code(
                text=text, community_id=self.community_id, actor_id=self.keeper_id, now=self.now
            )
        except Conflict as refusal:
            return partial(_refuse, refusal)
        return lambda: code


def _refuse(refusal: Conflict) -> MemberCode:
    raise refusal


def exchange(
    desk: Desk,
    *,
    shop_id: UUID | None,
    read_code: ReadCode,
    shown: str,
    lines: Sequence[WantedLine],
    pin: str | None,
    visit: OnVisit | None = None,
    proxy_id: UUID | None = None,
) -> Exchanged:
    """Place an order once for the key.

    `read_code` gives the member's code or refuses; `shown` is what stood for it in the request;
    `visit` is the page's, which spent the code when the person was scanned; `proxy_id` the naming
    by which somebody else collects.
    """
    state = prove_pin(desk, read_code, pin)
    body: dict[str, Any] = {
        "shop_id": shop_id,
        "member_code": shown,
        "lines": [asdict(line) for line in lines],
        "has_pin": pin is not None,
    }
    if visit is not None:
        body["again"] = visit.is_again
    if proxy_id is not None:
        body["proxy_id"] = proxy_id
    keyed = Keyed(desk.keeper_id, desk.key, canonical_hash(body))
    code, request_id = _read(read_code), current_request_id()
    asked = Wanted(keyed, shop_id, code, lines, state, visit, request_id, proxy_id)
    placed = exchange_together(community_id=desk.community_id, wanted=asked)
    result = _told(placed.outcome, "exchange")
    assert placed.order is not None
    return Exchanged(placed.order, result["balance_points"])


def _read(read_code: ReadCode) -> MemberCode | Conflict:
    try:
        return read_code()
    except Conflict as refusal:
        return refusal


def begin_visit(desk: Desk, code: MemberCode) -> Ticket:
    """The visit that a scan begins; a changing code is spent on it, and approves nothing after.

    Raises:
        CodeSpent: it paid or approved something, or this visit has its receipt already.
    """
    visit_id = visit_of(community_id=desk.community_id, keeper_id=desk.keeper_id, code=code)
    if code.step is None:  # a card begins a new visit each time, and nothing of it is spent
        return Ticket(code, visit_id)

    def work() -> None:
        spend_code(community_id=desk.community_id, code=code, on_id=visit_id)

    transact(work)
    done = attempts_of(desk.community_id, keeper_id=desk.keeper_id, visit_id=visit_id)
    if done.order_id is not None:
        raise CodeSpent
    return Ticket(code, visit_id)


def give_back(
    desk: Desk,
    *,
    order_id: UUID,
    lines: Sequence[ReturnedLine],
    reason: str,
    approver_code: str,
    approver_pin: str | None,
    approver_totp: str | None = None,
) -> dict[str, Any]:
    """Refund an order once for the key; ids and numbers of `RefundReceipt`."""
    read_code = desk.reader(approver_code)
    state = prove_pin(desk, read_code, approver_pin)
    totp = prove_totp(desk, read_code, approver_totp)
    body = {
        "order_id": order_id,
        "lines": [asdict(line) for line in lines],
        "reason": reason,
        "approver_code": approver_code,
        "has_pin": approver_pin is not None,
        **({"has_totp": True} if approver_totp is not None else {}),
    }

    def work() -> dict[str, Any]:
        order = get_order(desk.community_id, order_id)
        if order.shop_id not in kept_shop_ids(desk.community_id, desk.keeper_id):
            raise Forbidden
        receipt = refund_order(
            community_id=desk.community_id,
            order_id=order_id,
            lines=lines,
            reason=reason,
            approver=read_code(),
            approver_pin=state,
            approver_totp=totp,
            keeper_id=desk.keeper_id,
            now=desk.now,
        )
        return _plain(asdict(receipt))

    return tracing_refusals(
        community_id=desk.community_id,
        keeper_id=desk.keeper_id,
        about_id=order_id,
        read_code=read_code,
        now=desk.now,
        decide=lambda: decide_once(desk, body, work, deed="refund"),
    )


def take_gift(
    desk: Desk,
    *,
    donor: str | None,
    lines: Sequence[DonatedLine],
    donor_kind: DonorKind | None = None,
    is_named: bool = False,
    papers: GiftPapers | None = None,
) -> dict[str, Any]:
    """Record a donation once for the key; ids and numbers of `DonationReceipt`.

    Raises:
        PastDate: what is past its date is not taken in, by neither door (食品安全法 art. 34).
    """
    body: dict[str, Any] = {
        "donor": donor,
        "donor_kind": donor_kind,
        "is_named": is_named,
        "lines": [_told_line(line) for line in lines],
    }
    if papers is not None:
        body["papers"] = asdict(papers)

    def work() -> dict[str, Any]:
        _check_shelves(desk, {line.product_id for line in lines})
        _check_arrivals(lines, desk.today)
        receipt = record_donation(
            community_id=desk.community_id,
            donor=donor,
            lines=lines,
            handler_id=desk.keeper_id,
            moving=desk.moving(),
            donor_kind=donor_kind,
            is_named=is_named,
            papers=papers,
        )
        return _plain(asdict(receipt))

    return decide_once(desk, body, work, deed="donation")


def _check_arrivals(lines: Sequence[DonatedLine], today: date) -> None:
    for place, line in enumerate(lines):
        if is_past(line.best_before_on or line.use_by_on, today):
            raise PastDate({"lines": {str(place): {"best_before": [str(PastDate.message)]}}})


def _told_line(line: DonatedLine) -> dict[str, Any]:
    """What the key stands for; what nobody said is left out, as it was before it could be said."""
    told = asdict(line)
    later = ("value_basis", "use_by_on")
    return {k: v for k, v in told.items() if v is not None or k not in later}


def prove_pin(desk: Desk, read_code: ReadCode, pin: str | None) -> PinState:
    """What a typed PIN proves. A code that is none proves nothing here; the deed itself refuses it.

    Raises:
        TooManyFailures: five wrong PINs of this member in 15 minutes.
    """
    if pin is None:
        return "absent"
    try:
        member_id = read_code().member_id
    except Conflict:
        return "absent"
    whose = {"community_id": desk.community_id, "member_id": member_id}
    if not has_pin(**whose):
        return "unset"
    if verify_pin(**whose, pin=pin, now=desk.now):
        return "right"
    trace_wrong_pin(**whose, keeper_id=desk.keeper_id, now=desk.now)
    return "wrong"


def prove_totp(desk: Desk, read_code: ReadCode, totp: str | None) -> TotpState:
    """What a typed code of the second person proves; a right one is spent.

    Raises:
        TooManyFailures: five wrong ones of this member in 15 minutes.
    """
    if totp is None:
        return "absent"
    try:
        member_id = read_code().member_id
    except Conflict:
        return "absent"
    if not has_second_step(member_id):
        return "absent"
    return prove_second_step(subject_id=member_id, code=totp, now=desk.now)


def decide_once(
    desk: Desk, body: Mapping[str, Any], work: Callable[[], dict[str, Any]], *, deed: str
) -> dict[str, Any]:
    """Run the work once for the desk's key; the same key and body again get the same answer."""
    outcome = transact(
        lambda: remembered(
            community_id=desk.community_id,
            actor_id=desk.keeper_id,
            key=desk.key,
            body_hash=canonical_hash(body),
            now=desk.now,
            work=work,
        )
    )
    return _told(outcome, deed)


def _told(outcome: Outcome | KeyReused, deed: str) -> dict[str, Any]:
    """The result; what was refused is raised."""
    if isinstance(outcome, KeyReused):
        raise outcome
    if outcome.is_first:
        DEEDS.labels(deed, "refused" if outcome.refusal_code else "done").inc()
    return result_or_refusal(outcome)


def _check_shelves(desk: Desk, product_ids: set[UUID]) -> None:
    products = products_by_id(desk.community_id, product_ids)
    if len(products) != len(product_ids):
        raise NotFound
    mine = {shop.id for shop in stocked_shops(desk.community_id, desk.keeper_id)}
    if any(product.shop_id not in mine for product in products.values()):
        raise Forbidden


def _plain(receipt: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, UUID) else value for name, value in receipt.items()
    }
