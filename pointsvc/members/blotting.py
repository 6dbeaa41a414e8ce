"""Words of somebody who is erased: what was written by them, or about them, is taken out of the rows.

The rows stay where others rest on them; so do ids, codes, numbers and days. Each room names its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, or_, update

from pointsvc.extensions import db
from pointsvc.members.changes import Erasure

NONE: Final = None
EMPTY: Final = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Which columns of a table are emptied where one of `whose` names the person.

    `through` is for what names them by way of another table: ids of rows of `model.<column>`.
    """

    model: Any
    whose: tuple[str, ...]
    blank: Mapping[str, Any]


def blot(erasure: Erasure, words: Iterable[Words]) -> None:
    """Empty them."""
    for each in words:
        named = (getattr(each.model, name) == erasure.member_id for name in each.whose)
        _empty(erasure, each, or_(*named))


def blot_through(erasure: Erasure, words: Words, rows: Select[Any]) -> None:
    """The same where the first of `whose` is one of these rows, which are the person's."""
    _empty(erasure, words, getattr(words.model, words.whose[0]).in_(rows))


def _empty(erasure: Erasure, words: Words, which: Any) -> None:
    filled = or_(
        *(
            column.is_not(None) if empty is None else column != empty
            for name, empty in words.blank.items()
            for column in [getattr(words.model, name)]
        )
    )
    db.session.execute(
        update(words.model)
        .where(words.model.community_id == erasure.community_id, which, filled)
        .values(**words.blank)
        .execution_options(synchronize_session=False)
    )
