"""代领: whom a member named to collect for them, and what was collected so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, references, unique_where


class Proxy(InCommunity, Base):
    """A member lets somebody collect for them, until they take it back. Nobody names themself."""

    __tablename__ = "proxies"
    __table_args__ = (
        references("member_id", "members"),
        references("proxy_member_id", "members"),
        CheckConstraint("proxy_member_id <> member_id", name="two_persons"),
        CheckConstraint("named_by_id <> proxy_member_id", name="not_by_oneself"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by"),
        at_most("relation", 20),
        unique_where("uq_proxies_live", "member_id", "proxy_member_id", where="revoked_at IS NULL"),
        Index("ix_proxies_member", "community_id", "member_id", "id"),
        Index("ix_proxies_proxy", "community_id", "proxy_member_id", "id"),
    )

    member_id: Mapped[UUID]
    proxy_member_id: Mapped[UUID]
    relation: Mapped[str]
    named_by_id: Mapped[UUID]
    named_at: Mapped[datetime]
    revoked_by_id: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]


class ProxyPickup(InCommunity, Base):
    """Who stood at the counter for the member. Append-only; keeper, proxy and member are three."""

    __tablename__ = "proxy_pickups"
    __table_args__ = (
        references("order_id", "orders"),
        references("proxy_id", "proxies"),
        UniqueConstraint("community_id", "order_id", name="uq_proxy_pickups_order"),
        CheckConstraint("proxy_member_id <> member_id", name="two_persons"),
        CheckConstraint("keeper_id <> proxy_member_id", name="keeper_is_another"),
        Index("ix_proxy_pickups_month", "community_id", "proxy_member_id", "business_on"),
        Index("ix_proxy_pickups_proxy", "community_id", "proxy_id"),
    )

    order_id: Mapped[UUID]
    proxy_id: Mapped[UUID]
    member_id: Mapped[UUID]
    proxy_member_id: Mapped[UUID]
    keeper_id: Mapped[UUID]
    business_on: Mapped[date]
