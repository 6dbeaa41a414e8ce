"""补录: who may ask for whom, who stands far enough apart to agree, and which times can be true."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.activities.queries import get_shift, shifts_between
from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.backfills import get_backfill
from pointsvc.checkin.circles import decidable_by
from pointsvc.checkin.errors import (
    BackfillAlready,
    BackfillNotService,
    BackfillTooEarly,
    BackfillTooLate,
    BackfillTooNear,
    DayFull,
    OwnHousehold,
    TimesOverlap,
)
from pointsvc.checkin.rules.backfilling import Circle, fault_of_stay, stands_apart
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import let_go
from pointsvc.members.errors import NotActive, WayInRemade
from tests.checkin.afterwards import Afterwards
from tests.checkin.households import share_a_door
from tests.checkin.test_own_hands import slip_anew
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock

FIRST, SECOND = uuid4(), uuid4()


def one(*groups: UUID, home: UUID | None = None) -> Circle:
    """Somebody else, alone in a home unless it is named."""
    id_ = uuid4()
    return Circle(id_, home or id_, frozenset(groups))


def test_who_agrees_is_of_another_group_than_asker_and_member() -> None:
    asker, member = one(FIRST), one(FIRST)
    assert stands_apart(one(SECOND), asker, member, None)
    assert stands_apart(one(), asker, member, one(SECOND))
    assert not stands_apart(one(FIRST, SECOND), asker, member, None)
    assert not stands_apart(one(SECOND), one(), one(SECOND), None)
    assert not stands_apart(one(FIRST), asker, one(), None)


def test_nobody_agrees_who_is_in_it_or_lives_with_who_is() -> None:
    people = one(FIRST), one(FIRST), one(SECOND)
    for near in people:
        assert not stands_apart(near, *people)
        assert not stands_apart(one(home=near.home), *people)


@pytest.mark.parametrize(
    ("began", "ended", "fault"),
    [
        (0, 120, None),
        (-30, 180, None),
        (-31, 120, ("in_at", "outside")),
        (0, 181, ("out_at", "outside")),
        (60, 60, ("out_at", "order")),
        (0, 601, ("out_at", "future")),
    ],
)
def test_times_lie_within_the_shift_and_the_past(
    after: Afterwards, began: int, ended: int, fault: tuple[str, str] | None
) -> None:
    start = after.at("09:00")
    found = fault_of_stay(
        in_at=start + timedelta(minutes=began),
        out_at=start + timedelta(minutes=ended),
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        grace_minutes=60,
        now=start + timedelta(minutes=600),
    )
    assert found == fault


@pytest.mark.parametrize("name", ["wangqiang", "zhaofang"])
def test_leader_and_clerk_ask(after: Afterwards, cast: Cast, name: str) -> None:
    assert after.state(after.ask(getattr(cast, name))) == "requested"


def test_an_attendant_asks_at_the_own_station_only(after: Afterwards, cast: Cast) -> None:
    with pytest.raises(Forbidden):
        after.ask(cast.sungang)
    bins = after.shift(-1, kind="WASTE_DUTY", place_id=cast.station_id, led_by=cast.sungang)
    after.ask(cast.sungang, shift_id=bins)
    with pytest.raises(Forbidden):
        after.ask(cast.wangqiang, cast.liuyang, shift_id=bins)


def test_nobody_asks_for_themself_or_their_household(after: Afterwards, cast: Cast) -> None:
    with pytest.raises(OwnHousehold):
        after.ask(member=cast.wangqiang)
    share_a_door(cast.wangqiang, cast.limei)
    with pytest.raises(OwnHousehold):
        after.ask()


def test_a_witness_is_somebody_else_of_another_household(after: Afterwards, cast: Cast) -> None:
    for near in (cast.limei, cast.wangqiang):
        with pytest.raises(Invalid):
            after.ask(witness_id=near.id)
    with pytest.raises(NotFound):
        after.ask(witness_id=cast.chenjing.id)
    share_a_door(cast.zhangdian, cast.limei)
    with pytest.raises(Invalid):
        after.ask(witness_id=cast.zhangdian.id)
    after.ask(witness_id=cast.liuyang.id)


def test_another_communitys_people_and_shifts_are_not_found(after: Afterwards, cast: Cast) -> None:
    with pytest.raises(NotFound):
        after.ask(member=cast.chenjing)
    with pytest.raises(NotFound):
        after.ask(shift_id=new_id())


def test_who_left_the_community_is_not_counted_anew(after: Afterwards, cast: Cast) -> None:
    asked, now = after.ask(), moments.now()
    transact(
        lambda: let_go(
            community_id=after.community_id, member_id=cast.limei.id, actor=SYSTEM, now=now
        )
    )
    with pytest.raises(NotActive):
        after.decide(asked)
    with pytest.raises(NotActive):
        after.ask()


def test_the_same_group_does_not_agree(after: Afterwards, cast: Cast) -> None:
    """何督 belongs to 李梅's group now; a leader of another group is far enough."""
    asked = after.ask()
    after.join(cast.hedu)
    with pytest.raises(BackfillTooNear):
        after.decide(asked)
    after.lead_another_group(cast.sungang)
    after.decide(asked, cast.sungang)
    assert after.state(asked) == "approved"


