"""Care reports: who writes them, until when, what becomes of earlier words."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from pointsvc.audit.models import AuditEvent
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden
from pointsvc.plots.doing.reports import ReportFacts, find_report, planned_for, to_report
from pointsvc.plots.errors import ReportChanged, ReportClosed
from tests.checkin.duty import Duty
from tests.plots.doing import Doing, picture
from tests.plots.years import Year
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once

pytestmark = pytest.mark.engines("sqlite")  # the races run on both


def report(doing: Doing, shift_id: UUID) -> ReportFacts:
    db.session.rollback()
    found = find_report(doing.community_id, shift_id)
    assert found is not None
    return found


def come(duty: Duty) -> None:
    """李梅 is counted."""
    duty.scan(duty.cast.wangqiang, duty.card(duty.cast.limei))


@pytest.mark.parametrize("who", ["wangqiang", "limei", "zhaofang"])
def test_the_leader_the_clerk_and_who_was_counted_write(doing: Doing, duty: Duty, who: str) -> None:
    come(duty)
    doing.report(duty.shift_id, getattr(doing.cast, who), "mow", "litter", tools="耙子")
    found = report(doing, duty.shift_id)
    assert (found.cares, found.tools, found.version) == (("litter", "mow"), "耙子", 1)


@pytest.mark.parametrize("who", ["liuyang", "sungang"])
def test_who_was_not_there_does_not(doing: Doing, duty: Duty, who: str) -> None:
    come(duty)
    with pytest.raises(Forbidden):
        doing.report(duty.shift_id, getattr(doing.cast, who))


@pytest.mark.engines("sqlite", "postgresql")
def test_the_trail_keeps_what_was_chosen_and_nothing_written(
    doing: Doing, duty: Duty, clock: FrozenClock
) -> None:
    doing.report(duty.shift_id, doing.cast.wangqiang, note="捡了两袋")
    clock.advance(hours=20)
    doing.report(duty.shift_id, doing.cast.wangqiang, "mow", seen=1, note="三袋")
    assert report(doing, duty.shift_id).note == "三袋"
    wanted = select(AuditEvent.detail).where(AuditEvent.action == "plots.care_report_amended")
    assert db.session.scalars(wanted).one() == {"version": 1, "cares": ["litter"]}


def test_after_the_next_day_it_stands(doing: Doing, duty: Duty, clock: FrozenClock) -> None:
    doing.report(duty.shift_id, doing.cast.wangqiang)
    clock.at("2026-11-23T00:01")
    doing.report(duty.shift_id, doing.cast.wangqiang, seen=1)
    with pytest.raises(ReportClosed):
        doing.report(duty.shift_id, doing.cast.wangqiang, "mow", seen=1)
    with pytest.raises(ReportClosed):
        doing.report(duty.shift_id, doing.cast.wangqiang, seen=1, pictures={"after": [picture()]})


@pytest.mark.parametrize("when", ["2026-11-20T09:00", "2026-11-29T09:00"])
def test_a_first_report_has_its_days(
    doing: Doing, duty: Duty, clock: FrozenClock, when: str
) -> None:
    clock.at(when)
    with pytest.raises(ReportClosed):
        doing.report(duty.shift_id, doing.cast.wangqiang)


@pytest.mark.engines("sqlite", "postgresql")
def test_two_at_once_do_not_write_over_each_other(doing: Doing, duty: Duty, app: Flask) -> None:
    """The second of two sees the first's words before its own are taken."""
    come(duty)
    ended = at_once(
        app,
        [
            lambda: doing.report(duty.shift_id, doing.cast.wangqiang, "mow"),
            lambda: doing.report(duty.shift_id, doing.cast.limei, "litter"),
        ],
    )
    assert sum(isinstance(each, ReportChanged) for each in ended) == 1
    assert report(doing, duty.shift_id).version == 1


def test_the_calendar_says_what_was_to_be_done(doing: Doing, year: Year) -> None:
    year.add(care="weed", tools="小锄")
    year.generate()
    shift_id = year.duties()[0].shift_id
    assert planned_for(doing.community_id, [shift_id]) == {shift_id: ("weed", "小锄")}


def test_who_was_counted_is_reminded_until_it_is_written(doing: Doing, duty: Duty) -> None:
    come(duty)
    asked = (doing.community_id, doing.cast.limei.id, [doing.place_id], duty.later(days=-7))
    assert [each.shift_id for each in to_report(*asked)] == [duty.shift_id]
    doing.report(duty.shift_id, doing.cast.limei)
    assert to_report(*asked) == []
