"""The statement as a person reads it: each entry with the words of its deed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pointsvc.activities.queries import find_kinds
from pointsvc.kernel.i18n import LazyText, choose_locale, lazy_gettext as _l
from pointsvc.ledger.queries import StatementRow

KINDS: Final[dict[str, LazyText]] = {
    "award": _l("志愿服务积分"),
    "service": _l("服务时长"),
    "opening": _l("原有积分转入"),
    "release": _l("公示期满，积分到账"),
    "annul": _l("积分取消"),
    "payment": _l("积分超市兑换"),
    "refund": _l("兑换退回"),
    "reserve": _l("预约兑换"),
    "unreserve": _l("预约取消"),
    "expire": _l("积分到期"),
    "regrant": _l("到期积分退还"),
    "take_back": _l("积分更正扣回"),
    "owe": _l("待抵扣"),
    "settle": _l("抵扣旧账"),
    "donate": _l("捐出积分"),
    "merge": _l("账户合并"),
    "adjust": _l("人工调整"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statement."""

    transfer_id: UUID
    at: datetime
    words: str
    delta_points: int
    balance_points: int

    @property
    def signed(self) -> str:
        """`+20`, `−100`, `0`."""
        if self.delta_points == 0:
            return "0"
        return f"{'+' if self.delta_points > 0 else '−'}{abs(self.delta_points)}"


def lines_of(community_id: UUID, rows: Iterable[StatementRow]) -> list[Line]:
    """The entries with their words, in the reader's language."""
    english = choose_locale() == "en"
    kinds = {k.code: k.name_en if english else k.name for k in find_kinds(community_id)}
    return [
        Line(row.transfer_id, row.at, words_of(row, kinds), row.delta_points, row.balance_points)
        for row in rows
    ]


def words_of(row: StatementRow, kinds: Mapping[str, str]) -> str:
    """The activity where the reason is one, else what kind of movement it was."""
    kind = str(KINDS.get(row.kind, row.kind))
    activity = kinds.get(row.reason)
    if activity is None:
        return kind
    return activity if row.kind == "award" else f"{kind} · {activity}"
