"""What somebody earned under a household's caps goes with them to another household (S3, case 33).

Each attendance and drop of theirs is counted for the new household, in the day and month in which it
was: so a move on a busy day neither doubles a cap nor gives it anew, as with the shop's limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, update

from pointsvc.activities.models import Shift
from pointsvc.checkin.drops import drops_in
from pointsvc.checkin.facts import tariffs_for
from pointsvc.checkin.models import Attendance, DropCorrection, Scan
from pointsvc.communities.queries import get_community
from pointsvc.earning.models import Tariff
from pointsvc.earning.moving import Used, carry_uses
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day, month_start
from pointsvc.members.changes import Merge, Move
from pointsvc.members.models import HouseholdMembership
from pointsvc.members.queries import in_chunks


@dataclass(frozen=True, slots=True)
class Earner:
    """Whose deeds were counted for one holder, and are for another from now on."""

    community_id: UUID
    member_id: UUID
    from_holder_id: UUID
    into_holder_id: UUID


def carry_move(move: Move) -> None:
    """A member lives elsewhere."""
    _carry(Earner(move.community_id, move.member_id, move.from_holder_id, move.into_holder_id))


def carry_merge(merge: Merge) -> None:
    """Whose account ends lived elsewhere than who goes on; what was their own `earning` carries."""
    if merge.from_holder_id != merge.from_id:
        holders = (merge.from_holder_id, merge.into_holder_id)
        _carry(Earner(merge.community_id, merge.from_id, *holders))


def _carry(earner: Earner) -> None:
    if earner.from_holder_id == earner.into_holder_id:
        return
    uses = [
        Used(code, earner.from_holder_id, kind, start, points)
        for code, on, points in (*_attended(earner), *_dropped(earner))
        for kind, start in (("day", on), ("month", month_start(on)))
    ]
    into = [earner.into_holder_id] * len(uses)
    carry_uses(community_id=earner.community_id, uses=uses, into=into)
    _rename(earner)


def _attended(earner: Earner) -> Iterator[tuple[str, date, int]]:
    zone = get_community(earner.community_id).zone
    rows = db.session.execute(
        select(Tariff.code, Attendance.in_at, Attendance.award_points)
        .join(
            Tariff,
            and_(Tariff.community_id == Attendance.community_id, Tariff.id == Attendance.tariff_id),
        )
        .where(*_counted(earner), Tariff.cap_holder == "household", Attendance.award_points > 0)
    )
    for code, in_at, points in rows:
        yield code, local_day(in_at, zone), points


def _dropped(earner: Earner) -> Iterator[tuple[str, date, int]]:
    """Drops name no holder: those since the member came to live where they lived."""
    zone = get_community(earner.community_id).zone
    wanted = select(Scan.id, Shift.activity_kind).join(
        Shift, and_(Shift.community_id == Scan.community_id, Shift.id == Scan.shift_id)
    )
    mine = (Scan.community_id == earner.community_id, Scan.member_id == earner.member_id)
    since = _lived_since(earner)
    kinds = {
        row.id: row.activity_kind
        for row in db.session.execute(wanted.where(*mine, Scan.direction == "drop", *since))
    }
    tariffs = tariffs_for(
        community_id=earner.community_id, codes=set(kinds.values()), member_ids=[]
    )
    for chunk in in_chunks(kinds):
        for drop in drops_in(earner.community_id, chunk).values():
            on, code = local_day(drop.at, zone), kinds[drop.id]
            tariff = tariffs.at(code, on)
            if drop.now.points and tariff is not None and tariff.cap_holder == "household":
                yield code, on, drop.now.points


def _lived_since(earner: Earner) -> list[Any]:
    joined: datetime | None = db.session.scalar(
        select(func.max(HouseholdMembership.joined_at)).where(
            HouseholdMembership.community_id == earner.community_id,
            HouseholdMembership.member_id == earner.member_id,
            HouseholdMembership.household_id == earner.from_holder_id,
        )
    )
    return [] if joined is None else [Scan.happened_at >= joined]


def _counted(earner: Earner) -> tuple[Any, ...]:
    return (
        Attendance.community_id == earner.community_id,
        Attendance.member_id == earner.member_id,
        Attendance.award_holder_id == earner.from_holder_id,
    )


def _rename(earner: Earner) -> None:
    """What gives back later names the holder that is counted now."""
    of_household = select(Tariff.id).where(
        Tariff.community_id == earner.community_id, Tariff.cap_holder == "household"
    )
    of_member = select(Scan.id).where(
        Scan.community_id == earner.community_id, Scan.member_id == earner.member_id
    )
    for statement in (
        update(Attendance).where(*_counted(earner), Attendance.tariff_id.in_(of_household)),
        update(DropCorrection).where(
            DropCorrection.community_id == earner.community_id,
            DropCorrection.scan_id.in_(of_member),
            DropCorrection.award_holder_id == earner.from_holder_id,
        ),
    ):
        db.session.execute(
            statement.values(award_holder_id=earner.into_holder_id).execution_options(
                synchronize_session=False
            )
        )
