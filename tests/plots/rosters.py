"""Rosters in tests: plot 1's month with everything that does not matter filled in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.activities.service import sign_up
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.calendars import DutyFacts, find_duties
from pointsvc.plots.calendar.entries import MonthDuty
from pointsvc.plots.people.rostering import (
    Month,
    answer_entry,
    look_at_month,
    send_roster,
    withdraw_entry,
)
from pointsvc.plots.people.substituting import cannot_come, take_on, thank, veto, widen
from pointsvc.plots.people.substitutions import SubstitutionFacts, offered_to, substitutions_at
from tests.plots.years import Year
from tests.support.cast import Cast, Person


class Rota:
    """Who comes when on the cast's plot 1: four Saturdays of December 2026, for which 王强 asks."""

    def __init__(self, year: Year, **terms: Any) -> None:
        self.year, self.cast, self.community_id = year, year.cast, year.community_id
        self.month = date(2026, 12, 1)
        year.add(**terms)
        year.generate(45)

    def scope(self, person: Person | None = None) -> Scope:
        """Where the person may run shifts."""
        return self.year.calendar.scope(person or self.cast.wangqiang)

    def look(self) -> Month:
        """The month as it stands."""
        return look_at_month(**self._at(), scope=self.scope(), month=self.month, now=clock.now())

    def days(self) -> list[MonthDuty]:
        """Its duties."""
        return self.look().duties

    def send(self, *asked: tuple[MonthDuty, Person], by: Person | None = None) -> int:
        """Ask these; everything that the rules propose, where nobody is named."""
        pairs = [(each.duty.id, person.id) for each, person in asked]
        if not asked:
            pairs = [(each.duty_id, each.member_id) for each in self.look().roster().proposals]
        return transact(
            lambda: send_roster(
                **self._at(),
                scope=self.scope(by),
                sent_by_id=(by or self.cast.wangqiang).id,
                month=self.month,
                asked=pairs,
                now=clock.now(),
            )
        )

    def entry(self, n: int, person: Person) -> UUID:
        """The newest question to the person about the nth duty."""
        return [e.id for e in self.days()[n].entries if e.member_id == person.id][-1]

    def answer(self, n: int, person: Person, answer: Any, *, by: Person | None = None) -> None:
        """The person says yes or no to the nth duty."""
        entry_id, who = self.entry(n, person), by or person
        transact(
            lambda: answer_entry(
                community_id=self.community_id,
                entry_id=entry_id,
                answer=answer,
                answered_by_id=who.id,
                is_at_desk=who == self.cast.zhaofang,
                now=clock.now(),
            )
        )

    def withdraw(self, n: int, person: Person) -> None:
        """The leader takes the question back."""
        entry_id = self.entry(n, person)
        transact(
            lambda: withdraw_entry(
                community_id=self.community_id,
                scope=self.scope(),
                withdrawn_by_id=self.cast.wangqiang.id,
                entry_id=entry_id,
                now=clock.now(),
            )
        )

    def cannot(self, n: int, person: Person, reason: str = "ill") -> SubstitutionFacts:
        """The person cannot come to the nth duty; the question that this opens."""
        shift_id = self.days()[n].duty.shift_id
        self.does(cannot_come, shift_id=shift_id, member_id=person.id, reason=reason)
        return self.substitutions()[0]

    def take(self, each: SubstitutionFacts, person: Person) -> None:
        """The person goes."""
        self.does(take_on, substitution_id=each.id, member_id=person.id)

    def widen(self, each: SubstitutionFacts, circle: str, by: Person | None = None) -> None:
        """Ask more people."""
        who = by or self.cast.wangqiang
        asked = {"substitution_id": each.id, "circle": circle, "widened_by_id": who.id}
        self.does(widen, scope=self.scope(who), **asked)

    def veto(self, each: SubstitutionFacts, why: str = "有新手") -> None:
        """The leader would rather have somebody else."""
        by = self.cast.wangqiang.id
        self.does(veto, scope=self.scope(), substitution_id=each.id, why=why, vetoed_by_id=by)

    def thank(self, each: SubstitutionFacts, person: Person) -> None:
        """The person says thank you."""
        self.does(thank, substitution_id=each.id, member_id=person.id)

    def substitutions(self) -> list[SubstitutionFacts]:
        """All of the plot, newest first."""
        return substitutions_at(self.community_id, [self.year.place_id], clock.now())

    def offered(self, person: Person) -> list[SubstitutionFacts]:
        """What the person may take on."""
        return offered_to(get_community(self.community_id), person.id, clock.now())

    def coming(self, n: int) -> list[str]:
        """Who comes to the nth duty."""
        return [name for _id, name in self.days()[n].coming]

    def does(self, verb: Any, **what: Any) -> None:
        now: datetime = clock.now()
        transact(lambda: verb(community_id=self.community_id, now=now, **what))

    def _at(self) -> dict[str, UUID]:
        return {"community_id": self.community_id, "place_id": self.year.place_id}


def roster_saturdays(cast: Cast) -> None:
    """李梅 is asked to the first duty of plot 1; 刘洋 cannot come to the second."""
    now = clock.now()
    today = clock.local_day(now, clock.DEFAULT_ZONE)
    first, second = find_duties(cast.community_id, [cast.plot_id], today, date(9999, 1, 1))[:2]
    leads = Scope(cast.wangqiang.id, places=frozenset({cast.plot_id}), roles=frozenset({"leader"}))
    home: dict[str, Any] = {"community_id": cast.community_id, "now": now}

    def work(first: DutyFacts = first, second: DutyFacts = second) -> None:
        send_roster(
            **home,
            scope=leads,
            sent_by_id=cast.wangqiang.id,
            place_id=cast.plot_id,
            month=clock.month_start(first.due_on),
            asked=[(first.id, cast.limei.id)],
        )
        mine: dict[str, Any] = {"shift_id": second.shift_id, "member_id": cast.liuyang.id}
        sign_up(**home, **mine)
        cannot_come(**home, **mine, reason="ill")

    transact(work)
