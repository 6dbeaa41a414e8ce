"""Asking a supervisor to let good stock be written off, or a count be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select

from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.shop.errors import AmountRefused, ReasonRequired, WasteExceeds
from pointsvc.shop.errors.asking import BooksSaidOtherwise
from pointsvc.shop.models import StockMovement, StockRequest
from pointsvc.shop.queries.stock import get_batch
from pointsvc.shop.service.placing import is_known, make_room, place_request

PAGE_LIVES: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StockAsked:
    """Units of a batch that are to go to waste, or what was counted of it against the books.

    `id` is made by the page, so that a second tap is the first.
    """

    id: UUID
    batch_id: UUID
    reason: str
    quantity: int | None = None
    expected: int | None = None
    counted: int | None = None

    @property
    def kind(self) -> Literal["waste", "count"]:
        """What is asked."""
        return "waste" if self.quantity is not None else "count"


def ask_stock(*, community_id: UUID, asked: StockAsked, keeper_id: UUID, now: datetime) -> UUID:
    """Ask for a write-off or a corrected count; nothing moves yet. The same id again changes nothing.

    Raises:
        NotFound. AmountRefused, WasteExceeds, ReasonRequired, BooksSaidOtherwise.
        StockRequestWaiting.
    """
    today = local_day(now, get_community(community_id).zone)
    batch = get_batch(community_id, asked.batch_id, today=today)
    if is_known(community_id, asked.id, asked.batch_id, keeper_id):
        return asked.id
    make_room(community_id, StockRequest.batch_id == asked.batch_id, now)
    _check_asked(asked, batch.on_hand)
    if asked.expected is not None:
        check_books_said(community_id, asked.batch_id, asked.expected, batch.on_hand, now)
    row = StockRequest(
        shop_id=batch.shop_id,
        kind=asked.kind,
        batch_id=asked.batch_id,
        quantity=asked.quantity,
        expected=asked.expected,
        counted=asked.counted,
    )
    difference = (asked.counted or 0) - (asked.expected or 0)
    place_request(
        row,
        asked=(community_id, asked.id, keeper_id, asked.reason),
        facts={"units": asked.quantity, "delta": f"{difference:+d}"},
        now=now,
    )
    return asked.id


def check_books_said(
    community_id: UUID, batch_id: UUID, expected: int, on_hand: int, now: datetime
) -> None:
    """A page says what the books said when it was made: now, or at some moment of the last day.

    Not what they said before a count corrected them: what was missing is not taken off twice.

    Raises:
        BooksSaidOtherwise.
    """
    rows = db.session.execute(
        select(StockMovement.batch_after, StockMovement.delta, StockMovement.kind)
        .where(
            StockMovement.community_id == community_id,
            StockMovement.batch_id == batch_id,
            StockMovement.moved_at > now - PAGE_LIVES,
        )
        .order_by(StockMovement.moved_at.desc(), StockMovement.id.desc())
    )
    said = {on_hand}
    for after, delta, kind in rows:
        said.add(after)
        if kind == "count":
            break
        said.add(after - delta)
    if expected not in said:
        raise BooksSaidOtherwise(on_hand=on_hand)


def _check_asked(asked: StockAsked, on_hand: int) -> None:
    if not asked.reason:
        raise ReasonRequired
    if asked.quantity is not None:
        if type(asked.quantity) is not int or asked.quantity < 1:
            raise AmountRefused
        if asked.quantity > on_hand:
            raise WasteExceeds(on_hand=on_hand)
        return
    if asked.counted is None or asked.expected is None or asked.counted == asked.expected:
        raise AmountRefused
    if on_hand + asked.counted - asked.expected < 0:
        raise AmountRefused


def check_counted_once(asked: StockRequest) -> None:
    """Once it is recorded: no other count corrected the batch since this one was asked.

    The product is locked by then, so nothing comes between.

    Raises:
        BooksSaidOtherwise: and nothing is recorded.
    """
    others = db.session.scalars(
        select(StockMovement.batch_after)
        .where(
            StockMovement.community_id == asked.community_id,
            StockMovement.batch_id == asked.batch_id,
            StockMovement.kind == "count",
            StockMovement.moved_at >= asked.asked_at,
            StockMovement.source_id != asked.id,
        )
        .order_by(StockMovement.moved_at.desc(), StockMovement.id.desc())
    ).all()
    if others:
        raise BooksSaidOtherwise(on_hand=others[0])
