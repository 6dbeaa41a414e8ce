"""What the office knows of plots: group, leader, people, gaps, when somebody was there last."""

from __future__ import annotations

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import close_place, create_place
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import leave_group
from pointsvc.plots.places.taking_over import take_over_plot
from pointsvc.plots.queries import find_plots, get_plot
from pointsvc.plots.service import edit_plot
from tests.checkin.duty import Duty
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("database")


def take_over(cast: Cast, *people: str) -> None:
    transact(
        lambda: take_over_plot(
            community_id=cast.community_id,
            place_id=cast.plot_id,
            area_m2=270,
            planting="",
            care="浇水、修剪",
            member_ids=[getattr(cast, name).id for name in people],
            now=clock.now(),
        )
    )


def edit(cast: Cast, **changes: object) -> None:
    values = {"name": "1号田", "area_m2": 90, "planting": None, "care": "除草"} | changes
    where = {"community_id": cast.community_id, "place_id": cast.plot_id}
    transact(lambda: edit_plot(**where, **values, actor=SYSTEM, now=clock.now()))  # type: ignore[arg-type]


def test_the_group_s_people_care_for_its_plot_and_its_leader_leads(cast: Cast) -> None:
    plot = get_plot(cast.community_id, cast.plot_id)
    assert [name for _id, name in plot.leaders] == ["王强"]
    assert [person.name for person in plot.tenders] == ["李梅", "刘洋"]
    assert plot.missing_count == 1


def test_whoever_did_not_take_the_plot_on_is_of_the_group_and_no_stand_in(cast: Cast) -> None:
    take_over(cast, "liuyang")
    plot = get_plot(cast.community_id, cast.plot_id)
    assert [(person.name, person.part, person.is_stand_in) for person in plot.people] == [
        ("刘洋", "tender", False),
        ("李梅", "member", False),
    ]
    assert (plot.missing_count, plot.lacks_substitute) == (2, True)


def test_a_leader_who_took_the_plot_on_is_one_of_its_people(cast: Cast) -> None:
    take_over(cast, "wangqiang", "limei", "liuyang")
    assert get_plot(cast.community_id, cast.plot_id).missing_count == 0


def test_whoever_left_the_group_is_no_longer_shown(cast: Cast) -> None:
    take_over(cast, "limei", "liuyang")
    who = {"group_id": cast.group_id, "member_id": cast.limei.id, "community_id": cast.community_id}
    transact(lambda: leave_group(**who, actor=SYSTEM, now=clock.now()))
    people = get_plot(cast.community_id, cast.plot_id).people
    assert [person.name for person in people] == ["刘洋"]


def test_a_plot_of_no_group_has_nobody(cast: Cast) -> None:
    place_id = new_id()
    home = cast.community_id
    transact(lambda: create_place(community_id=home, place_id=place_id, kind="plot", name="2号田"))
    plot = get_plot(cast.community_id, place_id)
    assert (plot.group, plot.leaders, plot.people, plot.missing_count) == (None, (), (), 3)


def test_it_is_known_when_somebody_was_there_last(duty: Duty) -> None:
    cast = duty.cast
    assert get_plot(cast.community_id, cast.plot_id).last_attended_at is None
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    assert get_plot(cast.community_id, cast.plot_id).last_attended_at == clock.now()


def test_facts_are_kept_and_kept_anew(cast: Cast) -> None:
    edit(cast)
    edit(cast, name=" 向阳田 ", area_m2=120)
    plot = get_plot(cast.community_id, cast.plot_id)
    found = (plot.place.name, plot.place.number, plot.area_m2, plot.care)
    assert found == ("向阳田", 1, 120, "除草")


def test_a_plot_needs_a_name(cast: Cast) -> None:
    with pytest.raises(Invalid):
        edit(cast, name="  ")
    assert get_plot(cast.community_id, cast.plot_id).area_m2 is None


def test_a_station_is_no_plot_and_another_community_s_plot_is_not_there(cast: Cast) -> None:
    for place_id in (cast.station_id, cast.other_plot_id):
        with pytest.raises(NotFound):
            get_plot(cast.community_id, place_id)


def test_closed_plots_are_left_out_of_the_list_but_can_be_looked_up(cast: Cast) -> None:
    where = {"community_id": cast.community_id, "place_id": cast.plot_id}
    transact(lambda: close_place(now=clock.now(), **where))
    assert find_plots(cast.community_id) == []
    assert not get_plot(cast.community_id, cast.plot_id).place.is_open
