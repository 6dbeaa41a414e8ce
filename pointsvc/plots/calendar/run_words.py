"""What runs of calendars, their plots and their horizons are called."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

HORIZON_WORDS: Final[dict[str, LazyText]] = {
    "8w": _l("八周"),
    "1y": _l("一年"),
    "2y": _l("两年"),
    "3y": _l("三年"),
    "5y": _l("五年"),
}
RUN_WORDS: Final[dict[str, tuple[LazyText, str]]] = {
    "looking": (_l("正在预览"), "info"),
    "looked": (_l("等您确认"), "warn"),
    "writing": (_l("正在排"), "info"),
    "written": (_l("排好了"), "good"),
    "stopped": (_l("停在半路"), "warn"),
    "dropped": (_l("不排了"), "plain"),
}
PART_WORDS: Final[dict[str, tuple[LazyText, str]]] = {
    "waiting": (_l("还没看"), "plain"),
    "looked": (_l("还没排"), "info"),
    "written": (_l("排好了"), "good"),
    "without_leader": (_l("没有组长，排不了"), "warn"),
    "without_plans": (_l("没有养护安排"), "plain"),
}
