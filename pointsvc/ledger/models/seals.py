"""Daily seals: the Merkle root of all passbook heads, chained to the day before."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, at_most, of_community


class Seal(Base):
    """A1: the root of a day, printed on the public board. Append-only."""

    __tablename__ = "seals"
    __table_args__ = (of_community(),)

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed_on: Mapped[date] = mapped_column(primary_key=True)
    root: Mapped[bytes]
    previous_root: Mapped[bytes]
    passbooks: Mapped[int]
    entries: Mapped[int]
    sealed_at: Mapped[datetime]


class SealedHead(Base):
    """A passbook's head as a seal found it, kept when it had moved since the seal before."""

    __tablename__ = "sealed_heads"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "sealed_on"],
            ["seals.community_id", "seals.sealed_on"],
            name="fk_sealed_heads_seal",
        ),
    )

    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed_on: Mapped[date] = mapped_column(primary_key=True)
    passbook_id: Mapped[UUID] = mapped_column(primary_key=True)
    head_seq: Mapped[int]
    head_hash: Mapped[bytes]


class DeclaredGap(InCommunity, Base):
    """Days that were published and are not in the books: an older copy was put back. Append-only.

    The next seal chains to `to_root`, so that what neighbours copied stays in the chain.
    """

    __tablename__ = "declared_gaps"
    __table_args__ = (
        of_community(),
        UniqueConstraint("community_id", "to_on"),
        CheckConstraint("from_on < to_on", name="forward"),
        at_most("reason", 500),
    )

    from_on: Mapped[date | None]
    from_root: Mapped[bytes]
    to_on: Mapped[date]
    to_root: Mapped[bytes]
    reason: Mapped[str]
    declared_by_id: Mapped[UUID]
    declared_at: Mapped[datetime]
