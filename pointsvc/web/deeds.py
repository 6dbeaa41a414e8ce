"""The deed behind a transfer, in plain words: which activity, where and when; which goods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.prepared import Found, fetch
from pointsvc.members.queries import in_chunks
from pointsvc.web.deed_rows import every_kind as _every_kind
from pointsvc.web.filters import activity, clock, moment

Source = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Deed:
    """What happened; `about` names the row that has a page: an attendance, or an order."""

    place: str | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    goods: str | None = None
    receipt_no: int | None = None
    about: Source | None = None
    member_id: UUID | None = None

    def words(self, zone: str) -> str:
        """1号田 · 2026年11月21日 09:00–11:00; 香皂 × 2 · 小票 17."""
        parts = [self.place, self._times(zone), self.goods]
        if self.receipt_no is not None:
            parts.append(_("小票 %(number)s", number=self.receipt_no))
        return " · ".join(part for part in parts if part)

    def _times(self, zone: str) -> str | None:
        if self.begun_at is None:
            return None
        begun = moment(self.begun_at, zone)
        return begun if self.ended_at is None else f"{begun}–{clock(self.ended_at, zone)}"


def deeds_of(community_id: UUID, sources: Iterable[Source]) -> dict[Source, Deed]:
    """The deeds behind these sources; what has no row of its own (an import) is missing."""
    wanted = [source for source in dict.fromkeys(sources) if source[0] in _DEEDS]
    return {
        (row.source_type, row.id): _DEEDS[row.source_type](row)
        for chunk in in_chunks(wanted)
        for row in _rows(community_id, chunk)
    }


def _rows(community_id: UUID, sources: Iterable[Source]) -> Sequence[Found]:
    """All kinds at once: a page of the statement has most of them."""
    ids: dict[str, list[UUID]] = {kind: [] for kind in _DEEDS}
    for kind, source_id in sources:
        ids[kind].append(source_id)
    return fetch(_every_kind(), community_id=community_id, **ids)


def _attendance(row: Found) -> Deed:
    return Deed(
        place=_backfilled(row) if row.backfill_id else row.place,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        about=("attendance", row.id),
        member_id=row.member_id,
    )


def _backfill(row: Found) -> Deed:
    return Deed(
        place=_backfilled(row),
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        member_id=row.member_id,
    )


def _backfilled(row: Found) -> str:
    """补录（责任田养护） · 1号田: what was counted after the fact says so wherever it is read."""
    kind = _("补录（%(activity)s）", activity=activity(row.words))
    return f"{kind} · {row.place}"


def _scan(row: Found) -> Deed:
    return Deed(
        place=row.place,
        begun_at=row.begun_at,
        goods=_bags(row.quantity, row.number),
        about=("scan", row.id),
        member_id=row.member_id,
    )


def _bags(scanned: int, now: int | None) -> str:
    if now is None:
        return _("%(count)s 袋", count=scanned)
    return _("%(before)s 袋，更正为 %(after)s 袋", before=scanned, after=now)


def _order_line(row: Found) -> Deed:
    return Deed(
        goods=f"{row.words} × {row.quantity}",
        receipt_no=row.number,
        about=("order", row.order_id),
        member_id=row.member_id,
    )


def _hold(row: Found) -> Deed:
    """香皂 × 1: what waits in the shop for points that were put aside."""
    return Deed(
        place=_("预约单 %(number)s", number=row.number),
        goods=f"{row.words} × {row.quantity}",
        member_id=row.member_id,
    )


def _bonus(row: Found) -> Deed:
    """1号田 2026-10 验收合格: a month of a plot that somebody else inspected."""
    month = f"{row.month_on:%Y-%m}"
    return Deed(
        place=_("%(place)s %(month)s 验收合格", place=row.place, month=month),
        member_id=row.member_id,
    )


_DEEDS: Final = {
    "attendance": _attendance,
    "backfill": _backfill,
    "scan": _scan,
    "order_line": _order_line,
    "hold": _hold,
    "plot_bonus": _bonus,
}
