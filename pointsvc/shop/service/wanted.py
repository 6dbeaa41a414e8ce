"""The list of goods that are wanted, and of those that cannot be taken, with the reason (心愿单)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.shop.models import WantedGoods


def add_wanted(
    *,
    community_id: UUID,
    wanted_id: UUID,
    shop_id: UUID,
    kind: str,
    name: str,
    words: str,
    by_id: UUID,
    now: datetime,
) -> None:
    """Add a line; who refuses goods says why. Raises Invalid."""
    if kind == "refused" and not words:
        raise Invalid({"words": [_("不收的，请写上原因，捐赠的人好明白。")]})
    row = {
        "community_id": community_id,
        "id": wanted_id,
        "shop_id": shop_id,
        "kind": kind,
        "name": name,
        "words": words,
        "added_by_id": by_id,
        "added_at": now,
    }
    db.session.execute(insert(WantedGoods), [row])
    _note(community_id, "shop.wanted_added", wanted_id, by_id, now)


def end_wanted(*, community_id: UUID, wanted_id: UUID, by_id: UUID, now: datetime) -> None:
    """Take a line off the list; twice is once."""
    done = db.session.execute(
        update(WantedGoods)
        .where(
            WantedGoods.community_id == community_id,
            WantedGoods.id == wanted_id,
            WantedGoods.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    if done.rowcount:  # type: ignore[attr-defined]
        _note(community_id, "shop.wanted_ended", wanted_id, by_id, now)


def _note(community_id: UUID, action: str, wanted_id: UUID, by_id: UUID, now: datetime) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=wanted_id,
        now=now,
    )
