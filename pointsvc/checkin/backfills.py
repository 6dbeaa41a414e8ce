"""Reading 补录: one with everything around it, whose they are, what is left of a month's share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from pointsvc.activities.models import Shift
from pointsvc.activities.queries import ShiftFacts, find_shifts
from pointsvc.checkin.models import Attendance, Backfill
from pointsvc.checkin.queries import Present, attendances_in
from pointsvc.checkin.rules import minutes_between
from pointsvc.communities.queries import CommunityFacts
from pointsvc.earning.limits import Wish, used_of
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_moment_and_id, seal_cursor
from pointsvc.members.queries import names_of

LIVE: Final = ("requested", "approved")
LIMIT: Final = "backfill"  # the limit that a month's backfills of one asker are taken from
LIST_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class BackfillFacts:
    """A backfill as it stands; see `checkin.models.Backfill`."""

    id: UUID
    member_id: UUID
    shift_id: UUID
    in_at: datetime
    out_at: datetime
    reason: str
    evidence: str
    witness_id: UUID | None
    requested_by_id: UUID
    requested_at: datetime
    state: str
    decided_by_id: UUID | None
    decided_at: datetime | None
    counts_at: datetime | None
    ended_by_id: UUID | None
    ended_at: datetime | None
    end_reason: str | None

    @property
    def minutes(self) -> int:
        """How long the work took, whole minutes."""
        return minutes_between(self.in_at, self.out_at)

    @property
    def hours_late(self) -> int:
        """Whole hours from the end of the work until it was typed in."""
        return minutes_between(self.out_at, self.requested_at) // 60

    @property
    def is_live(self) -> bool:
        """Whether it waits: for a second person, or for its delay to pass."""
        return self.state in LIVE

    @property
    def people(self) -> set[UUID]:
        """Everybody in it."""
        ids = (self.member_id, self.witness_id, self.requested_by_id, self.decided_by_id)
        return {each for each in (*ids, self.ended_by_id) if each}


@dataclass(frozen=True, slots=True)
class BackfillSeen:
    """A backfill with its shift, the attendance that it led to, and the names of its people."""

    facts: BackfillFacts
    shift: ShiftFacts
    attendance: Present | None
    names: dict[UUID, str]

    @property
    def member(self) -> str:
        """Who worked."""
        return self.names.get(self.facts.member_id, "")

    @property
    def is_voided(self) -> bool:
        """Whether a correction took it out of the books again."""
        is_counted = self.facts.state == "counted"
        return is_counted and self.attendance is not None and self.attendance.state == "void"

    @property
    def was_opened_later(self) -> bool:
        """Whether the shift itself was opened only when it was over."""
        return self.shift.created_at >= self.shift.ends_at


@dataclass(frozen=True, slots=True)
class Quota:
    """What one asker has used of a month's backfills."""

    used: int
    allowed: int

    @property
    def left(self) -> int:
        """How many more may be asked for."""
        return max(0, self.allowed - self.used)


def get_backfill(community_id: UUID, backfill_id: UUID) -> BackfillFacts:
    """One backfill. Raises NotFound, also for another community's."""
    found = find_backfills(community_id, Backfill.id == backfill_id)
    if not found:
        raise NotFound
    return found[0]


def find_backfills(
    community_id: UUID, *conditions: ColumnElement[bool], limit: int = LIST_MAX
) -> list[BackfillFacts]:
    """Backfills for which the conditions hold, newest first; at most 100."""
    wanted = (
        select(*(getattr(Backfill, field.name) for field in fields(BackfillFacts)))
        .where(Backfill.community_id == community_id, *conditions)
        .order_by(Backfill.requested_at.desc(), Backfill.id.desc())
        .limit(limit)
    )
    return [BackfillFacts(*row) for row in db.session.execute(wanted)]


def asked_by(community_id: UUID, asker_id: UUID) -> list[BackfillFacts]:
    """What somebody asked for."""
    return find_backfills(community_id, Backfill.requested_by_id == asker_id)


