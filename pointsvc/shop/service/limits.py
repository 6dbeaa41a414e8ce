"""Setting, changing and ending what one person or household may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.shop.errors import LimitExists
from pointsvc.shop.models import Product, PurchaseLimit
from pointsvc.shop.queries.limits import limits_of
from pointsvc.shop.windows import WindowKind


@dataclass(frozen=True, slots=True)
class NewLimit:
    """What is limited, for whom, in which window, by how much; see `models.PurchaseLimit`."""

    id: UUID
    shop_id: UUID
    product_id: UUID | None
    category: str | None
    holder: str
    window_kind: WindowKind
    measure: str
    most: int

    def is_like(self, other: NewLimit) -> bool:
        """Whether both count the same."""
        names = ("product_id", "category", "holder", "window_kind", "measure")
        return all(getattr(self, name) == getattr(other, name) for name in names)


def set_limit(*, community_id: UUID, limit: NewLimit, by_id: UUID, now: datetime) -> None:
    """Put a limit into force from the next exchange on; what was bought before does not count.

    Raises:
        NotFound: the product is not this shop's. LimitExists: change that one's number instead.
    """
    if limit.product_id is not None:
        here = select(Product.id).where(
            Product.community_id == community_id,
            Product.id == limit.product_id,
            Product.shop_id == limit.shop_id,
        )
        if db.session.scalar(here) is None:
            raise NotFound
    for each in limits_of(community_id, [limit.shop_id]):
        if limit.is_like(NewLimit(**{name: getattr(each, name) for name in NewLimit.__slots__})):
            raise LimitExists
    row = {name: getattr(limit, name) for name in NewLimit.__slots__}
    row |= {"community_id": community_id, "set_by_id": by_id, "set_at": now}
    db.session.execute(insert(PurchaseLimit), [row])
    _note(community_id, "shop.limit_set", limit.id, limit.most, by_id, now)


def change_limit(
    *, community_id: UUID, limit_id: UUID, most: int, by_id: UUID, now: datetime
) -> None:
    """Another number; what was used of the window stays used. Raises NotFound."""
    _update(community_id, limit_id, {"most": most, "set_by_id": by_id, "set_at": now})
    _note(community_id, "shop.limit_set", limit_id, most, by_id, now)


def end_limit(*, community_id: UUID, limit_id: UUID, by_id: UUID, now: datetime) -> None:
    """Take it out of force. Raises NotFound, also when it was ended already."""
    _update(community_id, limit_id, {"ended_at": now})
    _note(community_id, "shop.limit_ended", limit_id, None, by_id, now)


def _update(community_id: UUID, limit_id: UUID, values: dict[str, object]) -> None:
    done = db.session.execute(
        update(PurchaseLimit)
        .where(
            PurchaseLimit.community_id == community_id,
            PurchaseLimit.id == limit_id,
            PurchaseLimit.ended_at.is_(None),
        )
        .values(**values)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound


def _note(
    community_id: UUID, action: str, limit_id: UUID, most: int | None, by_id: UUID, now: datetime
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=limit_id,
        now=now,
        detail={} if most is None else {"limit": most},
    )
