"""A second shift of a kind at the same place and hours is opened only when that is meant."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from pointsvc.kernel.ids import new_id
from tests.activities.calendar import Calendar, later
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def opened(client: HouseClient, calendar: Calendar, **given: Any) -> TestResponse:
    """What the form answers to plot care from 10:00 to 12:00; the clock stands at 09:00."""
    values = {
        "shift_id": new_id(),
        "activity_kind": "PLOT_CARE",
        "place_id": calendar.cast.plot_id,
        "on": "2026-11-21",
        "at": "10:00",
        "minutes": "120",
    }
    return client.post("/activities/new", data=values | given)


@pytest.fixture
def leader(calendar: Calendar, client: HouseClient) -> HouseClient:
    """王强's browser."""
    sign_in_cookie(client, calendar.cast.wangqiang)
    return client


def test_the_form_names_the_first_shift_and_keeps_what_was_typed(
    leader: HouseClient, calendar: Calendar
) -> None:
    first = calendar.open()
    answer = opened(leader, calendar, capacity="7")
    assert answer.status_code == 422
    assert "这里 09:00–11:00 已有一场责任田养护" in answer.text
    assert f'href="/checkin/shifts/{first.id}"' in answer.text
    assert 'name="anyway"' in answer.text
    assert 'value="7"' in answer.text
    assert "10:00–12:00" not in leader.get("/activities").text


def test_who_means_it_opens_the_second_one(leader: HouseClient, calendar: Calendar) -> None:
    calendar.open()
    assert opened(leader, calendar, anyway="yes").status_code == 303
    assert "10:00–12:00" in leader.get("/activities").text


def test_the_tick_is_kept_beside_another_mistake(leader: HouseClient, calendar: Calendar) -> None:
    calendar.open()
    answer = opened(leader, calendar, anyway="yes", capacity="0")
    assert answer.status_code == 422
    assert 'name="anyway" value="yes" checked' in answer.text


@pytest.mark.parametrize(
    "other",
    [{"at": "11:00"}, {"activity_kind": "CLEANUP"}, {"on": "2026-11-22"}],
)
def test_other_hours_kinds_and_days_need_no_tick(
    leader: HouseClient, calendar: Calendar, other: dict[str, str]
) -> None:
    calendar.open()
    assert opened(leader, calendar, **other).status_code == 303


def test_what_was_called_off_or_ended_is_in_nobody_s_way(
    leader: HouseClient, calendar: Calendar, clock: FrozenClock
) -> None:
    calendar.cancel(calendar.open(starts_at=later(hours=1)).id)
    ended = calendar.open()
    clock.advance(minutes=62)
    calendar.end(ended.id)
    assert opened(leader, calendar).status_code == 303


def test_nobody_learns_of_shifts_at_places_of_others(
    calendar: Calendar, client: HouseClient
) -> None:
    calendar.open()
    sign_in_cookie(client, calendar.cast.sungang)
    assert opened(client, calendar).status_code == 403
    sign_in_cookie(client, calendar.cast.chenjing)
    assert opened(client, calendar).status_code in {403, 404}
