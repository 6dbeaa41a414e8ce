"""The second person (L15): present with a code, a supervisor, and nobody who gains by it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from pointsvc.checkin.codes import MemberCode
from pointsvc.checkin.spent_codes import spend_code
from pointsvc.members.queries import holders_of
from pointsvc.members.remade import check_own_hands
from pointsvc.members.second_steps import has_second_step
from pointsvc.organisation.queries import roles_of
from pointsvc.shop.rules import (
    PinState,
    TotpState,
    decide_approver,
    decide_approver_pin,
    decide_approver_totp,
)


def approve(
    *,
    community_id: UUID,
    approver: MemberCode,
    pin: PinState,
    totp: TotpState,
    on_id: UUID,
    others: Collection[UUID],
    now: datetime,
) -> UUID:
    """Who shows a code may approve this; the code is spent on it. Returns the second person's id.

    Args:
        community_id: where.
        approver: the code that was shown; a changing one is spent, a printed card needs its PIN.
        pin: what the door found out about the PIN.
        totp: what it found out about the code of a second step.
        on_id: what is approved.
        others: who may not be the second person, nor anybody of their households: who asks, and
            whom it is about (a member, or the household that it was counted for).
        now: when.

    Raises:
        ApproverNotAllowed, ApproverPinRequired, PinWrong, PinUnset, ApproverTotpRequired,
        ApproverTotpWrong, WayInRemade, CodeSpent: it paid, approved, or began a visit at the counter.
    """
    holders = holders_of(community_id, [approver.member_id, *others])
    decide_approver(
        approver={approver.member_id, holders[approver.member_id]},
        roles=roles_of(community_id, approver.member_id),
        others={*others, *(holders[other] for other in others)},
    )
    decide_approver_pin(proof=approver.proof, pin=pin)
    decide_approver_totp(has_second_step=has_second_step(approver.member_id), totp=totp)
    check_own_hands(
        community_id=community_id,
        member_id=approver.member_id,
        by_card=approver.proof == "card",
        now=now,
    )
    spend_code(community_id=community_id, code=approver, on_id=on_id)
    return approver.member_id
