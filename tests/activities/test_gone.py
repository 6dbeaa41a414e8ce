"""Seats of somebody who is in the register twice, or is erased: one person has one seat."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pointsvc.activities.waiting import queue_up
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.web.messages import messages_of
from tests.activities.calendar import Calendar, later
from tests.support.clocks import FrozenClock
from tests.support.merging import ask, erase, merge, twin

pytestmark = pytest.mark.engines("sqlite")


def test_a_seat_that_one_person_had_twice_goes_to_who_waits(calendar: Calendar) -> None:
    cast, other = calendar.cast, twin(calendar.cast)
    full = calendar.open(starts_at=later(days=3), capacity=2)
    alone = calendar.open(starts_at=later(days=4), capacity=2)
    for person in (cast.limei, other):
        calendar.join(full.id, person)
    calendar.join(alone.id, other)
    where = {"community_id": calendar.community_id, "shift_id": full.id}
    waits = {"member_id": cast.liuyang.id, "now": clock.now()}
    transact(lambda: queue_up(**where, **waits))  # type: ignore[arg-type]
    merge(cast, other.id, cast.limei.id)
    assert (calendar.count(full.id), calendar.count(alone.id)) == ((2, 2), (1, 1))


def test_who_is_erased_gives_the_seat_free_and_the_leader_hears_of_it(
    calendar: Calendar, clock: FrozenClock
) -> None:
    cast = calendar.cast
    shift = calendar.open(starts_at=later(days=20), capacity=2)
    calendar.join(shift.id, cast.limei)
    ask(cast, cast.limei)
    clock.advance(days=8)
    erase(cast, cast.limei)
    assert calendar.count(shift.id) == (0, 0)
    texts = [each.text for each in messages_of(cast.community_id, cast.wangqiang.id).rows]
    assert any("空出一个名额" in text for text in texts)
    mine = select(OutboxMessage).where(OutboxMessage.recipient_id == cast.limei.id)
    assert db.session.scalars(mine).all() == []
