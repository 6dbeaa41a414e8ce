"""What the tests of 补录 share: a shift of yesterday's morning that nobody was scanned in."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.backfills import BackfillFacts, attendance_id_of, get_backfill
from pointsvc.checkin.jobs import count_backfills
from pointsvc.checkin.queries import Present, get_attendance
from pointsvc.checkin.service import (
    AskedBackfill,
    ask_backfill,
    decide_backfill,
    stop_backfill,
    withdraw_backfill,
)
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import create_group, grant_role, join_group
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person

DELAY = timedelta(hours=48)


class Afterwards:
    """A duty of the day before, 09:00 to 11:00 on plot 1, and the verbs of what comes after it."""

    def __init__(self, cast: Cast) -> None:
        self.duty = Duty(cast)
        self.cast = cast
        self.community_id = cast.community_id
        self.shift_id = self.shift(-1)

    def shift(self, days: int, hours: int = 2, **values: Any) -> UUID:
        """A shift that began at 09:00 so many days before or after today."""
        begins = self.duty.nine + timedelta(days=days)
        return self.duty.open_shift(begins, begins + timedelta(hours=hours), **values)

    def at(self, hour: str, days: int = -1) -> datetime:
        """A time of yesterday, or of another day."""
        return self.duty.at(hour) + timedelta(days=days)

    def asked(self, member: Person | None = None, **values: Any) -> AskedBackfill:
        """李梅 was there from 09:00 to 11:00 yesterday, unless other facts are named."""
        facts: dict[str, Any] = {
            "member_id": (member or self.cast.limei).id,
            "in_at": self.at("09:00"),
            "out_at": self.at("11:00"),
            "reason": "手机没电，没有扫上",
            "evidence": "签到纸第 3 页第 5 行",
            "shift_id": self.shift_id,
        }
        return AskedBackfill(**(facts | values))

    def ask(
        self,
        asker: Person | None = None,
        member: Person | None = None,
        *,
        backfill_id: UUID | None = None,
        **values: Any,
    ) -> UUID:
        """王强 asks for 李梅, unless others are named; the backfill's id."""
        ask = self.asking(asker, self.asked(member, **values), backfill_id or new_id())
        return transact(ask).id

    def asking(
        self, asker: Person | None, asked: AskedBackfill, backfill_id: UUID
    ) -> partial[BackfillFacts]:
        """The work of asking, to be done by whoever has a transaction."""
        return partial(
            ask_backfill,
            community_id=self.community_id,
            caller=self.duty.caller(asker or self.cast.wangqiang),
            backfill_id=backfill_id,
            asked=asked,
            now=clock.now(),
        )

    def decide(
        self, backfill_id: UUID, by: Person | None = None, *, approve: bool = True, reason: str = ""
    ) -> None:
        """何督 agrees, unless somebody else does not."""
        caller, now = self.duty.caller(by or self.cast.hedu), clock.now()
        transact(
            lambda: decide_backfill(
                community_id=self.community_id,
                caller=caller,
                backfill_id=backfill_id,
                approve=approve,
                reason=reason,
                now=now,
            )
        )

    def agreed(self, **values: Any) -> UUID:
        """A backfill to which 何督 agreed a moment ago."""
        backfill_id = self.ask(**values)
        self.decide(backfill_id)
        return backfill_id

    def stop(self, backfill_id: UUID, by: Person | None = None, reason: str = "不是我") -> None:
        """李梅 objects, unless somebody else stops it."""
        caller, now = self.duty.caller(by or self.cast.limei), clock.now()
        transact(
            lambda: stop_backfill(
                community_id=self.community_id,
                caller=caller,
                backfill_id=backfill_id,
                reason=reason,
                now=now,
            )
        )

    def withdraw(self, backfill_id: UUID, by: Person | None = None) -> None:
        """王强 takes it back."""
        caller, now = self.duty.caller(by or self.cast.wangqiang), clock.now()
        transact(
            lambda: withdraw_backfill(
                community_id=self.community_id, caller=caller, backfill_id=backfill_id, now=now
            )
        )

    def count_due(self) -> int:
        """Run the job as of now; how many it counted."""
        return count_backfills(clock.now()).count

    def state(self, backfill_id: UUID) -> str:
        """The backfill's state."""
        return get_backfill(self.community_id, backfill_id).state

    def attendance(self, backfill_id: UUID) -> Present:
        """The attendance that the backfill led to."""
        found = attendance_id_of(self.community_id, backfill_id)
        return get_attendance(self.community_id, found)

    def lead_another_group(self, person: Person, number: int = 2) -> UUID:
        """Let somebody lead a group of their own."""
        group_id, now = new_id(), clock.now()

        def found() -> None:
            make: dict[str, Any] = {"community_id": self.community_id, "actor": SYSTEM, "now": now}
            create_group(group_id=group_id, number=number, name=f"第{number}党小组", **make)
            join_group(group_id=group_id, member_id=person.id, **make)
            grant_role(
                community_id=self.community_id,
                grant_id=new_id(),
                member_id=person.id,
                role="leader",
                group_id=group_id,
                granted_by=SYSTEM,
                now=now,
            )

        transact(found)
        return group_id

    def join(self, person: Person, group_id: UUID | None = None) -> None:
        """Let somebody belong to a group: the first where none is named."""
        wanted, now = group_id or self.cast.group_id, clock.now()
        transact(
            lambda: join_group(
                community_id=self.community_id,
                group_id=wanted,
                member_id=person.id,
                actor=SYSTEM,
                now=now,
            )
        )
