"""What cares, risks, rules and states are called."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l

CARE_WORDS: Final[dict[str, LazyText]] = {
    "litter": _l("捡垃圾"),
    "water": _l("浇水"),
    "weed": _l("除草"),
    "mow": _l("剪草坪"),
    "hedge": _l("修绿篱"),
    "prune": _l("修枝"),
    "feed": _l("施肥"),
    "leaves": _l("清落叶"),
    "wrap": _l("裹树防寒"),
    "green_up_water": _l("返青水"),
    "winter_water": _l("冻水"),
    "patrol": _l("巡看"),
}
RISK_WORDS: Final[dict[str, LazyText]] = {
    "none": _l("没有特别的风险"),
    "mower": _l("割草机：要培训和保险"),
    "ladder": _l("登梯：要培训和保险"),
    "pesticide": _l("打药：要培训和保险"),
    "night": _l("夜间：要培训和保险"),
}
STATE_WORDS: Final[dict[str, LazyText]] = {
    "cared": _l("有人照看"),
    "due": _l("快到期"),
    "overdue": _l("没人照看"),
    "held": _l("等天气"),
    "resting": _l("不在季节"),
}
STATE_KINDS: Final = {
    "cared": "good",
    "due": "wait",
    "overdue": "bad",
    "held": "info",
    "resting": "plain",
}
WEEKDAYS: Final[dict[str, LazyText]] = {
    "MO": _l("周一"),
    "TU": _l("周二"),
    "WE": _l("周三"),
    "TH": _l("周四"),
    "FR": _l("周五"),
    "SA": _l("周六"),
    "SU": _l("周日"),
}


def rule_in_words(rrule: str) -> str:
    """A rule as people say it; one that has no such words is shown as it is."""
    parts = dict(part.split("=", 1) for part in rrule.split(";") if "=" in part)
    days = parts.get("BYDAY", "")
    every = int(parts.get("INTERVAL", "1")) if parts.get("INTERVAL", "1").isdigit() else 0
    if parts.get("FREQ") == "WEEKLY" and set(days.split(",")) <= WEEKDAYS.keys():
        names = "、".join(str(WEEKDAYS[day]) for day in days.split(","))
        if every == 1:
            return _("每%(days)s", days=names)
        return _("每 %(count)s 周的%(days)s", count=every, days=names)
    if parts.get("FREQ") in {"MONTHLY", "YEARLY"} and every == 1 and days[1:] in WEEKDAYS:
        months = parts.get("BYMONTH", "")
        text = _("每月第 %(n)s 个%(day)s", n=days[0], day=WEEKDAYS[days[1:]])
        if not months:
            return text
        return _("%(rule)s（%(months)s 月）", rule=text, months=months.replace(",", "、"))
    return rrule


def season_in_words(season_from: int, season_to: int) -> str:
    """From which day of the year to which."""
    if (season_from, season_to) == (101, 1231):
        return _("全年")
    return _("%(since)s 至 %(until)s", since=_day(season_from), until=_day(season_to))


def _day(value: int) -> str:
    return _("%(month)s 月 %(day)s 日", month=value // 100, day=value % 100)
