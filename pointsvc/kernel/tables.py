"""Shapes that tables share: the community's key first, checks by name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column


class InCommunity:
    """A row of one community: the key begins with the community, so that it can be distributed."""

    community_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)


def of_community() -> ForeignKeyConstraint:
    """The row's community exists."""
    return ForeignKeyConstraint(["community_id"], ["communities.id"])


def references(column: str, table: str, target: str = "id") -> ForeignKeyConstraint:
    """`column` names a row of `table` in the same community."""
    return ForeignKeyConstraint(
        ["community_id", column], [f"{table}.community_id", f"{table}.{target}"]
    )


def one_of(column: str, *values: str) -> CheckConstraint:
    """`column` is one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def at_most(column: str, length: int) -> CheckConstraint:
    """`column` holds at most `length` characters."""
    return CheckConstraint(f"length({column}) <= {length}", name=f"{column}_length")


def unique_where(name: str, *columns: str, where: str) -> Index:
    """At most one row of these columns while `where` holds."""
    return Index(
        name,
        "community_id",
        *columns,
        unique=True,
        sqlite_where=text(where),
        postgresql_where=text(where),
    )
