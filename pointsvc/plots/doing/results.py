"""What a plot's month comes to in the books: the bonus of those who came, and taking it back.

Source: the points table, PLOT_TASK_DONE (责任田任务合格): so much for a plot's month and person, by the
inspector's score. Paid once for (plot, month, member) whoever inspects and however often this runs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.earning.limits import Wish, give_back
from pointsvc.earning.queries import tariff_in_force
from pointsvc.earning.rules import TariffFacts, worth_of
from pointsvc.earning.service import Deed, pay_deeds, take_limits
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.bulk import insert_unknown, update_rows
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.ledger.errors import NothingToCorrect
from pointsvc.ledger.service import take_back
from pointsvc.members.queries import active_ids, holders_of
from pointsvc.plots.doing.inspections import inspectors_of
from pointsvc.plots.errors import VisitClosed
from pointsvc.plots.models import Inspection, PlotBonus, PlotResult
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.inspecting import BONUS_KIND, month_over
from pointsvc.plots.telling import tell, trace

SOURCE: Final = "plot_bonus"
LATE: Final = timedelta(days=35)  # after the month's end: what is counted late is paid until then


def settle_month(
    *,
    community_id: UUID,
    place_id: UUID,
    month_on: date,
    inspection_id: UUID,
    score: int,
    has_passed: bool,
    now: datetime,
) -> None:
    """Keep the month's result, and pay or take back what follows from it, in the caller's transaction.

    A month that is not over is paid when it is: who comes until then has come.
    """
    result_id = derived_id("plot-result", community_id, place_id, month_on)
    row = _locked(community_id, result_id)
    if row is None:
        row = PlotResult(
            community_id=community_id,
            id=result_id,
            place_id=place_id,
            month_on=month_on,
            state="standing",
        )
        db.session.add(row)
    row.inspection_id, row.score, row.has_passed = inspection_id, score, has_passed
    row.decided_at = now
    db.session.flush()
    if has_passed:
        pay_month(community_id=community_id, result_id=result_id, now=now)
    else:
        _take_back_all(row, reason=BONUS_KIND, by_id=None, now=now)


def pay_month(*, community_id: UUID, result_id: UUID, now: datetime) -> int:
    """Pay the month to those of the plot's people who came and were not paid; how many.

    Never to who inspected it. Nothing while the month lasts, the group's objection waits for the
    second visit, or the result was taken back. Locks the result, then limits and books.
    """
    community, row = get_community(community_id), _locked(community_id, result_id)
    if row is None or not row.has_passed or row.state != "standing" or _waits(row):
        return 0
    if not month_over(row.month_on, clock.local_day(now, community.zone)):
        return 0
    last_on = _last_day(row.month_on)
    tariff = tariff_in_force(community_id=community_id, code=BONUS_KIND, on=last_on)
    worth = worth_of(tariff, part="whole", minutes=0, planned_minutes=0).points if tariff else 0
    if tariff is None or not worth:
        return 0
    came = _who_came(community, row.place_id, row.month_on)
    came -= inspectors_of(community_id, row.place_id, row.month_on)
    new = _unpaid(row, came, tariff, now)
    if new:
        _pay(community, row, new, tariff, worth, now)
    return len(new)


def due_results(community_id: UUID, today: date) -> list[UUID]:
    """Passed results of months that are over, not long ago: what may still be paid."""
    wanted = select(PlotResult.id).where(
        PlotResult.community_id == community_id,
        PlotResult.has_passed.is_(True),
        PlotResult.state == "standing",
        PlotResult.month_on < clock.month_start(today),
        PlotResult.month_on >= clock.month_start(today - LATE),
    )
    return list(db.session.scalars(wanted.order_by(PlotResult.id)))


def take_back_result(
    *, community_id: UUID, result_id: UUID, reason: str, taken_by_id: UUID, now: datetime
) -> None:
    """Take a wrong result back, by somebody who does not run the inspections: transfers, no edits.

    Raises:
        NotFound. Invalid: without a reason. VisitClosed: it was taken back before.
    """
    row = _locked(community_id, result_id)
    if row is None:
        raise NotFound
    if not reason:
        raise Invalid({"reason": [_("请写明为什么收回。")]})
    if row.state != "standing":
        raise VisitClosed
    row.state, row.reason = "taken_back", reason
    row.taken_back_by_id, row.taken_back_at = taken_by_id, now
    db.session.flush()
    trace(
        community_id=community_id,
        by_id=taken_by_id,
        action="plots.result_taken_back",
        subject_id=row.place_id,
        now=now,
    )
    _take_back_all(row, reason=reason, by_id=taken_by_id, now=now)


def _pay(
    community: CommunityFacts,
    row: PlotResult,
    bonuses: Sequence[PlotBonus],
    tariff: TariffFacts,
    worth: int,
    now: datetime,
) -> None:
    inspector_id = _inspector(row)
    deeds = [
        Deed(
            source_type=SOURCE,
            source_id=each.id,
            number=0,
            member_id=each.member_id,
            holder_id=each.holder_id,
            tariff=tariff,
            on=_last_day(row.month_on),
            points=worth,
            minutes=0,
            recorded_by_id=inspector_id,
        )
        for each in bonuses
    ]
    taken = take_limits(community_id=community.id, deeds=deeds)
    pay_deeds(
        community_id=community.id,
        deeds=deeds,
        taken=taken,
        recorded_by_id=inspector_id,
        now=now,
        business_on=clock.local_day(now, community.zone),
        receivable_share_percent=community.settings.receivable_share_percent,
    )
    for each, points in zip(bonuses, taken, strict=True):
        each.points = points
    db.session.flush()
    place = get_plot(community.id, row.place_id).place.name
    for each in bonuses:
        if each.points:
            payload = {"place": place, "month": f"{row.month_on:%Y-%m}", "points": each.points}
            tell(
                community_id=community.id,
                recipient_ids=[each.member_id],
                topic="plots.bonus_paid",
                payload=payload,
                now=now,
            )


def _unpaid(
    row: PlotResult, came: Collection[UUID], tariff: TariffFacts, now: datetime
) -> list[PlotBonus]:
    """A new row for everybody who has none: the key of (plot, month, member) lets one through."""
    holders = holders_of(row.community_id, came)
    rows = [
        {
            "community_id": row.community_id,
            "id": bonus_id_of(row.community_id, row.place_id, row.month_on, member_id),
            "place_id": row.place_id,
            "month_on": row.month_on,
            "member_id": member_id,
            "holder_id": holders[member_id] if tariff.cap_holder == "household" else member_id,
            "tariff_id": tariff.id,
            "points": 0,
            "paid_at": now,
        }
        for member_id in sorted(came)
    ]
    new = claimed(rows)
    wanted = select(PlotBonus).where(
        PlotBonus.community_id == row.community_id, PlotBonus.id.in_(new)
    )
    return list(db.session.scalars(wanted.order_by(PlotBonus.id)))


def claimed(rows: Sequence[dict[str, object]]) -> set[UUID]:
    """The bonuses that are ours to pay: those that nobody has written down before."""
    return insert_unknown(PlotBonus, rows, key=("community_id", "id"))


def bonus_id_of(community_id: UUID, place_id: UUID, month_on: date, member_id: UUID) -> UUID:
    """The one id of a plot's month for a member."""
    return derived_id("plot-bonus", community_id, place_id, month_on, member_id)


