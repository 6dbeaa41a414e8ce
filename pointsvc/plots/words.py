"""What cares, risks, rules and states are called."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l, pause

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
    "overdue": _l("好几天没人去"),
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
DEFECT_KIND_WORDS: Final[dict[str, LazyText]] = {
    "pipe": _l("水管漏水、喷头坏"),
    "pest": _l("病虫害"),
    "dead_plant": _l("花木枯死"),
    "damage": _l("设施损坏"),
    "rubbish": _l("乱堆垃圾"),
    "other": _l("别的"),
}
DEFECT_STATE_WORDS: Final[dict[str, LazyText]] = {
    "reported": _l("已报"),
    "seen": _l("社区看到了"),
    "passed_on": _l("已转出去"),
    "mended": _l("修好了"),
    "not_ours": _l("不归社区管"),
}
DEFECT_STATE_KINDS: Final = {
    "reported": "warn",
    "seen": "wait",
    "passed_on": "info",
    "mended": "good",
    "not_ours": "plain",
}
TASK_WORDS: Final[dict[str, tuple[LazyText, str]]] = {
    "coming": (_l("还没开始"), "info"),
    "running": (_l("进行中"), "good"),
    "over": (_l("结束了"), "plain"),
    "held": (_l("等天气"), "info"),
    "cancelled": (_l("取消了"), "plain"),
}
OUTCOME_WORDS: Final[dict[str, tuple[LazyText, str]]] = {
    "none": (_l("还没请人"), "plain"),
    "asked": (_l("等验收"), "wait"),
    "passed": (_l("合格"), "good"),
    "second_wanted": (_l("要复验，还没请人"), "warn"),
    "second_asked": (_l("等复验"), "wait"),
    "failed": (_l("没有合格"), "bad"),
}
CLEARED_WORDS: Final[dict[str, LazyText]] = {
    "visit": _l("有人去了"),
    "weather": _l("等天气"),
    "calendar": _l("日程改了或过了季节"),
    "closed": _l("这块田停用了"),
}
# What the house's own inspection form says; a community's own words stand as they were written.
FORM_WORDS: Final[dict[str, LazyText]] = {
    "随系统给的验收表": _l("随系统给的验收表"),
    "草坪": _l("草坪"),
    "乔灌木": _l("乔灌木"),
    "地被花卉": _l("地被花卉"),
    "保洁": _l("保洁"),
    "病虫害": _l("病虫害"),
    "盖度：没有斑秃、露土": _l("盖度：没有斑秃、露土"),
    "修剪：平整、不过高": _l("修剪：平整、不过高"),
    "杂草：不超过 5%": _l("杂草：不超过 5%"),
    "浇水施肥：不黄不蔫": _l("浇水施肥：不黄不蔫"),
    "平整：没有坑洼、积水": _l("平整：没有坑洼、积水"),
    "长势：没有枯死、缺株": _l("长势：没有枯死、缺株"),
    "修剪：没有枯枝、徒长枝，绿篱整齐": _l("修剪：没有枯枝、徒长枝，绿篱整齐"),
    "支撑、树穴、裹干": _l("支撑、树穴、裹干"),
    "覆盖和长势": _l("覆盖和长势"),
    "清残花、不倒伏": _l("清残花、不倒伏"),
    "没有垃圾、落叶堆积": _l("没有垃圾、落叶堆积"),
    "没有乱堆乱搭": _l("没有乱堆乱搭"),
    "没有明显病虫害": _l("没有明显病虫害"),
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
        names = pause().join(str(WEEKDAYS[day]) for day in days.split(","))
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


def form_words(text: str) -> str:
    """A section's or an item's name in the reader's language, where it is the house's own."""
    return str(FORM_WORDS.get(text, text))
