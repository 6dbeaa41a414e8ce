"""Sponsors' money (赞助): written down when it comes; purchases spend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.gift_errors import SpentAlready
from pointsvc.shop.models import Sponsorship
from pointsvc.shop.models.money import FEN_MAX
from pointsvc.shop.money import yuan
from pointsvc.shop.rules import DonorKind, check_paper


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
    """Write a sponsor's money down. No points for gifts of money.

    Raises:
        AmountRefused. FutureDate: money that is still to come.
    """
    if type(amount_fen) is not int or not 1 <= amount_fen <= FEN_MAX:
        raise AmountRefused
    check_paper("received_on", received_on, local_day(now, get_community(community_id).zone))
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


def correct_sponsorship(
    *,
    community_id: UUID,
    sponsorship_id: UUID,
    amount_fen: int,
    evidence: str,
    by_id: UUID,
    now: datetime,
) -> None:
    """Set right what was typed wrong; the trail keeps both sums. Locks the sponsorship.

    Raises:
        NotFound, AmountRefused; SpentAlready: less than was spent of it.
    """
    if type(amount_fen) is not int or not 1 <= amount_fen <= FEN_MAX:
        raise AmountRefused
    where = (Sponsorship.community_id == community_id, Sponsorship.id == sponsorship_id)
    row = db.session.execute(
        select(Sponsorship.amount_fen, Sponsorship.spent_fen).where(*where).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    if amount_fen < row.spent_fen:
        raise SpentAlready(spent=yuan(row.spent_fen))
    db.session.execute(
        update(Sponsorship).where(*where).values(amount_fen=amount_fen, evidence=evidence)
    )
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action="shop.sponsorship_corrected",
        subject_id=sponsorship_id,
        now=now,
        detail={"before_fen": row.amount_fen, "fen": amount_fen},
    )
