"""The rows of which deeds are made: of every kind in one statement, in the same columns."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance, Backfill, DropCorrection, Scan
from pointsvc.columns import Moment
from pointsvc.communities.models import Place
from pointsvc.kernel.prepared import Among, prepared, table_of
from pointsvc.plots.models import PlotBonus
from pointsvc.shop.models import Hold, Order, OrderLine, Product, Reservation

COLUMNS: Final[dict[str, Any]] = {
    "id": Uuid,
    "member_id": Uuid,
    "begun_at": Moment,
    "ended_at": Moment,
    "place": Text,
    "words": Text,  # the code of an activity, or the name of goods
    "quantity": BigInteger,
    "number": BigInteger,  # of a receipt or reservation; of a drop, the quantity after its correction
    "order_id": Uuid,
    "backfill_id": Uuid,
    "month_on": Date,
}


@prepared
def every_kind(among: Among) -> Select[*tuple[Any, ...]]:
    """Rows of `COLUMNS` with `source_type`; asked with the ids of each kind under its name."""
    found = _of_every_kind(among).subquery()
    return select(found)


def _of_every_kind(among: Among) -> CompoundSelect[*tuple[Any, ...]]:
    kinds = (_attendances, _backfills, _scans, _order_lines, _holds, _bonuses)
    return union_all(*(kind(among) for kind in kinds))


def _attendances(among: Among) -> Select[*tuple[Any, ...]]:
    attendance = table_of(Attendance)
    of = attendance.c
    columns = {
        "member_id": of.member_id,
        "begun_at": of.in_at,
        "ended_at": of.out_at,
        "backfill_id": of.backfill_id,
    }
    return _at_shift("attendance", attendance, among, columns)


def _backfills(among: Among) -> Select[*tuple[Any, ...]]:
    of = table_of(Backfill).c
    columns = {"member_id": of.member_id, "begun_at": of.in_at, "ended_at": of.out_at}
    return _at_shift("backfill", table_of(Backfill), among, columns)


def _scans(among: Among) -> Select[*tuple[Any, ...]]:
    of = table_of(Scan).c
    columns = {
        "member_id": of.member_id,
        "begun_at": of.happened_at,
        "quantity": of.quantity,
        "number": _as_corrected(),
    }
    return _at_shift("scan", table_of(Scan), among, columns)


def _as_corrected() -> ColumnElement[int]:
    """What a drop counts for after its last correction."""
    scan, correction = table_of(Scan).c, table_of(DropCorrection).c
    return (
        select(correction.quantity)
        .where(
            correction.community_id == scan.community_id,
            correction.scan_id == scan.id,
            correction.state == "approved",
        )
        .order_by(correction.decided_at.desc(), correction.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _order_lines(among: Among) -> Select[*tuple[Any, ...]]:
    line, order, product = table_of(OrderLine), table_of(Order), table_of(Product)
    columns = {
        "member_id": order.c.member_id,
        "words": product.c.name,
        "quantity": line.c.quantity,
        "number": order.c.receipt_no,
        "order_id": line.c.order_id,
    }
    joined = line.join(order, _same(order, line, "order_id")).join(
        product, _same(product, line, "product_id")
    )
    return _rows("order_line", line, among, columns).select_from(joined)


def _holds(among: Among) -> Select[*tuple[Any, ...]]:
    hold, reservation, product = table_of(Hold), table_of(Reservation), table_of(Product)
    columns = {
        "member_id": reservation.c.member_id,
        "words": product.c.name,
        "quantity": hold.c.quantity,
        "number": reservation.c.reservation_no,
    }
    joined = hold.join(reservation, _same(reservation, hold, "reservation_id")).join(
        product, _same(product, hold, "product_id")
    )
    return _rows("hold", hold, among, columns).select_from(joined)


def _bonuses(among: Among) -> Select[*tuple[Any, ...]]:
    bonus, place = table_of(PlotBonus), table_of(Place)
    columns = {
        "member_id": bonus.c.member_id,
        "place": place.c.name,
        "month_on": bonus.c.month_on,
    }
    joined = bonus.join(place, _same(place, bonus, "place_id"))
    return _rows("plot_bonus", bonus, among, columns).select_from(joined)


def _at_shift(
    kind: str, table: Table, among: Among, columns: dict[str, Any]
) -> Select[*tuple[Any, ...]]:
    shift, place = table_of(Shift), table_of(Place)
    columns |= {"place": place.c.name, "words": shift.c.activity_kind}
    joined = table.outerjoin(shift, _same(shift, table, "shift_id")).outerjoin(
        place, _same(place, shift, "place_id")
    )
    return _rows(kind, table, among, columns).select_from(joined)


def _rows(
    kind: str, table: Table, among: Among, columns: dict[str, Any]
) -> Select[*tuple[Any, ...]]:
    known = {"id": table.c.id, **columns}
    every = [
        known.get(name, cast(null(), of_type)).label(name) for name, of_type in COLUMNS.items()
    ]
    of_community = table.c.community_id == bindparam("community_id")
    return select(literal(kind, Text).label("source_type"), *every).where(
        of_community, among(table.c.id, kind)
    )


def _same(one: Table, other: Table, key: str) -> ColumnElement[bool]:
    return and_(one.c.community_id == other.c.community_id, one.c.id == other.c[key])
