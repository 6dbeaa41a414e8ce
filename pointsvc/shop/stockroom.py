"""The page's way to the stockroom: buy in, write off, count; each once for its key.

What needs a second person is asked of a supervisor (`service.stock_requests`).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pointsvc.kernel.ids import derived_id
from pointsvc.shop.counter import Desk, decide_once
from pointsvc.shop.queries.stock import get_batch
from pointsvc.shop.rules import check_arrival
from pointsvc.shop.service.asking_stock import check_books_said
from pointsvc.shop.service.stock import Arrival, record_count, take_in, write_off
from pointsvc.shop.service.transfers import Sending, transfer_stock


def buy_in(
    desk: Desk,
    *,
    product_id: UUID,
    quantity: int,
    best_before_on: date | None,
    supplier: str | None,
    use_by_on: date | None = None,
) -> dict[str, Any]:
    """Put bought goods on the shelf; the batch's id.

    Raises:
        PastDate, DatesCrossed. What `take_in` raises.
    """
    check_arrival(best_before_on, desk.today, use_by_on)
    body = {
        "product_id": product_id,
        "quantity": quantity,
        "best_before_on": best_before_on,
        "supplier": supplier,
        **({"use_by_on": use_by_on} if use_by_on else {}),
    }
    source_id = derived_id("purchase", desk.community_id, desk.keeper_id, desk.key)
    arrival = Arrival(source_id, product_id, quantity, best_before_on, None, supplier, use_by_on)

    def work() -> dict[str, Any]:
        [batch_id] = take_in(
            community_id=desk.community_id,
            arrivals=[arrival],
            kind="purchase",
            moving=desk.moving(),
        )
        return {"batch_id": str(batch_id)}

    return decide_once(desk, body, work, deed="purchase")


def send(
    desk: Desk, *, batch_id: UUID, to_shop_id: UUID, quantity: int, reason: str | None
) -> dict[str, Any]:
    """Send units of a batch to another shop; the batch's id there."""
    body = {
        "batch_id": batch_id,
        "to_shop_id": to_shop_id,
        "quantity": quantity,
        "reason": reason,
    }
    transfer_id = derived_id("transfer", desk.community_id, desk.keeper_id, desk.key)
    sending = Sending(transfer_id, batch_id, to_shop_id, quantity, reason)

    def work() -> dict[str, Any]:
        made = transfer_stock(community_id=desk.community_id, sending=sending, moving=desk.moving())
        return {"batch_id": str(made)}

    return decide_once(desk, body, work, deed="transfer")


def waste(desk: Desk, *, batch_id: UUID, quantity: int, reason: str) -> dict[str, Any]:
    """Write units of a batch off that is past its date; good stock is asked of a supervisor."""
    body = {"batch_id": batch_id, "quantity": quantity, "reason": reason}
    waste_id = derived_id("waste", desk.community_id, desk.keeper_id, desk.key)

    def work() -> dict[str, Any]:
        write_off(
            community_id=desk.community_id,
            batch_id=batch_id,
            quantity=quantity,
            reason=reason,
            waste_id=waste_id,
            moving=desk.moving(),
        )
        return {"quantity": quantity}

    return decide_once(desk, body, work, deed="stock")


def recount(desk: Desk, *, batch_id: UUID, counted: int) -> dict[str, Any]:
    """Record a count that agrees with the books; what is on hand now."""
    body = {"batch_id": batch_id, "expected": counted, "counted": counted}
    count_id = derived_id("count", desk.community_id, desk.keeper_id, desk.key)

    def work() -> dict[str, Any]:
        found = get_batch(desk.community_id, batch_id, today=desk.today)
        check_books_said(desk.community_id, batch_id, counted, found.on_hand, desk.now)
        on_hand = record_count(
            community_id=desk.community_id,
            batch_id=batch_id,
            expected=counted,
            counted=counted,
            reason=None,
            count_id=count_id,
            moving=desk.moving(),
        )
        return {"on_hand": on_hand}

    return decide_once(desk, body, work, deed="stock")
