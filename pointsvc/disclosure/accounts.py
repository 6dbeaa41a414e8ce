"""A month's points as an account that anybody can add up: lines that came, lines that went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.ledger.months import MonthTotals

SHARE_FULL: Final = 1000


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line of the account; `share` is its thousandth part of the largest line, for the bars."""

    words: LazyText
    note: LazyText
    points: int
    share: int


@dataclass(frozen=True, slots=True)
class MonthAccount:
    """Income, outgo and what is left: `income_points - outgo_points == closing_points`."""

    income: tuple[AccountLine, ...]
    outgo: tuple[AccountLine, ...]
    closing_points: int

    @property
    def income_points(self) -> int:
        """Everything that came, the opening included."""
        return sum(line.points for line in self.income)

    @property
    def outgo_points(self) -> int:
        """Everything that went."""
        return sum(line.points for line in self.outgo)


_Words = tuple[str, LazyText, LazyText]
_INCOME: Final[tuple[_Words, ...]] = (
    ("opening", _l("上月结余"), _l("月初大家存折上一共有的")),
    ("imported", _l("原有积分转入"), _l("从社区原来的台账转过来的")),
    ("issued", _l("发放"), _l("参加活动、分类投放挣来的")),
    ("refunded", _l("退兑退回"), _l("退了货，积分还给本人")),
    ("regranted", _l("到期退还"), _l("到期清零后又还给本人的")),
)
_OUTGO: Final[tuple[_Words, ...]] = (
    ("exchanged", _l("兑换"), _l("在积分超市换成东西")),
    ("taken_back", _l("更正扣回"), _l("记错了，经第二个人同意扣回")),
    ("expired", _l("到期清零"), _l("过了期限没有用的")),
    ("donated_back", _l("捐出"), _l("本人捐给大家的")),
)


def account_of(points: MonthTotals) -> MonthAccount:
    """The account of these totals."""
    names = [name for name, _words, _note in (*_INCOME, *_OUTGO)]
    largest = max(1, *(getattr(points, name) for name in names))
    return MonthAccount(
        income=_lines(_INCOME, points, largest),
        outgo=_lines(_OUTGO, points, largest),
        closing_points=points.closing,
    )


def _lines(names: Sequence[_Words], points: MonthTotals, largest: int) -> tuple[AccountLine, ...]:
    return tuple(
        AccountLine(
            words, note, getattr(points, name), getattr(points, name) * SHARE_FULL // largest
        )
        for name, words, note in names
    )
