"""补录 on the street: one that was agreed to by the supervisor and counted, and one that waits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.checkin.jobs import count_backfills
from pointsvc.checkin.service import AskedBackfill, ask_backfill, decide_backfill
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.kernel import clock
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact

COUNTED_DAY: Final = 11  # days ago; it counts two days later
WAITING_DAY: Final = 1
COUNTED_PLOT: Final = 2
WAITING_PLOT: Final = 1
REASONS: Final = {
    COUNTED_PLOT: ("临时清理楼道杂物，没有开场次", "楼道签到纸 11 号，沈立国和两户邻居签了名"),
    WAITING_PLOT: ("手机没电，没有开场次", "田头签到本第 6 页，王强记的，照片在社区"),
}


def record_afterwards(street: Street, day: date, days_ago: int) -> None:
    """What the office did on that day, after the morning's care."""
    noon = clock.at_local(day, 12, 0, street.zone)
    if days_ago == COUNTED_DAY:
        backfill_id = _ask(street, COUNTED_PLOT, noon)
        _agree(street, backfill_id, noon + timedelta(hours=3))
    if days_ago == COUNTED_DAY - 3:
        count_backfills(noon)
    if days_ago == WAITING_DAY:
        _ask(street, WAITING_PLOT, noon)


def _ask(street: Street, number: int, at: datetime) -> UUID:
    """The leader of a plot asks for a volunteer who cleaned up there the day before."""
    leader = Caller(
        "member",
        leader_of(street, number),
        street.community_id,
        frozenset({"leader", "volunteer"}),
    )
    backfill_id = street.derived("backfill", number, at)
    reason, evidence = REASONS[number]
    begins = at - timedelta(hours=21)  # three in the afternoon
    asked = AskedBackfill(
        member_id=tenders_of(street, number)[-1],
        in_at=begins,
        out_at=begins + timedelta(hours=2),
        reason=reason,
        evidence=evidence,
        place_id=street.plots[number],
        activity_kind="CLEANUP",
    )
    transact(
        lambda: ask_backfill(
            community_id=street.community_id,
            caller=leader,
            backfill_id=backfill_id,
            asked=asked,
            now=at,
        )
    )
    return backfill_id


def _agree(street: Street, backfill_id: UUID, at: datetime) -> None:
    supervisor = Caller(
        "member",
        street.people["何督"],
        street.community_id,
        frozenset({"supervisor", "volunteer"}),
    )
    transact(
        lambda: decide_backfill(
            community_id=street.community_id,
            caller=supervisor,
            backfill_id=backfill_id,
            approve=True,
            reason="",
            now=at,
        )
    )
