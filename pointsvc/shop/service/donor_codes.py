"""The donor's own page by a secret address: make one (the one before ends), find whose it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.one_time import new_token, token_hash
from pointsvc.shop.models import DonorCode
from pointsvc.shop.queries.donations import get_donation


def make_donor_code(
    *, community_id: UUID, donation_id: UUID, made_by_id: UUID, now: datetime
) -> str:
    """A new secret for the gift's donor; the one before shows nothing from now on. Raises NotFound."""
    get_donation(community_id, donation_id)
    secret = f"{community_id.hex}{new_token()}"
    db.session.execute(
        update(DonorCode)
        .where(
            DonorCode.community_id == community_id,
            DonorCode.donation_id == donation_id,
            DonorCode.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    row = {
        "community_id": community_id,
        "id": new_id(),
        "donation_id": donation_id,
        "secret_hash": token_hash(secret),
        "made_by_id": made_by_id,
        "made_at": now,
        "revoked_at": None,
    }
    db.session.execute(insert(DonorCode), [row])
    note(
        community_id=community_id,
        actor=Actor("member", made_by_id),
        action="shop.donor_code_made",
        subject_id=donation_id,
        now=now,
    )
    return secret


def find_gift_of(secret: str) -> tuple[UUID, UUID] | None:
    """Whose gift the secret shows: community and donation; None for one that shows nothing."""
    try:
        community_id = UUID(hex=secret[:32])
    except ValueError:
        return None
    donation_id = db.session.scalar(
        select(DonorCode.donation_id).where(
            DonorCode.community_id == community_id,
            DonorCode.secret_hash == token_hash(secret),
            DonorCode.revoked_at.is_(None),
        )
    )
    return None if donation_id is None else (community_id, donation_id)
