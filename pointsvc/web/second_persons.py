"""What needed two people: refunds, corrections of attendance, counts of stock; who asked, who agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from pointsvc.checkin.models import Attendance, AttendanceCorrection, Backfill, DropCorrection, Scan
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_cursor, seal_cursor
from pointsvc.members.models import Member
from pointsvc.members.queries import names_of
from pointsvc.shop.models import Order, Product, Refund, StockMovement

_CORRECTIONS: Final[dict[tuple[str, str], LazyText]] = {
    ("void", "approved"): _l("作废考勤"),
    ("times", "approved"): _l("改考勤时间"),
    ("void", "declined"): _l("不同意作废考勤"),
    ("times", "declined"): _l("不同意改考勤时间"),
}
_DROPS: Final[dict[str, LazyText]] = {
    "approved": _l("投放改为 %(count)s 袋"),
    "declined": _l("不同意投放改为 %(count)s 袋"),
}
_MOVEMENTS: Final[dict[str, LazyText]] = {"count": _l("盘点更正"), "waste": _l("报损")}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A deed of two people. `kind` and `id` name the row: refund, correction, backfill, movement."""

    kind: str
    id: UUID
    at: datetime
    words: str
    about: str
    reason: str
    asked_by: str
    agreed_by: str
    about_id: UUID


@dataclass(frozen=True, slots=True)
class _Found:
    """A row before the people in it have names."""

    kind: str
    id: UUID
    at: datetime
    words: str
    about: str
    reason: str
    asked_by_id: UUID | None
    agreed_by_id: UUID | None
    about_id: UUID


