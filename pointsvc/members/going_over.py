"""What the office knows of a person goes over to the account that they keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from pointsvc.audit.actors import member_actor
from pointsvc.extensions import db
from pointsvc.members.cards import find_card, revoke_card
from pointsvc.members.changes import Merge
from pointsvc.members.households import leave
from pointsvc.members.models import (
    Card,
    CodeNumber,
    FirstSignIn,
    HouseholdMembership,
    Insurance,
    Member,
    MessageWish,
    PhoneEntry,
    SecondStep,
    Training,
)
from pointsvc.members.models.emails import EmailProof
from pointsvc.members.models.second_steps import RecoveryCode
from pointsvc.members.phones import reveal_phone, seal_phone
from pointsvc.members.request_ends import follow as follow_requests
from pointsvc.members.visits import end_visits_of


def settle_household(merge: Merge) -> Merge:
    """Who has no household takes the other's; whose limits count from now on is in what comes back."""
    homeless = merge.into_holder_id == merge.into_id
    if homeless and merge.from_holder_id != merge.from_id:
        db.session.add(
            HouseholdMembership(
                community_id=merge.community_id,
                id=merge.from_id,  # one is made for a merge, and somebody is merged once
                member_id=merge.into_id,
                household_id=merge.from_holder_id,
                joined_at=merge.now,
            )
        )
        merge = replace(merge, into_holder_id=merge.from_holder_id)
    leave(community_id=merge.community_id, member_id=merge.from_id, now=merge.now)
    return merge


def follow(merge: Merge) -> None:
    """Card, phone, trainings and insurances; ways in end, but those that the survivor lacked."""
    follow_requests(merge)
    _card(merge)
    _covers(merge)
    gone = _get(merge, merge.from_id)
    phone = reveal_phone(
        community_id=merge.community_id, member_id=gone.id, cipher=gone.phone_cipher
    )
    gone.phone_index = gone.phone_tail_index = gone.phone_cipher = gone.pin_cipher = None
    gone.state, gone.merged_into_id = "merged", merge.into_id
    db.session.flush()
    _earlier(merge)
    _phone(merge, phone)
    end_visits_of(subject_id=merge.from_id, now=merge.now)
    forget_ways_in(merge.community_id, merge.from_id)


def forget_ways_in(community_id: UUID, member_id: UUID) -> None:
    """Slips and invitations, the second step, how messages were wished."""
    for model in (FirstSignIn, MessageWish, EmailProof):
        mine: Any = model
        db.session.execute(
            delete(mine).where(mine.community_id == community_id, mine.member_id == member_id)
        )
    for step in (RecoveryCode, SecondStep):
        db.session.execute(delete(step).where(step.subject_id == member_id))


def _earlier(merge: Merge) -> None:
    """Who was merged into this account before goes on under the survivor: one step, never two (H2)."""
    before = (Member.community_id == merge.community_id, Member.merged_into_id == merge.from_id)
    db.session.execute(update(Member).where(*before).values(merged_into_id=merge.into_id))


def _get(merge: Merge, member_id: UUID) -> Member:
    return db.session.get_one(Member, (merge.community_id, member_id))


def _card(merge: Merge) -> None:
    """The one card that there is becomes the survivor's; of two the other's is revoked for good.

    Every number leads to the survivor, so that what was scanned before is counted for them.
    """
    own = (Card.community_id == merge.community_id, Card.member_id == merge.from_id)
    if find_card(merge.community_id, merge.from_id) is not None:
        if find_card(merge.community_id, merge.into_id) is None:
            live = (*own, Card.revoked_at.is_(None))
            db.session.execute(update(Card).where(*live).values(member_id=merge.into_id))
        else:
            revoke_card(
                community_id=merge.community_id,
                member_id=merge.from_id,
                reason="merged",
                actor=member_actor(merge.by_id),
                now=merge.now,
            )
    db.session.execute(
        update(CodeNumber)
        .where(
            CodeNumber.community_id == merge.community_id, CodeNumber.subject_id == merge.from_id
        )
        .values(subject_id=merge.into_id)
    )


def _phone(merge: Merge, phone: str | None) -> None:
    """Who has none takes the other's, with its password; else the other's is told where to go."""
    kept = _get(merge, merge.into_id)
    if phone is None or kept.phone_cipher is not None:
        return
    entry = (
        PhoneEntry.community_id == merge.community_id,
        PhoneEntry.member_id == merge.from_id,
    )
    sealed = seal_phone(community_id=merge.community_id, member_id=kept.id, phone=phone)
    kept.phone_index, kept.phone_tail_index = sealed.index, sealed.tail_index
    kept.phone_cipher = sealed.cipher
    db.session.flush()
    db.session.execute(update(PhoneEntry).where(*entry).values(member_id=kept.id))


def _covers(merge: Merge) -> None:
    """Trainings and insurances; one that the survivor has as well stays where it is."""
    mine = (Training.community_id == merge.community_id, Training.member_id == merge.from_id)
    db.session.execute(update(Training).where(*mine).values(member_id=merge.into_id))
    has = select(Insurance.policy_no, Insurance.starts_on).where(
        Insurance.community_id == merge.community_id, Insurance.member_id == merge.into_id
    )
    known = {tuple(row) for row in db.session.execute(has)}
    own = select(Insurance).where(
        Insurance.community_id == merge.community_id, Insurance.member_id == merge.from_id
    )
    for each in db.session.scalars(own):
        if (each.policy_no, each.starts_on) not in known:
            each.member_id = merge.into_id
    db.session.flush()
