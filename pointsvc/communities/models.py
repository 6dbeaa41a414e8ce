"""Communities and their places."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, of_community, one_of


class Community(Base):
    """The tenant: everything else belongs to one community and never meets another's."""

    __tablename__ = "communities"
    __table_args__ = (at_most("name", 80),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    settings: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    is_demo: Mapped[bool]


class Place(InCommunity, Base):
    """Where things happen: a plot, a sorting station, a shop, a hall. `number` is per kind.

    Its position is in micro-degrees of WGS-84, whole or not there at all.
    """

    __tablename__ = "places"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "kind", "number", name="uq_places_kind_number"),
        one_of("kind", "plot", "station", "shop", "hall"),
        at_most("name", 80),
        at_most("open_hours", 60),
        CheckConstraint(
            "(latitude_microdegrees IS NULL) = (longitude_microdegrees IS NULL)"
            " AND (latitude_microdegrees IS NULL) = (radius_metres IS NULL)",
            name="position_whole",
        ),
        CheckConstraint(
            "latitude_microdegrees BETWEEN -90000000 AND 90000000", name="latitude_range"
        ),
        CheckConstraint(
            "longitude_microdegrees BETWEEN -180000000 AND 180000000", name="longitude_range"
        ),
        CheckConstraint("radius_metres BETWEEN 10 AND 2000", name="radius_range"),
        Index("ix_places_kind", "community_id", "kind", "closed_at"),
    )

    kind: Mapped[str]
    number: Mapped[int]
    name: Mapped[str]
    location: Mapped[str | None]
    open_hours: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    latitude_microdegrees: Mapped[int | None]
    longitude_microdegrees: Mapped[int | None]
    radius_metres: Mapped[int | None]