def _take_back_all(row: PlotResult, *, reason: str, by_id: UUID | None, now: datetime) -> None:
    community = get_community(row.community_id)
    paid = db.session.scalars(
        select(PlotBonus)
        .where(
            PlotBonus.community_id == row.community_id,
            PlotBonus.place_id == row.place_id,
            PlotBonus.month_on == row.month_on,
            PlotBonus.taken_back_at.is_(None),
        )
        .order_by(PlotBonus.id)
        .with_for_update()
    ).all()
    on = _last_day(row.month_on)
    wishes = [Wish(BONUS_KIND, each.holder_id, on, each.points) for each in paid if each.points]
    give_back(community_id=row.community_id, wishes=wishes)
    for each in paid:
        _take_back_one(community, each, reason, by_id, now)
    update_rows(
        PlotBonus,
        [{"community_id": each.community_id, "id": each.id, "taken_back_at": now} for each in paid],
    )


def _take_back_one(
    community: CommunityFacts, bonus: PlotBonus, reason: str, by_id: UUID | None, now: datetime
) -> None:
    if not bonus.points:
        return
    try:
        take_back(
            community_id=community.id,
            source_type=SOURCE,
            source_id=bonus.id,
            number=0,
            reason=reason,
            recorded_by_id=by_id,
            now=now,
            business_on=clock.local_day(now, community.zone),
        )
    except NothingToCorrect:
        return
    tell(
        community_id=community.id,
        recipient_ids=[bonus.member_id],
        topic="plots.bonus_taken_back",
        payload={
            "place": get_plot(community.id, bonus.place_id).place.name,
            "month": f"{bonus.month_on:%Y-%m}",
            "points": bonus.points,
        },
        now=now,
    )


def _who_came(community: CommunityFacts, place_id: UUID, month_on: date) -> set[UUID]:
    """The plot's people, its leaders among them, who were counted there in the month."""
    plot = get_plot(community.id, place_id)
    people = {person.id for person in plot.people} | {id_ for id_, _name in plot.leaders}
    since = clock.at_local(month_on, 0, 0, community.zone)
    until = clock.at_local(clock.add_months(month_on, 1), 0, 0, community.zone)
    counted = db.session.scalars(
        select(Attendance.member_id)
        .join(
            Shift,
            (Shift.community_id == Attendance.community_id) & (Shift.id == Attendance.shift_id),
        )
        .where(
            Attendance.community_id == community.id,
            Shift.place_id == place_id,
            Attendance.state == "closed",
            Attendance.in_at >= since,
            Attendance.in_at < until,
            Attendance.member_id.in_(people),
        )
        .distinct()
    )
    return active_ids(community.id, counted)


def _last_day(month_on: date) -> date:
    return clock.add_months(month_on, 1) - timedelta(days=1)


def _inspector(row: PlotResult) -> UUID | None:
    return db.session.scalar(
        select(Inspection.inspector_id).where(
            Inspection.community_id == row.community_id, Inspection.id == row.inspection_id
        )
    )


def _waits(row: PlotResult) -> bool:
    """Whether the visit behind it was objected to: the second one will decide."""
    objected = db.session.scalar(
        select(Inspection.objected_at).where(
            Inspection.community_id == row.community_id, Inspection.id == row.inspection_id
        )
    )
    return objected is not None


def _locked(community_id: UUID, result_id: UUID) -> PlotResult | None:
    wanted = select(PlotResult).where(
        PlotResult.community_id == community_id, PlotResult.id == result_id
    )
    return db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
