"""A gift's papers: receiving entity, kind of receipt, what was agreed; how its values are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.shop.models import DonationDetail, GiftValue
from pointsvc.shop.papers import GiftPapers
from pointsvc.shop.queries.donations import get_donation


def keep_papers(*, community_id: UUID, donation_id: UUID, papers: GiftPapers) -> None:
    """Put these papers in place of the gift's earlier ones."""
    db.session.execute(
        delete(DonationDetail).where(
            DonationDetail.community_id == community_id, DonationDetail.donation_id == donation_id
        )
    )
    row = {"community_id": community_id, "donation_id": donation_id, **asdict(papers)}
    db.session.execute(insert(DonationDetail), [row])


def change_papers(
    *, community_id: UUID, donation_id: UUID, papers: GiftPapers, by_id: UUID, now: datetime
) -> None:
    """Correct a gift's papers, as when the charity's receipt comes later. Raises NotFound."""
    get_donation(community_id, donation_id)
    keep_papers(community_id=community_id, donation_id=donation_id, papers=papers)
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action="shop.donation_papers_changed",
        subject_id=donation_id,
        now=now,
        detail={"receipt_kind": papers.receipt_kind},
    )


def keep_values(*, community_id: UUID, bases: Mapping[UUID, str]) -> None:
    """Write down how the values of these lines are known."""
    rows = [
        {"community_id": community_id, "donation_line_id": line_id, "basis": basis}
        for line_id, basis in bases.items()
    ]
    if rows:
        db.session.execute(insert(GiftValue), rows)
