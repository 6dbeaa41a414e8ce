"""The five openings drawn: which figures stand beside which, and their words."""

from __future__ import annotations

from collections.abc import Sequence

from pointsvc.disclosure.charts import Chart, Series, chart_of
from pointsvc.disclosure.openings import MonthOpening
from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.shop.money import FEN_OF_YUAN


def charts_of(months: Sequence[MonthOpening]) -> list[Chart]:
    """Money in and out, units in and out, stock, exchanged points, points held."""
    names = [f"{each.month.first:%Y-%m}" for each in months]
    income = [each.income_fen for each in months]
    spent = [each.spent_fen for each in months]
    came = [each.received_units for each in months]
    handed = [each.handed_units for each in months]
    return [
        chart_of(
            "chart-money",
            _l("收入和支出（元）"),
            names,
            [
                Series("came", _l("收入：捐赠的东西和赞助"), income, [_yuan(n) for n in income]),
                Series("went", _l("支出：采购"), spent, [_yuan(n) for n in spent]),
            ],
        ),
        chart_of(
            "chart-units",
            _l("进货和兑出（件）"),
            names,
            [
                Series("came", _l("入库"), came, [str(n) for n in came]),
                Series("went", _l("兑出、发放"), handed, [str(n) for n in handed]),
            ],
        ),
        _one("chart-stock", _l("月底库存（件）"), names, [each.stock_units for each in months]),
        _one(
            "chart-exchanged",
            _l("兑换积分（分）"),
            names,
            [each.exchanged_points for each in months],
        ),
        _one("chart-held", _l("月底结余积分（分）"), names, [each.held_points for each in months]),
    ]


def _one(chart_id: str, title: LazyText, names: Sequence[str], values: Sequence[int]) -> Chart:
    row = Series("came", title, values, [str(n) for n in values])
    return chart_of(chart_id, title, names, [row])


def _yuan(fen: int) -> str:
    """Whole yuan over a bar; the table has the rest."""
    return str((fen + FEN_OF_YUAN // 2) // FEN_OF_YUAN)
