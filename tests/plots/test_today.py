"""A plot today as its leader sees it: who is here, who was, who will come, how many are missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock as house_clock
from pointsvc.plots.doing.today import PlotToday, plot_today
from pointsvc.plots.queries import get_plot
from tests.activities.calendar import Calendar, later
from tests.checkin.duty import Duty
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def seen(cast: Cast) -> PlotToday:
    community = get_community(cast.community_id)
    return plot_today(community, get_plot(community.id, cast.plot_id), house_clock.now())


def standings(cast: Cast) -> dict[str, str]:
    return {person.name: person.standing for person in seen(cast).people}


def test_who_is_here_and_who_was_here(duty: Duty, clock: FrozenClock) -> None:
    cast = duty.cast
    limei, liuyang = duty.card(cast.limei), duty.card(cast.liuyang)
    duty.scan(cast.wangqiang, limei)
    duty.scan(cast.wangqiang, liuyang)
    clock.advance(minutes=90)
    duty.scan(cast.wangqiang, limei, "out")
    assert standings(cast) == {"李梅": "was_here", "刘洋": "here"}
    assert [person.minutes for person in seen(cast).people] == [90, 0]
    assert seen(cast).missing_count == 1


def test_who_scanned_the_sign_is_here_and_waits_for_the_leader(duty: Duty) -> None:
    duty.scan(duty.cast.limei, duty.sign(), shift_id=duty.shift_id)
    limei = next(person for person in seen(duty.cast).people if person.name == "李梅")
    assert (limei.standing, limei.attendance) == ("here", "provisional")


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("page", ["/plots/mine", "/plots/today"])
def test_who_waits_is_one_tap_from_being_confirmed(
    client: HouseClient, duty: Duty, page: str
) -> None:
    duty.scan(duty.cast.limei, duty.sign(), shift_id=duty.shift_id)
    sign_in_cookie(client, duty.cast.wangqiang)
    shown = client.get(page).text
    assert "待确认" in shown
    assert 'href="/checkin/waiting"' in shown.split("待确认")[1].split("刘洋")[0]


def test_yesterday_s_people_are_not_here_today(duty: Duty, clock: FrozenClock) -> None:
    duty.scan(duty.cast.wangqiang, duty.card(duty.cast.limei))
    clock.advance(days=1)
    assert standings(duty.cast) == {"李梅": "silent", "刘洋": "silent"}
    assert seen(duty.cast).shift is None


def test_who_signed_up_for_this_shift_and_who_for_a_later_one(calendar: Calendar) -> None:
    today, tomorrow = calendar.open(), calendar.open(starts_at=later(days=1))
    calendar.join(today.id, calendar.cast.limei)
    calendar.join(tomorrow.id, calendar.cast.liuyang)
    found = seen(calendar.cast)
    assert {p.name: p.standing for p in found.people} == {"李梅": "coming", "刘洋": "later"}
    assert found.shift is not None
    assert found.next_shift is not None
    assert (found.shift.id, found.next_shift.id) == (today.id, tomorrow.id)
    assert [name for _id, name in found.choices] == ["刘洋"]


def test_what_is_wanted_is_three_or_what_the_shift_asks_for(calendar: Calendar) -> None:
    assert seen(calendar.cast).missing_count == 1
    shift = calendar.open(capacity=6)
    calendar.join(shift.id, calendar.cast.limei)
    assert seen(calendar.cast).missing_count == 5


def test_the_shift_before_ends_and_the_next_one_is_called_for(
    calendar: Calendar, clock: FrozenClock
) -> None:
    calendar.open()
    afternoon = calendar.open(starts_at=later(hours=5))
    clock.advance(hours=2, minutes=1)
    found = seen(calendar.cast)
    assert (found.shift, found.called_for) == (None, afternoon)
    assert found.called_for is not None
    assert found.called_for.ends_at - found.called_for.starts_at == timedelta(hours=2)
