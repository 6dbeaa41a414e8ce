"""The blueprint, and what the pages about shifts share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Blueprint, current_app, flash, url_for

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.kernel.transaction import transact

blueprint = Blueprint("activities", __name__, url_prefix="/activities")

# A shift's state → words and the kind of badge.
STATES: Final[dict[str, tuple[LazyText, str]]] = {
    "upcoming": (_l("未开始"), "info"),
    "open": (_l("进行中"), "good"),
    "over": (_l("已结束"), "plain"),
    "cancelled": (_l("已取消"), "bad"),
}
WEEKDAYS: Final[tuple[LazyText, ...]] = (
    _l("周一"),
    _l("周二"),
    _l("周三"),
    _l("周四"),
    _l("周五"),
    _l("周六"),
    _l("周日"),
)
SCANNING: Final = "checkin.shift"  # a room above this one; known by its name alone


def scan_url(shift_id: UUID) -> str:
    """Where people are checked in to the shift; its own page where this server has no such place."""
    if SCANNING in current_app.view_functions:
        return url_for(SCANNING, shift_id=shift_id)
    return url_for("activities.show", shift_id=shift_id)


def done(work: Callable[[], object], words: str) -> bool:
    """Do the deed; words of success, or of the refusal, wait for the next page."""
    try:
        transact(work)
    except Conflict as refusal:
        flash(refusal.detail, "error")
        return False
    flash(words, "success")
    return True
