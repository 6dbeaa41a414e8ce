"""The page's way to the stockroom: buy in, write off, count; each once for its key.

The second person's PIN is checked before the transaction, as at the counter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pointsvc.kernel.ids import derived_id
from pointsvc.shop.counter import Desk, decide_once, prove_pin, prove_totp
from pointsvc.shop.queries.stock import get_batch
from pointsvc.shop.rules import check_arrival
from pointsvc.shop.service.approvals import approve
from pointsvc.shop.service.stock import Arrival, record_count, take_in, write_off
from pointsvc.shop.service.transfers import Sending, transfer_stock
from pointsvc.shop.shelf import Moving
from pointsvc.shop.traces import tracing_refusals


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """The code that a supervisor showed, the PIN of a printed card, the code of a second step."""

    code: str
    pin: str | None
    totp: str | None = None


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


def waste(
    desk: Desk, *, batch_id: UUID, quantity: int, reason: str, second: SecondPerson | None
) -> dict[str, Any]:
    """Write units of a batch off; good stock with a second person only."""
    body = {"batch_id": batch_id, "quantity": quantity, "reason": reason, **_told(second)}
    waste_id = derived_id("waste", desk.community_id, desk.keeper_id, desk.key)

    def work(moving: Moving) -> dict[str, Any]:
        write_off(
            community_id=desk.community_id,
            batch_id=batch_id,
            quantity=quantity,
            reason=reason,
            waste_id=waste_id,
            moving=moving,
        )
        return {"quantity": quantity}

    product_id = get_batch(desk.community_id, batch_id, today=desk.today).product_id
    return _with_second(desk, second, product_id, waste_id, body, work)


def recount(
    desk: Desk,
    *,
    batch_id: UUID,
    expected: int,
    counted: int,
    reason: str | None,
    second: SecondPerson | None,
) -> dict[str, Any]:
    """Record what was counted of a batch, a difference with a second person; what is on hand now."""
    body = {
        "batch_id": batch_id,
        "expected": expected,
        "counted": counted,
        "reason": reason,
        **_told(second),
    }
    count_id = derived_id("count", desk.community_id, desk.keeper_id, desk.key)

    def work(moving: Moving) -> dict[str, Any]:
        on_hand = record_count(
            community_id=desk.community_id,
            batch_id=batch_id,
            expected=expected,
            counted=counted,
            reason=reason,
            count_id=count_id,
            moving=moving,
        )
        return {"on_hand": on_hand}

    product_id = get_batch(desk.community_id, batch_id, today=desk.today).product_id
    return _with_second(desk, second, product_id, count_id, body, work)


def _with_second(
    desk: Desk,
    second: SecondPerson | None,
    product_id: UUID,
    on_id: UUID,
    body: dict[str, Any],
    work: Callable[[Moving], dict[str, Any]],
) -> dict[str, Any]:
    if second is None:
        return decide_once(desk, body, lambda: work(desk.moving()), deed="stock")
    read_code = desk.reader(second.code)
    pin = prove_pin(desk, read_code, second.pin)
    totp = prove_totp(desk, read_code, second.totp)

    def approved() -> dict[str, Any]:
        approver_id = approve(
            community_id=desk.community_id,
            approver=read_code(),
            pin=pin,
            totp=totp,
            on_id=on_id,
            others={desk.keeper_id},
            now=desk.now,
        )
        return work(desk.moving(approver_id))

    return tracing_refusals(
        community_id=desk.community_id,
        keeper_id=desk.keeper_id,
        about_id=product_id,
        read_code=read_code,
        now=desk.now,
        decide=lambda: decide_once(desk, body, approved, deed="stock"),
    )


def _told(second: SecondPerson | None) -> dict[str, Any]:
    """What of the second person the key stands for; no PIN is kept."""
    if second is None:
        return {"approver_code": None, "has_pin": False}
    has_totp = {"has_totp": True} if second.totp is not None else {}
    return {"approver_code": second.code, "has_pin": second.pin is not None, **has_totp}
