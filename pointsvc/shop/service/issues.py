"""Restricted goods leave for their purpose only (专项发放), and the purpose with consent only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.members.queries import holders_of
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import grants_in
from pointsvc.shop.models import (
    Batch,
    Donation,
    DonationLine,
    GoodsIssue,
    PurposeChange,
)
from pointsvc.shop.restrictions import decide_issue, decide_purpose
from pointsvc.shop.rules import BatchFacts, decide_server
from pointsvc.shop.shelf import Move, Moving, open_shelf_of

NUMBERS: Final = "shop.issue"
SOURCE: Final = "goods_issue"


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed to another purpose, how and when; what there is on paper."""

    by: str
    way: str
    on: date
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who got it: a member, or how many people and in words without a name which ("5号楼独居老人").

    Of a member the id alone is kept: the row is never erased.
    """

    member_id: UUID | None = None
    people: int | None = None
    words: str = ""


def issue_goods(
    *,
    community_id: UUID,
    batch_id: UUID,
    quantity: int,
    recipient: Recipient,
    issue_id: UUID,
    moving: Moving,
) -> int:
    """Hand units of a restricted batch out for the donor's purpose; the issue's number.

    No points. Nobody issues to themself or their household (L15).

    Raises:
        NotFound, OwnOrder; what `decide_issue` raises.
    """
    assert moving.moved_by_id is not None
    _check_recipient(community_id, moving.moved_by_id, recipient.member_id)
    shelf = open_shelf_of(community_id, batch_id)
    batch = shelf.batches[batch_id]
    purpose = decide_issue(batch, quantity, moving.business_on)
    shelf.move([Move(batch_id, -quantity, "issue", SOURCE, issue_id, "out")], moving)
    [number] = take_numbers(community_id=community_id, name=NUMBERS)
    row = {
        "community_id": community_id,
        "id": issue_id,
        "number": number,
        "batch_id": batch_id,
        "product_id": batch.product_id,
        "quantity": quantity,
        "purpose": purpose,
        "recipient": "" if recipient.member_id else recipient.words,
        "recipient_id": recipient.member_id,
        "people_count": None if recipient.member_id else recipient.people,
        "issued_by_id": moving.moved_by_id,
        "issued_at": moving.at,
        "business_on": moving.business_on,
    }
    db.session.execute(insert(GoodsIssue), [row])
    _note(community_id, "shop.goods_issued", issue_id, moving, number=number, units=quantity)
    if recipient.member_id is not None:
        leave_message(
            community_id=community_id,
            recipient_id=recipient.member_id,
            topic="shop.goods_issued",
            payload={"units": quantity, "number": number},
            now=moving.at,
        )
    return number


def change_purpose(
    *, community_id: UUID, batch_id: UUID, to_purpose: str | None, consent: Consent, moving: Moving
) -> UUID:
    """Give what is left of a batch another purpose, or none, with its donor's consent (art. 56).

    What was handed out before keeps the purpose of its day.

    Raises:
        NotFound; what `decide_purpose` raises.
    """
    assert moving.moved_by_id is not None
    donor_is_known = _donor_kind_of(community_id, batch_id) != "anonymous"
    shelf = open_shelf_of(community_id, batch_id)
    batch: BatchFacts = shelf.batches[batch_id]
    before = decide_purpose(batch, to_purpose, donor_is_known=donor_is_known)
    change_id = new_id()
    row: dict[str, Any] = {
        "community_id": community_id,
        "id": change_id,
        "batch_id": batch_id,
        "seq": _last_change(community_id, batch_id) + 1,
        "from_purpose": before,
        "to_purpose": to_purpose,
        "consented_by": consent.by,
        "consent_way": consent.way,
        "consented_on": consent.on,
        "evidence": consent.evidence,
        "recorded_by_id": moving.moved_by_id,
        "recorded_at": moving.at,
    }
    db.session.execute(insert(PurposeChange), [row])
    db.session.execute(
        update(Batch)
        .where(Batch.community_id == community_id, Batch.id == batch_id)
        .values(restriction=to_purpose)
    )
    _note(community_id, "shop.purpose_changed", batch_id, moving, freed=to_purpose is None)
    _tell_supervisors(community_id, batch.on_hand, moving)
    return change_id


def _tell_supervisors(community_id: UUID, units: int, moving: Moving) -> None:
    """A second pair of eyes: whoever noted the consent is not the only one who knows."""
    for grant in grants_in(community_id, role="supervisor"):
        if grant.member_id != moving.moved_by_id:
            leave_message(
                community_id=community_id,
                recipient_id=grant.member_id,
                topic="shop.purpose_changed",
                payload={"units": units},
                now=moving.at,
            )


def _check_recipient(community_id: UUID, keeper_id: UUID, recipient_id: UUID | None) -> None:
    if recipient_id is None:
        return
    holders = holders_of(community_id, [keeper_id, recipient_id])
    decide_server(
        server={keeper_id, holders[keeper_id]}, served={recipient_id, holders[recipient_id]}
    )


def _donor_kind_of(community_id: UUID, batch_id: UUID) -> str | None:
    """Of whom the batch is: None where it was no gift."""
    return db.session.scalar(
        select(Donation.donor_kind)
        .join(
            DonationLine,
            (DonationLine.community_id == Donation.community_id)
            & (DonationLine.donation_id == Donation.id),
        )
        .join(
            Batch,
            (Batch.community_id == DonationLine.community_id)
            & (Batch.donation_line_id == DonationLine.id),
        )
        .where(Batch.community_id == community_id, Batch.id == batch_id)
    )


def _last_change(community_id: UUID, batch_id: UUID) -> int:
    """The number of the batch's last change; read under the product's lock."""
    return (
        db.session.scalar(
            select(func.max(PurposeChange.seq)).where(
                PurposeChange.community_id == community_id, PurposeChange.batch_id == batch_id
            )
        )
        or 0
    )


def _note(
    community_id: UUID, action: str, subject_id: UUID, moving: Moving, **detail: object
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", moving.moved_by_id),
        action=action,
        subject_id=subject_id,
        now=moving.at,
        detail=dict(detail),
    )
