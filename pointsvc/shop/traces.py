"""What was tried at the counter and refused leaves a trace too: wrong PINs, second persons refused.

A refusal rolls back what it wrote, so the trace is a transaction of its own, as throttles count.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.codes import MemberCode
from pointsvc.kernel.errors import Conflict, Refusal
from pointsvc.kernel.transaction import transact

# Why somebody was not taken as a second person. A wrong PIN is traced where it is proved.
APPROVAL_FAULTS: Final = frozenset(
    {
        "shop.approver_not_allowed",
        "shop.approver_pin_required",
        "shop.approver_totp_required",
        "shop.approver_totp_wrong",
        "members.way_in_remade",
        "code.spent",
        "code.expired",
        "code.forged",
        "code.revoked",
        "code.foreign",
    }
)


def trace_wrong_pin(*, community_id: UUID, keeper_id: UUID, member_id: UUID, now: datetime) -> None:
    """Note that somebody typed a PIN that is not this member's."""
    _trace(community_id, keeper_id, "shop.pin_failed", member_id, now, {})


def tracing_refusals(
    *,
    community_id: UUID,
    keeper_id: UUID,
    about_id: UUID,
    read_code: Callable[[], MemberCode],
    now: datetime,
    decide: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Decide; where the second person is refused, note who was shown and why, and raise again."""
    try:
        return decide()
    except Refusal as refusal:
        if refusal.code in APPROVAL_FAULTS:
            detail = {"refusal": refusal.code}
            with suppress(Conflict):  # a code that is nobody's has no member
                detail["member_id"] = str(read_code().member_id)
            _trace(community_id, keeper_id, "shop.approval_refused", about_id, now, detail)
        raise


def _trace(
    community_id: UUID,
    keeper_id: UUID,
    action: str,
    subject_id: UUID,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    def work() -> None:
        note(
            community_id=community_id,
            actor=Actor("member", keeper_id),
            action=action,
            subject_id=subject_id,
            now=now,
            detail=detail,
        )

    transact(work)
