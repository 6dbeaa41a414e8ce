"""Doors' way to kept goods: from a phone, at a desk, at a till; each deed once for its key.

Codes and PINs are proved before the transaction, as at the counter. Eight digits can be guessed: wrong
ones, a pick-up code's and a phone's together, are counted for who typed them, and too many must wait
(docs/ledger.md case 38).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pointsvc.checkin.guesses import check_guesses, guesser
from pointsvc.checkin.spent_codes import spend_code
from pointsvc.communities.queries import get_community
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import Refusal
from pointsvc.members.throttle import check_throttles, count_failure
from pointsvc.shop.counter import Desk, ReadCode, decide_once, prove_pin
from pointsvc.shop.errors import PickupCodeWrong
from pointsvc.shop.pickup_codes import hashes_of, typed_digits
from pointsvc.shop.queries.card_days import card_days_of, pin_limits_of
from pointsvc.shop.queries.reservations import ReservationFacts, find_by_code
from pointsvc.shop.rules import WantedLine, decide_pin
from pointsvc.shop.service.pickups import Proof, Shown, hand_over
from pointsvc.shop.service.releasing import cancel_reservation
from pointsvc.shop.service.reserving import Booking, BookingReceipt, book_goods


@dataclass(frozen=True, slots=True)
class Wanted:
    """Goods of a shop that somebody wants kept until a moment."""

    shop_id: UUID
    lines: Sequence[WantedLine]
    due_at: datetime


def book(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    """Keep goods for who asks, from their own phone."""
    return _book(desk, wanted, desk.keeper_id, lambda _receipt: None)


def book_for(desk: Desk, wanted: Wanted, read_code: ReadCode, pin: str | None) -> dict[str, Any]:
    """Keep goods for who stands at the desk with a card or a phone.

    A printed card sets much aside only with its PIN, as it pays at the counter; a changing code is
    spent by it: the keeper saw it, and could type it once more.

    Raises:
        CodeSpent: it paid or approved something; what `book_goods` and `decide_pin` raise.
    """
    state, code = prove_pin(desk, read_code, pin), read_code()
    community = get_community(desk.community_id)
    today = local_day(desk.now, community.zone)

    def check(receipt: BookingReceipt) -> None:
        spend_code(community_id=desk.community_id, code=code, on_id=receipt.reservation_id)
        day = card_days_of(community, {code.member_id}, today)[code.member_id]
        decide_pin(
            proof=code.proof,
            total_points=receipt.total_points,
            paid_today=day - receipt.total_points,
            limits=pin_limits_of(community),
            pin=state,
        )

    return _book(desk, wanted, code.member_id, check)


def _book(
    desk: Desk, wanted: Wanted, member_id: UUID, check: Callable[[BookingReceipt], None]
) -> dict[str, Any]:
    body = {
        "shop_id": wanted.shop_id,
        "member_id": member_id,
        "lines": [asdict(line) for line in wanted.lines],
        "due_at": wanted.due_at.isoformat(),
    }

    def work() -> dict[str, Any]:
        booking = Booking(member_id, wanted.shop_id, wanted.lines, wanted.due_at, desk.keeper_id)
        receipt = book_goods(community_id=desk.community_id, booking=booking, now=desk.now)
        check(receipt)
        return asdict(receipt) | {"reservation_id": str(receipt.reservation_id)}

    return decide_once(desk, body, work, deed="reservation")


def cancel(desk: Desk, reservation_id: UUID, reason: str | None = None) -> dict[str, Any]:
    """Give kept goods free again, once for the key."""

    def work() -> dict[str, Any]:
        points = cancel_reservation(
            community_id=desk.community_id,
            reservation_id=reservation_id,
            by_id=desk.keeper_id,
            reason=reason,
            now=desk.now,
        )
        return {"points": points}

    body = {"reservation_id": reservation_id, "cancel": True}
    return decide_once(desk, body, work, deed="reservation_cancelled")


def find_waiting(desk: Desk, text: str) -> ReservationFacts | None:
    """What waits under digits that may be a pick-up code or a phone's; who guesses either must wait.

    Raises:
        TooManyFailures.
    """
    if (digits := typed_digits(text)) is None:
        return None
    check_guesses(actor_id=desk.keeper_id, texts=[text], now=desk.now)
    return find_by_code(desk.community_id, hashes_of(desk.community_id, digits))


def look_up(desk: Desk, text: str) -> ReservationFacts:
    """What waits under a pick-up code that was scanned or typed.

    Raises:
        PickupCodeWrong. TooManyFailures: too many wrong ones were typed here.
    """
    check_throttles([guesser(desk.keeper_id)], now=desk.now)
    digits = typed_digits(text)
    if digits is None:
        raise PickupCodeWrong
    if (found := find_by_code(desk.community_id, hashes_of(desk.community_id, digits))) is None:
        count_failure([guesser(desk.keeper_id)], now=desk.now)
        raise PickupCodeWrong
    return found


def fetch(
    desk: Desk,
    *,
    shop_id: UUID,
    text: str,
    lines: Sequence[tuple[UUID, int]] | None = None,
) -> dict[str, Any]:
    """Hand over what waits under the code, all or these units of it; once for the key.

    Raises:
        TooManyFailures; what `hand_over` raises.
    """
    check_throttles([guesser(desk.keeper_id)], now=desk.now)
    digits = typed_digits(text)
    if digits is None:
        raise PickupCodeWrong
    try:
        return _fetched(desk, shop_id, None, Shown("typed", digits), lines)
    except Refusal as refusal:  # as it is remembered under the key
        if refusal.code == PickupCodeWrong.code:
            count_failure([guesser(desk.keeper_id)], now=desk.now)
        raise


def fetch_own(
    desk: Desk,
    *,
    shop_id: UUID,
    reservation_id: UUID,
    shown: tuple[UUID, Proof],
    pin: str | None,
    lines: Sequence[tuple[UUID, int]] | None = None,
) -> dict[str, Any]:
    """Hand over to the member themselves, who showed their card or their phone's code."""
    member_id, proof = shown

    def read_code() -> Any:
        return _Named(member_id)

    state = prove_pin(desk, read_code, pin)
    return _fetched(desk, shop_id, reservation_id, Shown(proof, None, member_id, state), lines)


@dataclass(frozen=True, slots=True)
class _Named:
    """Whose PIN is proved."""

    member_id: UUID


def _fetched(
    desk: Desk,
    shop_id: UUID,
    reservation_id: UUID | None,
    shown: Shown,
    lines: Sequence[tuple[UUID, int]] | None,
) -> dict[str, Any]:
    body = {
        "shop_id": shop_id,
        "reservation_id": reservation_id,
        "code": shown.digits,
        "member_id": shown.member_id,
        "lines": None if lines is None else [list(map(str, line)) for line in lines],
    }

    def work() -> dict[str, Any]:
        receipt = hand_over(
            community_id=desk.community_id,
            shop_id=shop_id,
            reservation_id=reservation_id,
            shown=shown,
            lines=lines,
            keeper_id=desk.keeper_id,
            now=desk.now,
        )
        return asdict(receipt) | {"order_id": str(receipt.order_id)}

    return decide_once(desk, body, work, deed="pickup")
