"""Why somebody was proposed, why nobody was, why somebody cannot come: in words."""

from __future__ import annotations

from datetime import date
from typing import Final

from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.plots.rules.roster import Reason
from pointsvc.plots.words import CARE_WORDS, WEEKDAYS

HOUR: Final = 60
PART_WORDS: Final[dict[str, LazyText]] = {
    "morning": _l("上午"),
    "afternoon": _l("下午"),
    "evening": _l("傍晚"),
}
GAP_WORDS: Final[dict[str, LazyText]] = {
    "nobody": _l("没有可以请的人"),
    "said_no": _l("能请的都请过了"),
    "too_heavy": _l("活重，能做的人排不开"),
    "uncovered": _l("有风险，培训和保险齐全的人排不开"),
    "avoids": _l("愿意做这个的人不够"),
    "away": _l("这个时间大家没空"),
    "overlaps": _l("大家那时已有别的安排"),
    "week_full": _l("大家那一周都到时间上限了"),
}
REASON_WORDS: Final[dict[str, LazyText]] = {
    "ill": _l("身体不舒服"),
    "travel": _l("出门在外"),
    "family": _l("家里有事"),
    "other": _l("别的事"),
}
CIRCLE_WORDS: Final[dict[str, LazyText]] = {
    "substitutes": _l("替补的人"),
    "group": _l("全组"),
    "community": _l("全小区"),
}


def why_in_words(reasons: tuple[Reason, ...], care: str) -> str:
    """上次除草是 5 月 3 日，周二有空，近三个月 4 小时."""
    return _("，").join(_reason(each, care) for each in reasons)


def _reason(reason: Reason, care: str) -> str:
    value = reason.value
    if reason.code == "last_done":
        on = date.fromisoformat(str(value))
        day = _("%(month)s 月 %(day)s 日", month=on.month, day=on.day)
        return _("上次%(care)s是 %(day)s", care=CARE_WORDS[care], day=day)
    if reason.code == "free_on":
        return _("%(weekday)s有空", weekday=list(WEEKDAYS.values())[int(value or 0)])
    if reason.code == "free_part":
        return _("%(part)s有空", part=PART_WORDS[str(value)])
    if reason.code == "load":
        minutes = int(value or 0)
        return _("近三个月 %(hours)s 小时", hours=f"{minutes / HOUR:.1f}".removesuffix(".0"))
    return {
        "never_done": _("还没轮到过%(care)s", care=CARE_WORDS[care]),
        "stands_in": _("替补，养护人排不开"),
        "of_group": _("组里的人，养护人和替补排不开"),
        "by_hand": _("组长选的"),
    }.get(reason.code, "")
