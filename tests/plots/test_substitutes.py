"""A leader signs up somebody of the group who said yes; nobody is assigned by force (art. 25)."""

from __future__ import annotations

from uuid import UUID

import pytest

from pointsvc.activities.errors import ShiftCancelled, ShiftFull
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.plots.errors import NotOfGroup
from pointsvc.plots.service import sign_up_substitute
from pointsvc.web.messages import messages_of
from tests.activities.calendar import Calendar, later


def ask(calendar: Calendar, shift_id: UUID, whom: str, *, who: str = "wangqiang") -> None:
    leader = getattr(calendar.cast, who)
    transact(
        lambda: sign_up_substitute(
            community_id=calendar.community_id,
            scope=calendar.scope(leader),
            asked_by_id=leader.id,
            shift_id=shift_id,
            member_id=getattr(calendar.cast, whom).id,
            now=clock.now(),
        )
    )


def test_whoever_said_yes_is_signed_up_and_told_how_to_leave(calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    ask(calendar, shift.id, "limei")
    assert calendar.count(shift.id) == (1, 1)
    [message] = messages_of(calendar.community_id, calendar.cast.limei.id).rows
    assert "2026年11月22日 09:00" in message.text
    assert "不去了" in message.text


def test_they_may_leave_like_everybody(calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    ask(calendar, shift.id, "limei")
    calendar.leave(shift.id, calendar.cast.limei)
    assert calendar.count(shift.id) == (0, 0)


@pytest.mark.parametrize("whom", ["zhangdian", "chenjing"])
def test_only_people_of_the_group_are_asked(calendar: Calendar, whom: str) -> None:
    shift = calendar.open(starts_at=later(days=1))
    with pytest.raises(NotOfGroup):
        ask(calendar, shift.id, whom)
    assert calendar.count(shift.id) == (0, 0)


@pytest.mark.parametrize("who", ["limei", "sungang", "hedu"])
def test_only_the_plot_s_leader_asks(calendar: Calendar, who: str) -> None:
    shift = calendar.open(starts_at=later(days=1))
    with pytest.raises(Forbidden):
        ask(calendar, shift.id, "liuyang", who=who)


def test_a_full_or_cancelled_or_absent_shift_takes_nobody(calendar: Calendar) -> None:
    full = calendar.open(starts_at=later(days=1), capacity=1)
    calendar.join(full.id, calendar.cast.liuyang)
    with pytest.raises(ShiftFull):
        ask(calendar, full.id, "limei")
    off = calendar.open(starts_at=later(days=2))
    calendar.cancel(off.id)
    with pytest.raises(ShiftCancelled):
        ask(calendar, off.id, "limei")
    with pytest.raises(NotFound):
        ask(calendar, new_id(), "limei")
    assert messages_of(calendar.community_id, calendar.cast.limei.id).rows == []
