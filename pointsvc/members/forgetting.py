"""Who somebody was: name, phone, door, birthday, cards, ways in, papers, what they agreed to."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update

from pointsvc.attachments.service import forget_of
from pointsvc.audit.actors import member_actor
from pointsvc.extensions import db
from pointsvc.kernel.vault import ERASED_NAME
from pointsvc.members.blotting import EMPTY, Words, blot
from pointsvc.members.cards import revoke_card
from pointsvc.members.changes import Erasure
from pointsvc.members.errors import CardMissing
from pointsvc.members.going_over import forget_ways_in
from pointsvc.members.models import (
    CodeNumber,
    Consent,
    Credential,
    Household,
    HouseholdMembership,
    Insurance,
    Member,
    Operator,
    PersonRequest,
    PhoneEntry,
    SignIn,
    Training,
)
from pointsvc.members.request_ends import drop_requests

NOBODY: Final[dict[str, Any]] = {
    "name": ERASED_NAME,
    "name_key": None,
    "sex": None,
    "born_on": None,
    "is_party_member": False,
    "phone_index": None,
    "phone_tail_index": None,
    "phone_cipher": None,
    "pin_cipher": None,
    "note": None,
    "mode": "elder",
    "locale": "zh",
}

WORDS: Final = (
    Words(Consent, ("member_id",), {"guardian_name": None}),
    Words(PersonRequest, ("member_id", "into_id", "asked_by_id"), {"reason": EMPTY}),
    Words(PersonRequest, ("member_id", "into_id", "decided_by_id"), {"answer": None}),
)


def forget(erasure: Erasure) -> None:
    """Nothing here tells who it was; the volunteer number stays, which the books' paper names."""
    community_id, member_id = erasure.community_id, erasure.member_id
    with suppress(CardMissing):  # of somebody who left there may be one too
        revoke_card(
            community_id=community_id,
            member_id=member_id,
            reason="erased",
            actor=member_actor(erasure.by_id),
            now=erasure.now,
        )
    _forget_phone(erasure)
    forget_ways_in(community_id, member_id)
    db.session.execute(
        update(CodeNumber)
        .where(CodeNumber.community_id == community_id, CodeNumber.subject_id == member_id)
        .values(revoked_at=func.coalesce(CodeNumber.revoked_at, erasure.now))
    )
    db.session.execute(delete(SignIn).where(SignIn.subject_id == member_id))
    homes = _homes(erasure)
    for model in (HouseholdMembership, Training, Insurance):
        own: Any = model
        db.session.execute(
            delete(own).where(own.community_id == community_id, own.member_id == member_id)
        )
    _close_homes(erasure, homes)
    drop_requests(community_id, [member_id], erasure.now)
    blot(erasure, WORDS)
    forget_of(community_id=community_id, added_by_id=member_id, now=erasure.now)
    db.session.execute(
        update(Member)
        .where(Member.community_id == community_id, Member.id == member_id)
        .values(**NOBODY)
        .execution_options(synchronize_session="fetch")
    )


def _homes(erasure: Erasure) -> list[UUID]:
    mine = select(HouseholdMembership.household_id).where(
        HouseholdMembership.community_id == erasure.community_id,
        HouseholdMembership.member_id == erasure.member_id,
    )
    return list(db.session.scalars(mine))


def _close_homes(erasure: Erasure, homes: list[UUID]) -> None:
    """A door behind which nobody else ever lived goes with them."""
    of = Household.community_id == erasure.community_id
    lived = exists().where(
        HouseholdMembership.community_id == Household.community_id,
        HouseholdMembership.household_id == Household.id,
    )
    db.session.execute(
        delete(Household)
        .where(of, Household.id.in_(homes), ~lived)
        .execution_options(synchronize_session=False)
    )


def _forget_phone(erasure: Erasure) -> None:
    """The phone's entries here; its passwords too, where it is nobody's anywhere any more."""
    mine = (
        PhoneEntry.community_id == erasure.community_id,
        PhoneEntry.member_id == erasure.member_id,
    )
    phones = list(db.session.scalars(select(PhoneEntry.phone_index).where(*mine)))
    db.session.execute(delete(PhoneEntry).where(*mine))
    for phone in phones:
        is_known: tuple[ColumnElement[bool], ...] = (
            exists().where(PhoneEntry.phone_index == phone),
            exists().where(Operator.phone_index == phone),
        )
        if not any(db.session.scalar(select(each)) for each in is_known):
            db.session.execute(delete(Credential).where(Credential.phone_index == phone))
