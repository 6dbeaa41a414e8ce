"""Members and households."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import (
    InCommunity,
    at_most,
    of_community,
    one_of,
    references,
    unique_where,
)


class Member(InCommunity, Base):
    """A person of one community. H1: at most one active member for a phone in a community.

    The phone is stored as an HMAC to find it (`phone_index`), an HMAC of its last four digits
    (`phone_tail_index`) and a ciphertext to show it; each may be absent (card and PIN instead).
    `name_key` is how the name is read (`kernel.pinyin`), what lists stand by; it goes with the name.
    `pin_cipher` is the PIN's Argon2id text, encrypted: a PIN has so few values that no hash hides it.
    """

    __tablename__ = "members"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "volunteer_no", name="uq_members_volunteer_no"),
        unique_where("uq_members_active_phone", "phone_index", where="state = 'active'"),
        one_of("state", "active", "departed", "merged", "erased"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_names"),
        at_most("name", 60),
        references("merged_into_id", "members"),
        Index("ix_members_name", "community_id", "state", "name_key", "id"),
        Index("ix_members_tail", "community_id", "phone_tail_index"),
    )

    volunteer_no: Mapped[int]
    name: Mapped[str]
    name_key: Mapped[str | None]
    sex: Mapped[str | None]
    born_on: Mapped[date | None]
    is_party_member: Mapped[bool]
    phone_index: Mapped[bytes | None]
    phone_tail_index: Mapped[bytes | None]
    phone_cipher: Mapped[bytes | None]
    pin_cipher: Mapped[bytes | None]
    state: Mapped[str]
    merged_into_id: Mapped[UUID | None]
    joined_at: Mapped[datetime]
    note: Mapped[str | None]
    mode: Mapped[str] = mapped_column(default="elder")
    locale: Mapped[str] = mapped_column(default="zh")


class Household(InCommunity, Base):
    """People behind one door: the scope of caps and limits."""

    __tablename__ = "households"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "building", "unit", "room", name="uq_households_door"),
        at_most("building", 40),
        at_most("unit", 40),
        at_most("room", 40),
    )

    building: Mapped[str]
    unit: Mapped[str]
    room: Mapped[str]


class HouseholdMembership(InCommunity, Base):
    """A member lives in a household for a time. H1: one live membership for a member."""

    __tablename__ = "household_memberships"
    __table_args__ = (
        references("member_id", "members"),
        references("household_id", "households"),
        unique_where("uq_household_memberships_live", "member_id", where="left_at IS NULL"),
        Index("ix_household_memberships_household", "community_id", "household_id"),
    )

    member_id: Mapped[UUID]
    household_id: Mapped[UUID]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
