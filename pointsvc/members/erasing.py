"""A member is erased: identity and words go; what was done stays under an id that is nobody's.

The books keep amounts and days for as long as the law asks (《志愿服务条例》, PIPL art. 47): they name
people by ids alone, so the chains and yesterday's root are what they were (docs/ledger.md A1, case 44).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from pointsvc.audit.actors import member_actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.members import forgetting
from pointsvc.members.changes import Closing, Erasure, Forget
from pointsvc.members.erasure_errors import ErasureTooEarly, IdentityUnchecked, OwnErasure
from pointsvc.members.erasure_requests import check_agreed, lock_erasure
from pointsvc.members.errors import NotActive
from pointsvc.members.heirs import merged_into
from pointsvc.members.locking import lock_people
from pointsvc.members.models import Member

STANDING: Final = frozenset({"active", "departed"})


def erase_member(
    *,
    community_id: UUID,
    member_id: UUID,
    by_id: UUID,
    is_checked: bool,
    rooms: Sequence[Forget],
    now: datetime,
    today: date,
) -> None:
    """Carry out what a member asked for; there is no way back.

    Accounts that were merged into theirs are erased with it. Locks the people first, then each room
    in its turn.

    Raises:
        NotFound. NotActive. ErasureMissing. ErasureTooEarly. OwnErasure.
        SecondPersonMissing: a clerk asked, and nobody agreed. WayInWasYours: the person asked.
        IdentityUnchecked: the clerk did not look at the person's papers. What a room refuses.
    """
    if by_id == member_id:
        raise OwnErasure
    if not is_checked:
        raise IdentityUnchecked
    people = lock_people(community_id, [member_id])
    if not people:
        raise NotFound
    if people[0].state not in STANDING:
        raise NotActive
    asked = lock_erasure(community_id, member_id)
    if asked.due_at > now:
        raise ErasureTooEarly
    check_agreed(asked, by_id)
    asked.state, asked.ended_by_id, asked.ended_at = "done", by_id, now
    closing = cast("Closing", asked.closing)
    forget_member(Erasure(community_id, member_id, closing, by_id, now, today), rooms)
    note(
        community_id=community_id,
        actor=member_actor(by_id),
        action="members.erased",
        subject_id=member_id,
        now=now,
    )


def forget_member(erasure: Erasure, rooms: Sequence[Forget]) -> None:
    """Take the person out of every room, and those accounts that were merged into theirs.

    The books end once, with the one that holds them; those of the other accounts are closed already.
    """
    for forget in rooms:
        forget(erasure)
    forgetting.forget(erasure)
    for other_id in merged_into(erasure.community_id, erasure.member_id):
        other = replace(erasure, member_id=other_id)
        for forget in rooms:
            forget(other)
        forgetting.forget(other)
    person = db.session.get_one(Member, (erasure.community_id, erasure.member_id))
    person.state = "erased"
    db.session.flush()
