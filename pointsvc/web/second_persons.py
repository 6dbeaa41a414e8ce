"""What needed two people: refunds, corrections, counts, people's accounts; who asked, who agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from pointsvc.checkin.models import Attendance, AttendanceCorrection, Backfill, DropCorrection, Scan
from pointsvc.extensions import db
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_moment_and_id, seal_cursor
from pointsvc.members.models import Member, PersonRequest
from pointsvc.shop.models import Order, Product, Purchase, Refund, StockMovement, StockRequest
from pointsvc.web.asked_people import names_with_operators

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
_PEOPLE: Final[dict[tuple[str, str], LazyText]] = {
    ("merge", "approved"): _l("合并账户"),
    ("merge", "declined"): _l("不同意合并账户"),
    ("erasure", "approved"): _l("替本人注销"),
    ("erasure", "declined"): _l("不同意替本人注销"),
}
_MOVEMENTS: Final[dict[str, LazyText]] = {"count": _l("盘点更正"), "waste": _l("报损")}


@dataclass(frozen=True, slots=True)
class Agreed:
    """A deed of two people. `kind` and `id` name the row: refund, correction, stock, invoice, person."""

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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which deeds: of a community, of one person who agreed, older than a moment."""

    community_id: UUID
    agreed_by_id: UUID | None
    before: tuple[datetime, UUID] | None
    limit: int

    def newest(
        self, wanted: Select[*tuple[Any, ...]], row: Any, *, at: Any, agreed_by: Any
    ) -> Iterator[Any]:
        """The rows of `row`'s table that fit, newest first, one more than a page."""
        wanted = wanted.where(row.community_id == self.community_id, agreed_by.is_not(None))
        if self.agreed_by_id is not None:
            wanted = wanted.where(agreed_by == self.agreed_by_id)
        if self.before is not None:
            moment, last_id = self.before
            wanted = wanted.where(or_(at < moment, and_(at == moment, row.id < last_id)))
        ordered = wanted.order_by(at.desc(), row.id.desc()).limit(self.limit + 1)
        return iter(db.session.execute(ordered))


def page_of_agreed(
    community_id: UUID,
    *,
    agreed_by_id: UUID | None = None,
    after: str | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[Agreed]:
    """Deeds of two people, newest first; those that one person agreed to where they are named.

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    before = open_moment_and_id(after) if after is not None else None
    wanted = _Wanted(community_id, agreed_by_id, before, limit)
    readers = (_refunds, _corrections, _drops, _backfills, _movements, _invoices, _people)
    found = sorted(
        (deed for read in readers for deed in read(wanted)),
        key=lambda each: (each.at, each.id),
        reverse=True,
    )
    rows = found[:limit]
    cursor = seal_cursor(rows[-1].at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(_named(community_id, rows), cursor)


def _refunds(wanted: _Wanted) -> Iterator[_Found]:
    rows = select(Refund, Order.receipt_no).join(Order, _is(Order, Refund, Refund.order_id))
    at, agreed_by = Refund.refunded_at, Refund.approver_id
    for refund, receipt_no in wanted.newest(rows, Refund, at=at, agreed_by=agreed_by):
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


def _corrections(wanted: _Wanted) -> Iterator[_Found]:
    asked, stay = AttendanceCorrection, Attendance
    rows = select(asked, Member.name).join(stay, _is(stay, asked, asked.attendance_id))
    rows = rows.join(Member, _is(Member, stay, stay.member_id))
    for row, name in _decided(wanted, rows, asked):
        words = str(_CORRECTIONS[(row.kind, row.state)])
        yield _asked("correction", row, words, name, row.attendance_id)


def _drops(wanted: _Wanted) -> Iterator[_Found]:
    asked = DropCorrection
    rows = select(asked, Member.name).join(Scan, _is(Scan, asked, asked.scan_id))
    rows = rows.join(Member, _is(Member, Scan, Scan.member_id))
    for row, name in _decided(wanted, rows, asked):
        words = _DROPS[row.state] % {"count": row.quantity}
        yield _asked("drop", row, words, name, row.scan_id)


def _backfills(wanted: _Wanted) -> Iterator[_Found]:
    asked = Backfill
    rows = select(asked, Member.name).join(Member, _is(Member, asked, asked.member_id))
    for row, name in _decided(wanted, rows, asked):
        words = _("同意补录") if row.state != "declined" else _("不同意补录")
        yield _asked("backfill", row, words, name, row.id)


def _movements(wanted: _Wanted) -> Iterator[_Found]:
    moved = StockMovement
    rows = select(moved, Product.name).join(Product, _is(Product, moved, moved.product_id))
    rows = rows.where(moved.kind.in_(list(_MOVEMENTS)))
    at, agreed_by = moved.moved_at, moved.approved_by_id
    for row, name in wanted.newest(rows, moved, at=at, agreed_by=agreed_by):
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


def _people(wanted: _Wanted) -> Iterator[_Found]:
    """What the person themself stopped is no agreement."""
    asked = PersonRequest
    rows = select(asked, Member.name).join(Member, _is(Member, asked, asked.member_id))
    others = or_(asked.into_id.is_(None), asked.decided_by_id != asked.into_id)
    rows = rows.where(asked.decided_by_id != asked.member_id, others)
    at, agreed_by = asked.ended_at, asked.decided_by_id
    for row, name in wanted.newest(rows, asked, at=at, agreed_by=agreed_by):
        yield _Found(
            "person",
            row.id,
            row.ended_at,
            str(_PEOPLE[(row.kind, row.state)]),
            name,
            row.reason,
            row.asked_by_id,
            row.decided_by_id,
            row.into_id or row.member_id,
        )


def _invoices(wanted: _Wanted) -> Iterator[_Found]:
    asked = StockRequest
    rows = select(asked, Purchase.number).join(Purchase, _is(Purchase, asked, asked.purchase_id))
    at, agreed_by = asked.ended_at, asked.decided_by_id
    for row, number in wanted.newest(rows, asked, at=at, agreed_by=agreed_by):
        yield _Found(
            "invoice",
            row.id,
            row.ended_at,
            _("采购更正") if row.state == "approved" else _("不同意更正采购"),
            _("采购 %(number)s", number=number),
            row.reason,
            row.asked_by_id,
            row.decided_by_id,
            row.purchase_id,
        )


def _is(one: Any, other: Any, id_: Any) -> ColumnElement[bool]:
    """Whether `one` is what `other` names by `id_`."""
    return and_(one.community_id == other.community_id, one.id == id_)


def _decided(wanted: _Wanted, rows: Any, asked: Any) -> Iterator[Any]:
    """What one person asked for and another decided about."""
    return wanted.newest(rows, asked, at=asked.decided_at, agreed_by=asked.decided_by_id)


def _asked(kind: str, row: Any, words: str, name: str, about_id: UUID) -> _Found:
    return _Found(
        kind,
        row.id,
        row.decided_at,
        words,
        name,
        row.reason,
        row.requested_by_id,
        row.decided_by_id,
        about_id,
    )


def _named(community_id: UUID, rows: list[_Found]) -> list[Agreed]:
    ids = [id_ for row in rows for id_ in (row.asked_by_id, row.agreed_by_id) if id_]
    names = names_with_operators(community_id, ids)
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
