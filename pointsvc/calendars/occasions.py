"""What stands in a calendar: one's own sign-ups, shifts and duties, or all that comes on a plot.

Other people are in it as numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from pointsvc.activities.models import ActivityKind, Shift, Signup
from pointsvc.activities.queries import SHIFTS_MAX
from pointsvc.activities.words import RISK_TEXTS
from pointsvc.calendars.feeds import FeedFacts
from pointsvc.calendars.rules import Occasion, reach, status_of
from pointsvc.communities.models import Place
from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import choose_locale, gettext as _
from pointsvc.plots.models import CarePlan, Duty
from pointsvc.plots.people.assignments import assignments_of
from pointsvc.plots.words import CARE_WORDS


@dataclass(frozen=True, slots=True)
class Span:
    """From which moment to which a calendar reaches."""

    since: datetime
    until: datetime


def occasions_of(community: CommunityFacts, feed: FeedFacts, now: datetime) -> list[Occasion]:
    """Everything that the address shows, earliest first."""
    first, last = reach(clock.local_day(now, community.zone))
    span = Span(
        clock.day_bounds(first, community.zone)[0], clock.day_bounds(last, community.zone)[1]
    )
    if feed.place_id is not None:
        return _on_plot(community.id, feed.place_id, span)
    return _of_member(community.id, feed.member_id, span)


def _of_member(community_id: UUID, member_id: UUID, span: Span) -> list[Occasion]:
    signed = dict(_signed_up(community_id, member_id, span))
    tended = [
        each.place_id
        for each in assignments_of(community_id, member_id)
        if each.state == "accepted" and not each.is_substitute
    ]
    wanted = or_(
        Shift.id.in_(signed),
        and_(Shift.led_by_id == member_id, _was_something()),
        and_(Duty.state == "planned", Shift.place_id.in_(tended)),
    )
    rows = db.session.execute(_shifts(community_id, span).where(wanted)).all()
    return [
        _occasion(
            row,
            is_mine=row.id in signed or row.led_by_id == member_id,
            joined_at=signed.get(row.id),
            is_led=row.led_by_id == member_id,
        )
        for row in rows
    ]


def _on_plot(community_id: UUID, place_id: UUID, span: Span) -> list[Occasion]:
    """What comes on a plot."""
    wanted = _shifts(community_id, span).where(Shift.place_id == place_id, _was_something())
    return [
        _occasion(row, is_mine=True, joined_at=None, is_led=True)
        for row in db.session.execute(wanted)
    ]


def _was_something() -> ColumnElement[bool]:
    """What a care calendar took back before anybody joined was never anything."""
    return or_(Duty.id.is_(None), Duty.state != "withdrawn")


def _signed_up(community_id: UUID, member_id: UUID, span: Span) -> Iterable[tuple[UUID, datetime]]:
    """What the member means to come to, or meant to until it was called off."""
    rows = db.session.execute(
        select(Signup.shift_id, Signup.signed_up_at)
        .join(Shift, and_(Shift.community_id == Signup.community_id, Shift.id == Signup.shift_id))
        .where(
            Signup.community_id == community_id,
            Signup.member_id == member_id,
            or_(Signup.left_at.is_(None), Signup.left_at >= Shift.cancelled_at),
            Shift.ends_at >= span.since,
            Shift.starts_at < span.until,
        )
        .limit(SHIFTS_MAX)
    )
    return ((row[0], row[1]) for row in rows)


def _shifts(community_id: UUID, span: Span) -> Any:
    home = Shift.community_id
    return (
        select(
            Shift.id,
            Shift.led_by_id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.capacity,
            Shift.signed_up_count,
            Shift.cancelled_at,
            Shift.created_at,
            Shift.changed_at,
            Shift.changes_count,
            Shift.risk,
            Place.name.label("place_name"),
            Place.location,
            ActivityKind.name.label("kind_name"),
            ActivityKind.name_en.label("kind_name_en"),
            CarePlan.care,
            CarePlan.tools,
            Duty.state,
        )
        .join(Place, and_(Place.community_id == home, Place.id == Shift.place_id))
        .join(
            ActivityKind,
            and_(ActivityKind.community_id == home, ActivityKind.code == Shift.activity_kind),
        )
        .outerjoin(Duty, and_(Duty.community_id == home, Duty.shift_id == Shift.id))
        .outerjoin(
            CarePlan, and_(CarePlan.community_id == Duty.community_id, CarePlan.id == Duty.plan_id)
        )
        .where(home == community_id, Shift.ends_at >= span.since, Shift.starts_at < span.until)
        .order_by(Shift.starts_at, Shift.id)
        .limit(SHIFTS_MAX)
    )


def _occasion(row: Any, *, is_mine: bool, joined_at: datetime | None, is_led: bool) -> Occasion:
    kind = row.kind_name_en if choose_locale() == "en" else row.kind_name
    what = str(CARE_WORDS[row.care]) if row.care else kind
    is_cancelled = row.cancelled_at is not None
    touched = [row.created_at, row.changed_at, row.cancelled_at, joined_at]
    return Occasion(
        id=row.id,
        title=f"{what} · {row.place_name}",
        place="，".join(part for part in (row.place_name, row.location) if part),
        lines=tuple(_lines(row, kind, is_mine=is_mine, is_led=is_led)),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        status=status_of(is_cancelled=is_cancelled, is_mine=is_mine),
        sequence=row.changes_count,
        modified_at=max(at for at in touched if at is not None),
    )


def _lines(row: Any, kind: str, *, is_mine: bool, is_led: bool) -> Sequence[str]:
    said = [kind]
    if row.tools:
        said.append(_("带：%(tools)s", tools=row.tools))
    if row.risk != "none":
        said.append(str(RISK_TEXTS[row.risk]))
    if is_led and row.capacity:
        said.append(
            _("报名 %(count)s 人，要 %(wanted)s 人", count=row.signed_up_count, wanted=row.capacity)
        )
    if not is_mine:
        said.append(_("您照看的田，还没有报名；愿意来请在“活动”里点“我报名”。"))
    if row.state == "held":
        said.append(_("等天气，另定日子"))
    return said
