"""The deed behind a transfer, in plain words: which activity, where and when; which goods."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, select

from pointsvc.activities.models import Shift
from pointsvc.checkin.drops import Standing, standings_of
from pointsvc.checkin.models import Attendance, Backfill, Scan
from pointsvc.communities.models import Place
from pointsvc.extensions import db
from pointsvc.kernel.i18n import gettext as _
from pointsvc.members.queries import in_chunks
from pointsvc.plots.models import PlotBonus
from pointsvc.shop.models import Order, OrderLine, Product
from pointsvc.web.filters import activity, clock, moment
from pointsvc.web.kept_deeds import kept_goods

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
    wanted: dict[str, list[UUID]] = {}
    for source_type, source_id in sources:
        wanted.setdefault(source_type, []).append(source_id)
    return {
        (source_type, source_id): deed
        for source_type, ids in wanted.items()
        if source_type in _READERS
        for chunk in in_chunks(ids)
        for source_id, deed in _READERS[source_type](community_id, chunk).items()
    }


def _attendances(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Deed]:
    wanted = select(
        Attendance.id,
        Attendance.member_id,
        Attendance.in_at,
        Attendance.out_at,
        Attendance.backfill_id,
        Shift.activity_kind,
        Place.name,
    ).where(Attendance.community_id == community_id, Attendance.id.in_(ids))
    joined = _at_place(
        wanted,
        and_(Shift.community_id == Attendance.community_id, Shift.id == Attendance.shift_id),
    )
    return {
        row.id: Deed(
            place=_backfilled(row) if row.backfill_id else row.name,
            begun_at=row.in_at,
            ended_at=row.out_at,
            about=("attendance", row.id),
            member_id=row.member_id,
        )
        for row in db.session.execute(joined)
    }


def _backfills(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Deed]:
    wanted = select(
        Backfill.id,
        Backfill.member_id,
        Backfill.in_at,
        Backfill.out_at,
        Shift.activity_kind,
        Place.name,
    ).where(Backfill.community_id == community_id, Backfill.id.in_(ids))
    joined = _at_place(
        wanted, and_(Shift.community_id == Backfill.community_id, Shift.id == Backfill.shift_id)
    )
    return {
        row.id: Deed(
            place=_backfilled(row),
            begun_at=row.in_at,
            ended_at=row.out_at,
            member_id=row.member_id,
        )
        for row in db.session.execute(joined)
    }


def _backfilled(row: Any) -> str:
    """补录（责任田养护） · 1号田: what was counted after the fact says so wherever it is read."""
    kind = _("补录（%(activity)s）", activity=activity(row.activity_kind))
    return f"{kind} · {row.name}"


def _scans(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Deed]:
    wanted = select(Scan.id, Scan.member_id, Scan.happened_at, Scan.quantity, Place.name).where(
        Scan.community_id == community_id, Scan.id.in_(ids)
    )
    joined = _at_place(
        wanted, and_(Shift.community_id == Scan.community_id, Shift.id == Scan.shift_id)
    )
    now = standings_of(community_id, ids)
    return {
        row.id: Deed(
            place=row.name,
            begun_at=row.happened_at,
            goods=_bags(row.quantity, now.get(row.id)),
            about=("scan", row.id),
            member_id=row.member_id,
        )
        for row in db.session.execute(joined)
    }


def _bags(scanned: int, now: Standing | None) -> str:
    if now is None:
        return _("%(count)s 袋", count=scanned)
    return _("%(before)s 袋，更正为 %(after)s 袋", before=scanned, after=now.quantity)


def _order_lines(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Deed]:
    rows = db.session.execute(
        select(
            OrderLine.id,
            OrderLine.order_id,
            OrderLine.quantity,
            Product.name,
            Order.receipt_no,
            Order.member_id,
        )
        .join(
            Order,
            and_(Order.community_id == OrderLine.community_id, Order.id == OrderLine.order_id),
        )
        .join(
            Product,
            and_(
                Product.community_id == OrderLine.community_id, Product.id == OrderLine.product_id
            ),
        )
        .where(OrderLine.community_id == community_id, OrderLine.id.in_(ids))
    )
    return {
        row.id: Deed(
            goods=f"{row.name} × {row.quantity}",
            receipt_no=row.receipt_no,
            about=("order", row.order_id),
            member_id=row.member_id,
        )
        for row in rows
    }


def _holds(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Deed]:
    """香皂 × 1: what waits in the shop for points that were put aside."""
    return {
        row.id: Deed(
            place=_("预约单 %(number)s", number=row.reservation_no),
            goods=f"{row.name} × {row.quantity}",
            member_id=row.member_id,
        )
        for row in kept_goods(community_id, ids)
    }


def _bonuses(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Deed]:
    """1号田 2026-10 验收合格: a month of a plot that somebody else inspected."""
    rows = db.session.execute(
        select(PlotBonus.id, PlotBonus.member_id, PlotBonus.month_on, Place.name)
        .join(
            Place,
            and_(Place.community_id == PlotBonus.community_id, Place.id == PlotBonus.place_id),
        )
        .where(PlotBonus.community_id == community_id, PlotBonus.id.in_(ids))
    )
    return {
        row.id: Deed(
            place=_("%(place)s %(month)s 验收合格", place=row.name, month=f"{row.month_on:%Y-%m}"),
            member_id=row.member_id,
        )
        for row in rows
    }


def _at_place(wanted: Select[*tuple[Any, ...]], same_shift: Any) -> Select[*tuple[Any, ...]]:
    same_place = and_(Place.community_id == Shift.community_id, Place.id == Shift.place_id)
    return wanted.outerjoin(Shift, same_shift).outerjoin(Place, same_place)


_READERS: Final = {
    "attendance": _attendances,
    "backfill": _backfills,
    "scan": _scans,
    "order_line": _order_lines,
    "hold": _holds,
    "plot_bonus": _bonuses,
}
