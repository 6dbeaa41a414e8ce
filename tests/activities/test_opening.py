"""Opening shifts: at one's own places, in kinds in use, at times that make sense, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.activities.errors import KindMisplaced, ShiftIdReused
from pointsvc.communities.errors import PlaceClosed
from pointsvc.communities.service import close_place
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.activities.calendar import Calendar, later

pytestmark = pytest.mark.engines("sqlite")


def test_the_same_id_opens_one_shift(calendar: Calendar) -> None:
    shift_id = new_id()
    assert calendar.open(shift_id=shift_id) == calendar.open(shift_id=shift_id)


def test_an_id_never_names_two_shifts(calendar: Calendar) -> None:
    shift_id = new_id()
    calendar.open(shift_id=shift_id)
    with pytest.raises(ShiftIdReused):
        calendar.open(shift_id=shift_id, capacity=3)


@pytest.mark.parametrize("who", ["limei", "hedu", "zhoumin", "zhangdian", "sungang"])
def test_nobody_opens_a_shift_on_a_plot_that_is_not_theirs(calendar: Calendar, who: str) -> None:
    with pytest.raises(Forbidden):
        calendar.open(by=getattr(calendar.cast, who))


def test_a_clerk_opens_a_shift_anywhere(calendar: Calendar) -> None:
    place_id = calendar.cast.station_id
    shift = calendar.open(calendar.cast.zhaofang, place_id=place_id, activity_kind="WASTE_DUTY")
    assert (shift.place_id, shift.led_by_id) == (place_id, calendar.cast.zhaofang.id)


def test_another_community_s_plot_is_not_there(calendar: Calendar) -> None:
    with pytest.raises(NotFound):
        calendar.open(calendar.cast.zhaofang, place_id=calendar.cast.other_plot_id)


def test_a_closed_place_takes_no_new_shift(calendar: Calendar) -> None:
    where = {"community_id": calendar.community_id, "place_id": calendar.cast.plot_id}
    transact(lambda: close_place(now=clock.now(), **where))
    with pytest.raises(PlaceClosed):
        calendar.open()


@pytest.mark.parametrize("kind", ["WASTE_SORT", "HONOUR", "DANCING"])
def test_a_plot_takes_what_is_counted_there(calendar: Calendar, kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        calendar.open(activity_kind=kind)
    assert set(refused.value.errors) == {"activity_kind"}


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("SHOP_DUTY", "plot"),
        ("WASTE_DUTY", "plot"),
        ("PLOT_CARE", "station"),
        ("WASTE_SORT", "shop"),
    ],
)
def test_a_kind_is_opened_where_it_belongs(calendar: Calendar, kind: str, place: str) -> None:
    """The form never offered it; a program is refused too, with a code of its own."""
    place_id = getattr(calendar.cast, f"{place}_id")
    with pytest.raises(KindMisplaced) as refused:
        calendar.open(calendar.cast.zhaofang, activity_kind=kind, place_id=place_id)
    assert set(refused.value.errors) == {"activity_kind"}


def test_times_that_make_no_sense_are_refused_beside_their_field(calendar: Calendar) -> None:
    for field, moment in (
        ("ends_at", later(hours=-1)),
        ("ends_at", later(hours=25)),
        ("starts_at", later(days=-32)),
        ("starts_at", later(days=367)),
    ):
        with pytest.raises(Invalid) as refused:
            calendar.open(None, **{field: moment})
        assert set(refused.value.errors) == {field}


def test_a_shift_may_be_entered_a_month_later(calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=-30))
    assert shift.ends_at - shift.starts_at == timedelta(hours=2)
