"""Refusals about shifts and sign-ups."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.i18n import lazy_gettext as _l


class ShiftCancelled(Conflict):
    """The shift does not take place."""

    code = "activities.shift_cancelled"
    message = _l("这个场次已取消。")


class ShiftOver(Conflict):
    """The shift has ended."""

    code = "activities.shift_over"
    message = _l("这个场次已结束。")


class ShiftNotBegun(Conflict):
    """The shift has not begun; it can be called off, not ended."""

    code = "activities.shift_not_begun"
    message = _l("这个场次还没开始，不能提前结束；不办了请取消。")


class ShiftFull(Conflict):
    """As many people signed up as the shift needs."""

    code = "activities.shift_full"
    message = _l("这个场次报名已满（%(capacity)s 人）。")


class ShiftIdReused(Conflict):
    """The id names another shift."""

    code = "activities.shift_id_reused"
    message = _l("这个编号已用于另一个场次。")


class KindMisplaced(Invalid):
    """Such activities are counted at other kinds of places."""

    code = "activities.kind_misplaced"
    message = _l("这类活动不在这种场所计分，请换一个类别或场所。")


class GateClosed(Conflict):
    """The shift is dangerous, and something is missing: training, insurance or the right age (art. 15-17)."""

    code = "activities.gate_closed"
    message = _l("这一场要先办好：%(why)s")
