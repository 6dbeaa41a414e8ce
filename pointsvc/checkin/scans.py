"""A scan as it is asked for, and the answer that is kept for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from pointsvc.checkin.rules import Direction
from pointsvc.kernel.geo import Point
from pointsvc.kernel.outcomes import canonical_hash
from pointsvc.kernel.permission import Caller

BATCH_MAX = 200
QUANTITY_MAX = 20
COUNTER_MAX = 2**53  # a whole number that a page's script counts exactly


@dataclass(frozen=True, slots=True)
class Position:
    """Where a phone says that it is, and how exactly it knows; never stored, logged or printed."""

    point: Point = field(repr=False)
    accuracy_metres: int


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What a page, phone or device says that it scanned.

    Attributes:
        scan_id: made and kept by the sender; a retry carries the same one.
        direction: in, out, or a drop at a sorting station.
        code: what was scanned or typed; None for a tick on the roster.
        shift_id: which shift, where it is not the caller's only open one.
        claimed_at: when it happened, by the sender's clock.
        quantity: units of a drop, 1 to 20.
        member_id: the person ticked on the roster.
        note: the reason of a tick.
        device_id: which installation scanned: made once by the phone or page, and kept.
        device_counter: how many scans that installation had made then; it only grows.
        position: where the phone of who scans a sign is, where its owner shares that.
    """

    scan_id: UUID
    direction: Direction
    code: str | None = None
    shift_id: UUID | None = None
    claimed_at: datetime | None = None
    quantity: int = 1
    member_id: UUID | None = None
    note: str | None = None
    device_id: UUID | None = None
    device_counter: int | None = None
    position: Position | None = field(default=None, repr=False)

    def counted_by(self, caller: Caller) -> UUID | None:
        """The installation that counted it: the one named, or a signed-in device itself."""
        is_own = self.device_counter is not None and caller.kind == "device"
        return self.device_id or (caller.id if is_own else None)

    @property
    def body_hash(self) -> bytes:
        """SHA-256 of the canonical body, the id left out.

        What came later is part of it only where it is given: an older body keeps its hash. The
        position is left out: a retry from another spot is the same scan and gets the first answer,
        and a hash of a position could be guessed back by trying the neighbourhood.
        """
        counted = {"device_id": self.device_id, "device_counter": self.device_counter}
        given = {key: value for key, value in counted.items() if value is not None}
        return canonical_hash(
            {
                "direction": self.direction,
                "code": self.code,
                "shift_id": self.shift_id,
                "claimed_at": self.claimed_at and self.claimed_at.astimezone(UTC).isoformat(),
                "quantity": self.quantity,
                "member_id": self.member_id,
                "note": self.note,
                **given,
            }
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A scan as it came in: who sent it, and the request that brought it (for the trail)."""

    request: ScanRequest
    caller: Caller
    request_id: str | None = None

    def is_same(self, other: Sent) -> bool:
        """Whether two that bear one id are one: the same body, of the same sender."""
        if self.caller.id != other.caller.id:
            return False
        return self is other or self.request.body_hash == other.request.body_hash


@dataclass(frozen=True, slots=True)
class ScanReceipt:
    """The verdict on a scan, as it was given the first time.

    `award_points` wait in review when the verdict is `held`. `balance_points` is what the member
    can spend afterwards; None where the member is not known.
    """

    scan_id: UUID
    direction: str
    verdict: str
    reason: str | None
    member_id: UUID | None
    shift_id: UUID | None
    attendance_id: UUID | None
    award_points: int
    service_minutes: int
    balance_points: int | None
