"""Open rows of somebody who was merged go on under the survivor's name, each thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from pointsvc.extensions import db
from pointsvc.members.changes import Merge


def go_over(
    model: Any,
    merge: Merge,
    *live: ColumnElement[bool],
    like: Sequence[str],
    doubled: Mapping[str, Any],
    column: str = "member_id",
) -> list[Any]:
    """Give the live rows of one to the other.

    Args:
        model: the table; its rows are locked by id.
        merge: who goes on for whom.
        live: which rows.
        like: what must not be there twice for one person.
        doubled: the values of a row that the survivor has already.
        column: who is named.

    Returns:
        The rows that were doubled.
    """
    who = getattr(model, column)
    rows = select(model).where(model.community_id == merge.community_id, *live)
    theirs = {
        tuple(getattr(row, name) for name in like)
        for row in db.session.scalars(rows.where(who == merge.into_id))
    }
    ended = []
    mine = rows.where(who == merge.from_id).order_by(model.id).with_for_update()
    for row in db.session.scalars(mine.execution_options(populate_existing=True)):
        if tuple(getattr(row, name) for name in like) in theirs:
            for name, value in doubled.items():
                setattr(row, name, value)
            ended.append(row)
        else:
            setattr(row, column, merge.into_id)
    db.session.flush()
    return ended
