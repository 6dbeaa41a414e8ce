"""A tariff in words: what a reader of the notice board is told."""

from __future__ import annotations

from typing import Final

from pointsvc.earning.rules import MINUTES_IN_HOUR, TariffFacts, room_left, worth_of
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l

BASES: Final[dict[str, LazyText]] = {
    "hour": _l("按小时"),
    "check_in": _l("按次（签到一次）"),
    "quantity": _l("按数量"),
}
HOLDERS: Final[dict[str, LazyText]] = {"member": _l("每人"), "household": _l("每户")}
EXPIRIES: Final[dict[str, LazyText]] = {
    "end_of_next_year": _l("用到第二年年底"),
    "months": _l("几个月后到期"),
    "never": _l("一直有效"),
}
SAMPLE_MINUTES: Final = (30, 90, 120)
SAMPLE_COUNT: Final = 3


def rate_in_words(tariff: TariffFacts) -> str:
    """每小时 10 分, 每次 5 分, 每件 2 分."""
    points = tariff.rate_points
    if not points:
        return _("不记分")
    if points < 0:
        return _("每件扣 %(points)s 分", points=-points)
    if tariff.basis == "hour":
        return _("每小时 %(points)s 分", points=points)
    if tariff.basis == "check_in":
        return _("每次 %(points)s 分", points=points)
    return _("每件 %(points)s 分", points=points)


def cap_in_words(tariff: TariffFacts, cap: int | None) -> str:
    """每户 4 分, or 不限."""
    if cap is None:
        return _("不限")
    return _("%(holder)s %(points)s 分", holder=HOLDERS[tariff.cap_holder], points=cap)


def caps_in_words(tariff: TariffFacts) -> str:
    """每人一天 30 分、一月 240 分, or 不限."""
    day, month = tariff.cap_day_points, tariff.cap_month_points
    holder = HOLDERS[tariff.cap_holder]
    if day is not None and month is not None:
        return _(
            "%(holder)s一天 %(day)s 分、一月 %(month)s 分", holder=holder, day=day, month=month
        )
    if day is not None:
        return _("%(holder)s一天 %(day)s 分", holder=holder, day=day)
    if month is not None:
        return _("%(holder)s一月 %(month)s 分", holder=holder, month=month)
    return _("不限")


def expiry_in_words(tariff: TariffFacts) -> str:
    """Until when what is earned can be spent."""
    if tariff.expiry == "months":
        return _("%(months)s 个月内用完", months=tariff.expiry_months)
    return str(EXPIRIES[tariff.expiry])


def examples_of(tariff: TariffFacts) -> list[str]:
    """例：90 分钟记 15 分: the rule computed, caps and steps included, so that nobody has to."""
    if tariff.basis == "hour":
        return [
            _("%(minutes)s 分钟记 %(points)s 分", minutes=minutes, points=_hourly(tariff, minutes))
            for minutes in SAMPLE_MINUTES
        ]
    if tariff.basis == "check_in":
        points = _capped(tariff, worth_of(tariff, part="in", minutes=0, planned_minutes=0).points)
        return [_("签到一次记 %(points)s 分", points=points)]
    return [
        _("%(count)s 件记 %(points)s 分", count=count, points=_counted(tariff, count))
        for count in (1, SAMPLE_COUNT)
    ]


def _hourly(tariff: TariffFacts, minutes: int) -> int:
    """In a shift that was planned as long as it was served."""
    worth = worth_of(tariff, part="out", minutes=minutes, planned_minutes=minutes)
    return _capped(tariff, worth.points)


def _counted(tariff: TariffFacts, count: int) -> int:
    if tariff.rate_points < 0:
        return tariff.rate_points * count
    worth = worth_of(tariff, part="out", minutes=MINUTES_IN_HOUR, planned_minutes=0, quantity=count)
    return _capped(tariff, worth.points)


def _capped(tariff: TariffFacts, points: int) -> int:
    for cap in (tariff.cap_day_points, tariff.cap_month_points):
        points = room_left(used=0, cap=cap, amount=points)
    return points
