"""Ending a shift early: while it runs, by those who run it, once, and nothing is voided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from pointsvc.activities.errors import ShiftCancelled, ShiftNotBegun, ShiftOver
from pointsvc.activities.queries import get_shift
from pointsvc.audit.queries import page_of_events
from pointsvc.extensions import db
from pointsvc.kernel import clock as house_clock
from pointsvc.kernel.errors import Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.web.messages import words_of
from tests.activities.calendar import Calendar, later
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def test_a_shift_ends_now_and_a_second_tap_changes_nothing(
    calendar: Calendar, clock: FrozenClock
) -> None:
    shift = calendar.open()
    clock.advance(minutes=30)
    calendar.end(shift.id)
    clock.advance(seconds=2)
    calendar.end(shift.id)
    ended = get_shift(calendar.community_id, shift.id)
    assert ended.ends_at == shift.starts_at + timedelta(minutes=30)
    assert ended.cancelled_at is None
    [event] = page_of_events(calendar.community_id, action="activities.shift_ended").rows
    assert (event.subject_id, event.detail) == (shift.id, {"minutes_early": 90})
    assert event.actor_id == calendar.cast.wangqiang.id


def test_who_signed_up_is_told_once(calendar: Calendar, clock: FrozenClock) -> None:
    """Somebody may be on the way; who left the list hears nothing."""
    shift = calendar.open()
    for person in (calendar.cast.limei, calendar.cast.liuyang):
        calendar.join(shift.id, person)
    calendar.leave(shift.id, calendar.cast.liuyang)
    clock.advance(minutes=30)
    calendar.end(shift.id)
    calendar.end(shift.id)
    [message] = db.session.scalars(select(OutboxMessage)).all()
    assert (message.recipient_id, message.topic) == (
        calendar.cast.limei.id,
        "activities.shift_ended",
    )
    assert "还没去的不用去了" in words_of(message.topic, message.payload)


def test_what_ended_as_planned_is_not_ended_again(calendar: Calendar, clock: FrozenClock) -> None:
    shift = calendar.open()
    clock.advance(hours=2)
    with pytest.raises(ShiftOver):
        calendar.end(shift.id)


def test_what_was_called_off_is_not_ended(calendar: Calendar, clock: FrozenClock) -> None:
    shift = calendar.open()
    clock.advance(minutes=5)
    calendar.cancel(shift.id)
    with pytest.raises(ShiftCancelled):
        calendar.end(shift.id)


@pytest.mark.parametrize("minutes", [0, 1])
def test_what_has_not_begun_is_not_ended(calendar: Calendar, minutes: int) -> None:
    shift = calendar.open(starts_at=later(minutes=minutes))
    with pytest.raises(ShiftNotBegun):
        calendar.end(shift.id)


@pytest.mark.parametrize("who", ["limei", "sungang", "hedu"])
def test_others_do_not_end_it(calendar: Calendar, clock: FrozenClock, who: str) -> None:
    shift = calendar.open()
    clock.advance(minutes=5)
    with pytest.raises(Forbidden):
        calendar.end(shift.id, by=getattr(calendar.cast, who))


def test_a_shift_that_is_not_there_is_not_ended(calendar: Calendar) -> None:
    with pytest.raises(NotFound):
        calendar.end(new_id())


def test_the_page_asks_first_and_goes_back_to_where_the_button_was(
    calendar: Calendar, client: HouseClient, clock: FrozenClock
) -> None:
    shift = calendar.open()
    clock.advance(minutes=5)
    sign_in_cookie(client, calendar.cast.wangqiang)
    where, scan = f"/activities/{shift.id}", f"/checkin/shifts/{shift.id}"
    for page in (where, scan):
        assert f'action="{where}/end"' in client.get(page).text
        assert "没签退的按现在算" in client.get(page).text
    assert client.post(f"{where}/end", data={"back": "scan"}).location == scan
    assert client.post(f"{where}/end").location == where
    text = client.get(where).text
    assert "这一场结束了" in text
    assert f'action="{where}/end"' not in text


def test_the_page_says_why_what_has_not_begun_does_not_end(
    calendar: Calendar, client: HouseClient
) -> None:
    shift = calendar.open(starts_at=later(minutes=10))
    sign_in_cookie(client, calendar.cast.wangqiang)
    assert "/end" not in client.get(f"/activities/{shift.id}").text
    client.post(f"/activities/{shift.id}/end")
    assert "还没开始，不能提前结束" in client.get(f"/activities/{shift.id}").text


@pytest.mark.parametrize(("who", "status"), [("chenjing", 404), ("sungang", 403), ("limei", 403)])
def test_others_pages_do_not_end_it(
    calendar: Calendar, client: HouseClient, clock: FrozenClock, who: str, status: int
) -> None:
    shift = calendar.open()
    clock.advance(minutes=5)
    sign_in_cookie(client, getattr(calendar.cast, who))
    assert client.post(f"/activities/{shift.id}/end").status_code == status
    assert get_shift(calendar.community_id, shift.id).ends_at > house_clock.now()
