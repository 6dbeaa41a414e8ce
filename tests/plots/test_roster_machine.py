"""Whatever people do one after another: a duty has a named person for each seat, or a visible gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import cycle
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pointsvc.activities.waiting import leave_line, line_of, queue_up
from pointsvc.kernel.clock import month_start, now
from pointsvc.kernel.errors import Refusal
from pointsvc.plots.calendar.calendars import DutyFacts, get_duty
from pointsvc.plots.calendar.entries import MonthDuty, with_people
from pointsvc.plots.people.substituting import cannot_come, come_after_all
from tests.plots.rosters import Rota
from tests.plots.years import Year

WHO = st.sampled_from(("limei", "liuyang", "wangqiang", "zhangdian"))


class Season(RuleBasedStateMachine):
    """Everybody may do anything to a duty of two; every run has a Saturday of its own."""

    rota: ClassVar[Rota]
    duties: ClassVar[Iterator[DutyFacts]]

    def __init__(self) -> None:
        super().__init__()
        duty = next(self.duties)
        self.id, self.shift_id = duty.id, duty.shift_id
        self.rota.month = month_start(duty.due_on)
        self.n = [each.duty.id for each in self.rota.days()].index(duty.id)

    @rule(who=WHO)
    def ask(self, who: str) -> None:
        tried(lambda: self.rota.send((self.day(), getattr(self.rota.cast, who))))

    @rule(who=WHO, answer=st.sampled_from(("confirmed", "declined")))
    def answer(self, who: str, answer: str) -> None:
        tried(lambda: self.rota.answer(self.n, getattr(self.rota.cast, who), answer))

    @rule(who=WHO)
    def take_back(self, who: str) -> None:
        tried(lambda: self.rota.withdraw(self.n, getattr(self.rota.cast, who)))

    @rule(who=WHO)
    def join(self, who: str) -> None:
        tried(lambda: self.rota.year.calendar.join(self.shift_id, getattr(self.rota.cast, who)))

    @rule(who=WHO)
    def leave(self, who: str) -> None:
        tried(lambda: self.rota.year.calendar.leave(self.shift_id, getattr(self.rota.cast, who)))

    @rule(who=WHO)
    def cannot(self, who: str) -> None:
        self.does(cannot_come, who, reason="ill", shift_id=self.shift_id)

    @rule(who=WHO)
    def take(self, who: str) -> None:
        for each in self.asking():
            tried(partial(self.rota.widen, each, "community"))
            tried(partial(self.rota.take, each, getattr(self.rota.cast, who)))

    @rule()
    def veto(self) -> None:
        for each in self.substitutions():
            tried(partial(self.rota.veto, each))

    @rule(who=WHO)
    def come_after_all(self, who: str) -> None:
        for each in self.asking():
            self.does(come_after_all, who, substitution_id=each.id)

    @rule(who=WHO)
    def wait(self, who: str) -> None:
        self.does(queue_up, who, shift_id=self.shift_id)

    @rule(who=WHO)
    def give_up(self, who: str) -> None:
        self.does(leave_line, who, shift_id=self.shift_id)

    @invariant()
    def every_seat_is_a_name_or_a_gap_and_every_gap_is_asked_about(self) -> None:
        each, coming = self.day(), {member_id for member_id, _name in self.day().coming}
        assert len(coming) == len(each.coming) == each.duty.signed_up_count <= 2
        assert len(coming) + each.missing_count == 2
        line = line_of(self.rota.community_id, self.shift_id)
        assert not (line and each.missing_count), "nobody waits before a gap"
        for asked in self.substitutions():
            if asked.state == "open" and asked.left_by_id not in coming:
                assert asked.is_asking(now()) == bool(each.missing_count)
            assert not asked.is_covered or asked.taken_by_id in coming

    def day(self) -> MonthDuty:
        [each] = with_people(self.rota.community_id, [get_duty(self.rota.community_id, self.id)])
        return each

    def does(self, verb: Any, who: str, **what: Any) -> None:
        member_id = getattr(self.rota.cast, who).id
        tried(lambda: self.rota.does(verb, member_id=member_id, **what))

    def substitutions(self) -> list[Any]:
        return [each for each in self.rota.substitutions() if each.shift_id == self.shift_id]

    def asking(self) -> list[Any]:
        return [each for each in self.substitutions() if each.is_asking(now())]


def tried(deed: Callable[[], object]) -> None:
    """Whatever is refused has changed nothing; what was never asked cannot be answered."""
    with suppress(Refusal, IndexError):
        deed()


@pytest.mark.engines("sqlite")
def test_no_sequence_of_deeds_leaves_a_duty_without_a_name_or_a_gap(year: Year) -> None:
    rota = Rota(year)
    year.generate(180)
    run_state_machine_as_test(
        type("OfPlot", (Season,), {"rota": rota, "duties": cycle(year.duties())}),
        settings=settings(
            max_examples=15,
            stateful_step_count=14,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        ),
    )