def test_a_leader_of_two_groups_is_of_both(after: Afterwards, cast: Cast) -> None:
    after.lead_another_group(cast.sungang)
    after.join(cast.sungang)
    asked = after.ask()
    assert decidable_by(after.community_id, cast.sungang.id) == []
    with pytest.raises(BackfillTooNear):
        after.decide(asked, cast.sungang)


@pytest.mark.parametrize("name", ["wangqiang", "limei", "liuyang"])
def test_neither_asker_nor_member_nor_witness_agree(
    after: Afterwards, cast: Cast, name: str
) -> None:
    asked = after.ask(witness_id=cast.liuyang.id)
    with pytest.raises(BackfillTooNear):
        after.decide(asked, getattr(cast, name))


@pytest.mark.parametrize("near", ["wangqiang", "limei", "zhangdian"])
def test_nobodys_household_agrees(after: Afterwards, cast: Cast, near: str) -> None:
    asked = after.ask(witness_id=cast.zhangdian.id)
    share_a_door(getattr(cast, near), cast.hedu)
    with pytest.raises(BackfillTooNear):
        after.decide(asked)


def test_whose_way_in_was_remade_does_not_agree_but_may_decline(
    after: Afterwards, cast: Cast
) -> None:
    asked = after.ask()
    slip_anew(after.duty, cast.hedu, cast.zhaofang)
    with pytest.raises(WayInRemade):
        after.decide(asked)
    after.decide(asked, approve=False, reason="先放一放")
    assert after.state(asked) == "declined"


def test_a_shift_that_runs_is_scanned_and_not_backfilled(after: Afterwards) -> None:
    with pytest.raises(BackfillTooEarly):
        after.ask(shift_id=after.duty.shift_id)


def test_a_shift_that_was_called_off_counts_nobody(after: Afterwards, clock: FrozenClock) -> None:
    after.duty.cancel()
    clock.advance(days=1)
    with pytest.raises(ShiftCancelled):
        after.ask(shift_id=after.duty.shift_id)


def test_it_is_asked_for_within_thirty_days(after: Afterwards, clock: FrozenClock) -> None:
    clock.at("2026-12-20T11:00")
    after.ask()
    clock.advance(minutes=1)
    with pytest.raises(BackfillTooLate):
        after.ask(member=after.cast.liuyang)


@pytest.mark.parametrize("kind", ["TRAIN", "LECTURE"])
def test_listening_is_no_service_and_is_not_backfilled(after: Afterwards, kind: str) -> None:
    with pytest.raises(BackfillNotService):
        after.ask(shift_id=after.shift(-1, kind=kind))