def asked_for(community_id: UUID, member_id: UUID) -> list[BackfillFacts]:
    """What was asked for a member."""
    return find_backfills(community_id, Backfill.member_id == member_id)


def backfills_in(community_id: UUID, states: Collection[str]) -> list[BackfillFacts]:
    """Those in these states, whosever they are."""
    return find_backfills(community_id, Backfill.state.in_(states))


def seen_of(community_id: UUID, found: Sequence[BackfillFacts]) -> list[BackfillSeen]:
    """The backfills as pages show them, in the same order."""
    shifts = find_shifts(community_id=community_id, ids={each.shift_id for each in found})
    names = names_of(community_id, {each for facts in found for each in facts.people})
    attendances = _attendances(community_id, [each.id for each in found])
    return [
        BackfillSeen(each, shifts[each.shift_id], attendances.get(each.id), names) for each in found
    ]


def page_of_ended(community_id: UUID, *, after: str | None = None) -> Page[BackfillFacts]:
    """Those that came to an end, whosever they are, newest first. Raises PageUnknown."""
    conditions: list[ColumnElement[bool]] = [Backfill.state.not_in(LIVE)]
    if after is not None:
        at, last_id = open_moment_and_id(after)
        is_same = and_(Backfill.requested_at == at, Backfill.id < last_id)
        conditions.append(or_(Backfill.requested_at < at, is_same))
    found = find_backfills(community_id, *conditions, limit=PAGE_LENGTH + 1)
    rows = found[:PAGE_LENGTH]
    is_more = len(found) > PAGE_LENGTH
    last = seal_cursor(rows[-1].requested_at.isoformat(), rows[-1].id) if is_more else None
    return Page(rows, last)


def attendance_id_of(community_id: UUID, backfill_id: UUID) -> UUID:
    """The attendance that a backfill leads to, however often its approval is tried."""
    return derived_id("backfill", community_id, backfill_id)


def quota_of(community: CommunityFacts, asker_id: UUID, today: date) -> Quota:
    """What somebody has used of this month's backfills."""
    wish = quota_wish(asker_id, today, community.settings.backfill_quota)
    used = used_of(community_id=community.id, wishes=[wish])
    return Quota(used.get((LIMIT, asker_id, "month"), 0), community.settings.backfill_quota)


def quota_wish(asker_id: UUID, today: date, allowed: int) -> Wish:
    """One backfill out of an asker's share of the month."""
    return Wish(LIMIT, asker_id, today, 1, month_cap=allowed)


def led_in_month(community: CommunityFacts, asker_id: UUID, now: datetime) -> tuple[int, int]:
    """The month's attendances in shifts that somebody leads, and how many of them were backfilled."""
    first = clock.month_start(clock.local_day(now, community.zone))
    next_first = clock.month_start(first + timedelta(days=31))
    wanted = (
        select(func.count(), func.count(Attendance.backfill_id))
        .join(
            Shift,
            and_(Shift.community_id == Attendance.community_id, Shift.id == Attendance.shift_id),
        )
        .where(
            Attendance.community_id == community.id,
            Attendance.state != "void",
            Attendance.in_at >= clock.at_local(first, 0, 0, community.zone),
            Attendance.in_at < clock.at_local(next_first, 0, 0, community.zone),
            Shift.led_by_id == asker_id,
        )
    )
    every, backfilled = db.session.execute(wanted).one()
    return every, backfilled


def _attendances(community_id: UUID, ids: Collection[UUID]) -> dict[UUID, Present]:
    """The attendances that these backfills led to, by backfill."""
    rows = db.session.scalars(
        select(Attendance.id).where(
            Attendance.community_id == community_id, Attendance.backfill_id.in_(ids)
        )
    )
    found = attendances_in(community_id, list(rows)).values()
    return {each.backfill_id: each for each in found if each.backfill_id}
