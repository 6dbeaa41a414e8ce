"""Who is of the plot's group no more does not care for it either: it ends, and the gap is told."""

from __future__ import annotations

from uuid import UUID

from pointsvc.audit.actors import SYSTEM
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.service import leave_group
from pointsvc.plots.jobs import end_left_care
from pointsvc.plots.models import Assignment
from pointsvc.plots.people.handovers import handovers_at
from tests.plots.test_assigning import ask, heard, say
from tests.plots.years import Year


def leave(year: Year) -> None:
    """李梅 is taken out of the group of plot 1."""
    cast, now = year.cast, clock.now()
    transact(
        lambda: leave_group(
            community_id=year.community_id,
            group_id=cast.group_id,
            member_id=cast.limei.id,
            actor=SYSTEM,
            now=now,
        )
    )


def state(year: Year, id_: UUID) -> str:
    """How the question stands."""
    db.session.rollback()
    found = db.session.get(Assignment, (year.community_id, id_))
    assert found is not None
    return found.state


def test_who_left_the_group_cares_no_more_and_the_leader_hears_of_the_gap(year: Year) -> None:
    id_ = ask(year, "limei")
    say(year, id_, "accepted")
    assert end_left_care(clock.now()) == "0 ended"
    leave(year)
    assert [end_left_care(clock.now()) for _run in range(2)] == ["1 ended", "0 ended"]
    assert state(year, id_) == "ended"
    assert len(handovers_at(year.community_id, [year.place_id])) == 1
    assert "到此为止" in heard(year, "limei")[0]
    assert "李梅已不在" in heard(year, "wangqiang")[0]


def test_an_open_question_to_who_left_is_taken_back(year: Year) -> None:
    id_ = ask(year, "limei")
    leave(year)
    end_left_care(clock.now())
    assert state(year, id_) == "ended"
    assert "收回了" in heard(year, "limei")[0]