def page_of_agreed(
    community_id: UUID,
    *,
    agreed_by_id: UUID | None = None,
    after: str | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Agreed]:
    """Deeds of two people, newest first; those that one person agreed to where they are named.

    Raises:
        Invalid: a cursor that is not ours.
    """
    before = _cursor(after) if after is not None else None
    found = sorted(
        (
            *_refunds(community_id, agreed_by_id, before, limit),
            *_corrections(community_id, agreed_by_id, before, limit),
            *_drops(community_id, agreed_by_id, before, limit),
            *_backfills(community_id, agreed_by_id, before, limit),
            *_movements(community_id, agreed_by_id, before, limit),
        ),
        key=lambda each: (each.at, each.id),
        reverse=True,
    )
    rows = found[:limit]
    cursor = seal_cursor(rows[-1].at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(_named(community_id, rows), cursor)


def _refunds(
    community_id: UUID, agreed_by_id: UUID | None, before: Any, limit: int
) -> Iterator[_Found]:
    wanted = (
        select(Refund, Order.receipt_no)
        .join(Order, and_(Order.community_id == Refund.community_id, Order.id == Refund.order_id))
        .where(Refund.community_id == community_id)
    )
    if agreed_by_id is not None:
        wanted = wanted.where(Refund.approver_id == agreed_by_id)
    for refund, receipt_no in _newest(wanted, Refund.refunded_at, Refund.id, before, limit):
        yield _Found(
            "refund",
            refund.id,
            refund.refunded_at,
            _("退兑 %(points)s 分", points=refund.total_points),
            _("小票 %(number)s", number=receipt_no),
            refund.reason,
            refund.keeper_id,
            refund.approver_id,
            refund.order_id,
        )


def _corrections(
    community_id: UUID, agreed_by_id: UUID | None, before: Any, limit: int
) -> Iterator[_Found]:
    asked = AttendanceCorrection
    wanted = (
        select(asked, Member.name)
        .join(
            Attendance,
            and_(
                Attendance.community_id == asked.community_id,
                Attendance.id == asked.attendance_id,
            ),
        )
        .join(
            Member,
            and_(Member.community_id == Attendance.community_id, Member.id == Attendance.member_id),
        )
        .where(asked.community_id == community_id, asked.decided_at.is_not(None))
    )
    if agreed_by_id is not None:
        wanted = wanted.where(asked.decided_by_id == agreed_by_id)
    for row, name in _newest(wanted, asked.decided_at, asked.id, before, limit):
        yield _Found(
            "correction",
            row.id,
            row.decided_at,
            str(_CORRECTIONS[(row.kind, row.state)]),
            name,
            row.reason,
            row.requested_by_id,
            row.decided_by_id,
            row.attendance_id,
        )


def _drops(
    community_id: UUID, agreed_by_id: UUID | None, before: Any, limit: int
) -> Iterator[_Found]:
    asked = DropCorrection
    wanted = (
        select(asked, Member.name)
        .join(Scan, and_(Scan.community_id == asked.community_id, Scan.id == asked.scan_id))
        .join(Member, and_(Member.community_id == Scan.community_id, Member.id == Scan.member_id))
        .where(asked.community_id == community_id, asked.decided_at.is_not(None))
    )
    if agreed_by_id is not None:
        wanted = wanted.where(asked.decided_by_id == agreed_by_id)
    for row, name in _newest(wanted, asked.decided_at, asked.id, before, limit):
        yield _Found(
            "drop",
            row.id,
            row.decided_at,
            _DROPS[row.state] % {"count": row.quantity},
            name,
            row.reason,
            row.requested_by_id,
            row.decided_by_id,
            row.scan_id,
        )


def _backfills(
    community_id: UUID, agreed_by_id: UUID | None, before: Any, limit: int
) -> Iterator[_Found]:
    asked = Backfill
    wanted = (
        select(asked, Member.name)
        .join(Member, and_(Member.community_id == asked.community_id, Member.id == asked.member_id))
        .where(asked.community_id == community_id, asked.decided_at.is_not(None))
    )
    if agreed_by_id is not None:
        wanted = wanted.where(asked.decided_by_id == agreed_by_id)
    for row, name in _newest(wanted, asked.decided_at, asked.id, before, limit):
        yield _Found(
            "backfill",
            row.id,
            row.decided_at,
            _("同意补录") if row.state != "declined" else _("不同意补录"),
            name,
            row.reason,
            row.requested_by_id,
            row.decided_by_id,
            row.id,
        )


def _movements(
    community_id: UUID, agreed_by_id: UUID | None, before: Any, limit: int
) -> Iterator[_Found]:
    moved = StockMovement
    wanted = (
        select(moved, Product.name)
        .join(
            Product,
            and_(Product.community_id == moved.community_id, Product.id == moved.product_id),
        )
        .where(
            moved.community_id == community_id,
            moved.kind.in_(list(_MOVEMENTS)),
            moved.approved_by_id.is_not(None),
        )
    )
    if agreed_by_id is not None:
        wanted = wanted.where(moved.approved_by_id == agreed_by_id)
    for row, name in _newest(wanted, moved.moved_at, moved.id, before, limit):
        yield _Found(
            "stock",
            row.id,
            row.moved_at,
            _("%(deed)s %(delta)s 件", deed=_MOVEMENTS[row.kind], delta=f"{row.delta:+d}"),
            name,
            row.reason or "",
            row.moved_by_id,
            row.approved_by_id,
            row.product_id,
        )


def _newest(
    wanted: Select[*tuple[Any, ...]], at: Any, id_: Any, before: Any, limit: int
) -> Iterator[Any]:
    if before is not None:
        moment, last_id = before
        wanted = wanted.where(or_(at < moment, and_(at == moment, id_ < last_id)))
    return iter(db.session.execute(wanted.order_by(at.desc(), id_.desc()).limit(limit + 1)))


def _named(community_id: UUID, rows: list[_Found]) -> list[Agreed]:
    ids = [id_ for row in rows for id_ in (row.asked_by_id, row.agreed_by_id) if id_]
    names = names_of(community_id, ids)
    somebody = _("已离开的人")
    return [
        Agreed(
            row.kind,
            row.id,
            row.at,
            row.words,
            row.about,
            row.reason,
            names.get(row.asked_by_id, somebody) if row.asked_by_id else _("系统"),
            names.get(row.agreed_by_id, somebody) if row.agreed_by_id else _("系统"),
            row.about_id,
        )
        for row in rows
    ]


def _cursor(after: str) -> tuple[datetime, UUID]:
    text, last_id = open_cursor(after, 2)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise Invalid({"after": ["?"]})
        return moment.astimezone(UTC), UUID(last_id)
    except (ValueError, OverflowError) as error:
        raise Invalid({"after": ["?"]}) from error