def test_drops_are_not_backfilled(after: Afterwards, cast: Cast) -> None:
    drops = after.shift(-1, kind="WASTE_SORT", place_id=cast.station_id, led_by=cast.sungang)
    with pytest.raises(BackfillNotService):
        after.ask(cast.sungang, shift_id=drops)


def test_one_waits_for_a_person_and_a_time(after: Afterwards, cast: Cast) -> None:
    after.ask()
    with pytest.raises(BackfillAlready):
        after.ask()
    other = after.shift(-1, kind="CLEANUP")
    with pytest.raises(BackfillAlready):
        after.ask(cast.zhaofang, shift_id=other)
    with pytest.raises(BackfillAlready):
        after.agreed(shift_id=other, in_at=after.at("10:59"), out_at=after.at("11:30"))
    after.ask(shift_id=other, in_at=after.at("11:00"), out_at=after.at("11:30"))


def test_what_waits_out_its_delay_is_in_the_way_of_another(after: Afterwards) -> None:
    after.agreed()
    with pytest.raises(BackfillAlready):
        after.ask(shift_id=after.shift(-1, kind="CLEANUP"))


def test_nobody_is_counted_in_two_places(after: Afterwards, cast: Cast, clock: FrozenClock) -> None:
    after.duty.scan(cast.wangqiang, after.duty.card(cast.limei))
    clock.advance(hours=1)
    after.duty.scan(cast.wangqiang, after.duty.card(cast.limei), "out")
    clock.advance(days=1)
    today: dict[str, Any] = {"in_at": after.at("09:30", 0), "out_at": after.at("10:30", 0)}
    with pytest.raises(BackfillAlready):
        after.ask(shift_id=after.duty.shift_id, **today)
    begins = after.at("09:00", 0)
    other = after.duty.open_shift(begins, begins + timedelta(hours=2), kind="CLEANUP")
    with pytest.raises(TimesOverlap):
        after.ask(shift_id=other, **today)


def test_a_day_has_twelve_hours(after: Afterwards) -> None:
    long = after.shift(-1, hours=13)
    with pytest.raises(DayFull):
        after.ask(shift_id=long, out_at=after.at("22:00"))


def unopened(cast: Cast) -> dict[str, Any]:
    """A clean-up on plot 1 for which nobody had opened a shift."""
    return {"shift_id": None, "place_id": cast.plot_id, "activity_kind": "CLEANUP"}


def test_a_shift_that_nobody_opened_is_opened_for_all_of_the_same_hours(
    after: Afterwards, cast: Cast
) -> None:
    first = after.ask(**unopened(cast))
    second = after.ask(member=cast.liuyang, **unopened(cast))
    shift_ids = {get_backfill(after.community_id, each).shift_id for each in (first, second)}
    [shift_id] = shift_ids
    made = get_shift(after.community_id, shift_id)
    assert (made.activity_kind, made.starts_at, made.led_by_id) == (
        "CLEANUP",
        after.at("09:00"),
        cast.wangqiang.id,
    )


def test_the_shift_that_was_there_is_used(after: Afterwards, cast: Cast) -> None:
    asked = after.ask(**(unopened(cast) | {"activity_kind": "PLOT_CARE"}))
    assert get_backfill(after.community_id, asked).shift_id == after.shift_id


def test_what_is_refused_opens_no_shift(after: Afterwards, cast: Cast) -> None:
    with pytest.raises(OwnHousehold):
        after.ask(member=cast.wangqiang, **unopened(cast))
    with pytest.raises(Forbidden):
        after.ask(**(unopened(cast) | {"place_id": cast.station_id}))
    with pytest.raises(Invalid):
        after.ask(**unopened(cast), in_at=after.at("09:00", 1), out_at=after.at("10:00", 1))
    found = shifts_between(
        community_id=after.community_id, since=after.at("00:00"), until=after.at("48:00")
    )
    assert {shift.activity_kind for shift in found} == {"PLOT_CARE"}
