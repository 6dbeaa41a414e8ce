"""Ids that callers make: the same id with the same content is once; with other content it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from pointsvc.extensions import Base, db
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class IdTaken(Conflict):
    """The id names something else already: what was sent now is not stored."""

    code = "request.id_taken"
    message = _l("这份表已经用来记过别的内容，这次没有记下。请回到上一页重新填一份。")


def check_same(model: type[Base], row: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Whether the row's id is there, with the same values under these names.

    Args:
        model: whose table.
        row: with `community_id` and `id`.
        names: the columns that say what it is; who wrote it and when may differ.

    Returns:
        False where no row has the id.

    Raises:
        IdTaken: it is there with other values.
    """
    kept = _kept(model, row, names)
    if kept is None:
        return False
    if any(kept[name] != row.get(name) for name in kept):
        raise IdTaken
    return True


def _kept(model: Any, row: Mapping[str, Any], names: Iterable[str]) -> Mapping[str, Any] | None:
    wanted = select(*(getattr(model, name) for name in names)).where(
        model.community_id == row["community_id"], model.id == row["id"]
    )
    found = db.session.execute(wanted).mappings().one_or_none()
    return None if found is None else {str(name): value for name, value in found.items()}
