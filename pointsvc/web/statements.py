"""The statement as a person reads it: each entry with the words of its deed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import current_app, url_for

from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.ledger.queries import StatementRow
from pointsvc.ledger.words import KINDS
from pointsvc.web.deeds import Deed, deeds_of
from pointsvc.web.filters import activity_names

# Points that cannot be spent (yet): put aside, or moved beside the balance that stays as it was.
BESIDE_THE_WALLET: Final[dict[tuple[str, str], LazyText]] = {
    ("award", "review"): _l("待公示，还不能用"),
    ("release", "review"): _l("转出待公示"),
    ("annul", "review"): _l("待公示的取消了"),
    ("take_back", "review"): _l("从待公示里扣回"),
    ("reserve", "wallet"): _l("积分先留着，取货时不再扣"),
    ("reserve", "reserved"): _l("先放在预留里，取货时付"),
    ("unreserve", "reserved"): _l("从预留里拿回来"),
    ("payment", "reserved"): _l("取走了，用的是预留的积分"),
    ("owe", "receivable"): _l("已经花掉的，记为待抵扣"),
    ("settle", "receivable"): _l("待抵扣减少"),
}
# The other half of a line that says it already: only who asks for every entry reads these.
FOLDED: Final = frozenset(
    {("reserve", "reserved"), ("unreserve", "reserved"), ("release", "review")}
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statement; `why_url`: the tariff of its points, or the receipt that they paid."""

    transfer_id: UUID
    at: datetime
    words: str
    deed: Deed
    delta_points: int
    balance_points: int
    why_url: str | None
    was_kept: bool = False

    @property
    def signed(self) -> str:
        """`+20`, `−100`, `0`; nothing for what was put aside, and so left the wallet, before."""
        if self.was_kept:
            return ""
        if self.delta_points == 0:
            return "0"
        return f"{'+' if self.delta_points > 0 else '−'}{abs(self.delta_points)}"


def lines_of(
    community_id: UUID, rows: Iterable[StatementRow], *, is_folded: bool = True
) -> list[Line]:
    """The entries with their words, in the reader's language.

    Folded, points that were put aside are told once when they leave the wallet, and what they paid is
    told without a number.
    """
    rows = [row for row in rows if not is_folded or (row.kind, row.account_kind) not in FOLDED]
    kinds = activity_names()
    deeds = deeds_of(community_id, {(row.source_type, row.source_id) for row in rows})
    return [
        Line(
            row.transfer_id,
            row.at,
            words_of(row, kinds),
            deeds.get((row.source_type, row.source_id), Deed()),
            row.delta_points,
            row.balance_points,
            _why(row, kinds) or _receipt(deeds.get((row.source_type, row.source_id))),
            is_folded and (row.kind, row.account_kind) == ("payment", "reserved"),
        )
        for row in rows
    ]


def words_of(row: StatementRow, kinds: Mapping[str, str]) -> str:
    """The activity where the reason is one, else what kind of movement it was."""
    activity = kinds.get(row.reason)
    kind = str(KINDS.get(row.kind, row.kind))
    words = activity if activity and row.kind == "award" else kind
    if activity and row.kind != "award":
        words = f"{kind} · {activity}"
    beside = BESIDE_THE_WALLET.get((row.kind, row.account_kind))
    return words if beside is None else _("%(words)s（%(where)s）", words=words, where=beside)


def _receipt(deed: Deed | None) -> str | None:
    """The member's own receipt, of points that were paid or came back."""
    if deed is None or deed.about is None or deed.about[0] != "order":
        return None
    return url_for("web.my_receipt", order_id=deed.about[1])


def _why(row: StatementRow, kinds: Mapping[str, str]) -> str | None:
    """Where the tariff of an award is explained."""
    is_known = row.kind == "award" and row.reason in kinds
    if not is_known or "earning.tariff" not in current_app.view_functions:
        return None
    return url_for("earning.tariff", code=row.reason)
