"""Sponsors' money (赞助): written down when it comes; purchases spend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.models import Sponsorship
from pointsvc.shop.models.money import FEN_MAX
from pointsvc.shop.rules import DonorKind


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who gives money: a name, or none; whether a person agreed to be named in public."""

    kind: DonorKind
    name: str | None
    is_named: bool


def record_sponsorship(
    *,
    community_id: UUID,
    sponsorship_id: UUID,
    sponsor: Sponsor,
    amount_fen: int,
    received_on: date,
    purpose: str | None,
    evidence: str | None,
    by_id: UUID,
    now: datetime,
) -> None:
    """Write a sponsor's money down. No points for gifts of money. Raises AmountRefused."""
    if type(amount_fen) is not int or not 1 <= amount_fen <= FEN_MAX:
        raise AmountRefused
    row = {
        "community_id": community_id,
        "id": sponsorship_id,
        "sponsor": sponsor.name if sponsor.kind != "anonymous" else None,
        "sponsor_kind": sponsor.kind,
        "is_named": sponsor.is_named and sponsor.kind == "person",
        "purpose": purpose,
        "evidence": evidence,
        "amount_fen": amount_fen,
        "spent_fen": 0,
        "received_on": received_on,
        "recorded_by_id": by_id,
        "recorded_at": now,
    }
    db.session.execute(insert(Sponsorship), [row])
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action="shop.sponsorship_recorded",
        subject_id=sponsorship_id,
        now=now,
        detail={"fen": amount_fen},
    )
