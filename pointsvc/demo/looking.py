"""What is worth a look on the street: a phone that kept three scans, a tick that waits to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import create_shift
from pointsvc.checkin.rules import Direction
from pointsvc.checkin.scans import ScanRequest
from pointsvc.checkin.service import record_scans
from pointsvc.communities.queries import get_community
from pointsvc.communities.service import update_settings
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.kernel import clock
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact

DAY: Final = 2  # days ago
PLOT: Final = 4
# 42 to 44 never came
NUMBERS: Final[dict[Direction, tuple[int, int]]] = {"in": (41, 45), "out": (46, 47)}
WAYS: Final[tuple[tuple[Direction, int], ...]] = (("in", 0), ("out", 1))


def leave_cases(street: Street, day: date, days_ago: int, cards: dict[UUID, str]) -> None:
    """An afternoon of watering: two people scanned by a numbered phone, one ticked and drawn."""
    if days_ago != DAY:
        return
    leader_id = leader_of(street, PLOT)
    roles = frozenset({"leader", "volunteer"})
    leader = Caller("member", leader_id, street.community_id, roles)
    starts_at = clock.at_local(day, 14, 0, street.zone)
    shift_id = street.derived("watering", day)
    transact(lambda: _open(street, leader, shift_id, starts_at))
    first, second, third = tenders_of(street, PLOT)
    for direction, hours in WAYS:
        at = starts_at + timedelta(hours=hours)
        scans = [
            *(
                ScanRequest(
                    street.derived("numbered", shift_id, number),
                    direction,
                    code=cards[member_id],
                    shift_id=shift_id,
                    device_id=street.derived("phone", leader_id),
                    device_counter=number,
                )
                for member_id, number in zip((first, second), NUMBERS[direction], strict=True)
            ),
            ScanRequest(
                street.derived("ticked", shift_id, direction),
                direction,
                shift_id=shift_id,
                member_id=third,
                note="忘带卡",
            ),
        ]
        _count(street, leader, scans, at)


def _open(street: Street, leader: Caller, shift_id: UUID, starts_at: datetime) -> None:
    assert leader.id is not None
    create_shift(
        community_id=street.community_id,
        scope=scope_of(leader),
        created_by_id=leader.id,
        shift_id=shift_id,
        activity_kind="PLOT_CARE",
        place_id=street.plots[PLOT],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        capacity=None,
        now=starts_at - timedelta(minutes=30),
    )


def _count(street: Street, leader: Caller, scans: Sequence[ScanRequest], at: datetime) -> None:
    """Chance draws a fifth of the ticks; this one is drawn for certain, so that there is one."""
    here = street.community_id
    usual = get_community(here).settings.roster_sample_percent

    def work() -> None:
        update_settings(community_id=here, changes={"roster_sample_percent": 100})
        record_scans(community_id=here, caller=leader, scans=scans, now=at)
        update_settings(community_id=here, changes={"roster_sample_percent": usual})

    transact(work)
