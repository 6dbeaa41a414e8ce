"""Two who pay the same month at once pay it once; without the guard people are told twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.transaction import transact
from pointsvc.plots.doing import results
from pointsvc.plots.doing.inspecting import finish_inspection
from pointsvc.plots.doing.results import pay_month
from pointsvc.web.messages import messages_of
from tests.checkin.duty import Duty
from tests.plots.doing import Doing, result_of
from tests.plots.test_inspecting import NEXT_MONTH, NOVEMBER, serve
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once


@pytest.fixture
def result_id(doing: Doing, duty: Duty, clock: FrozenClock) -> UUID:
    """李梅 came in November, the plot passed, and it is December."""
    serve(duty, clock, doing.cast.limei)
    doing.ask(doing.cast.sungang)
    doing.inspect()
    clock.at(NEXT_MONTH)
    return result_of(doing, NOVEMBER).id


def pay(doing: Doing, result_id: UUID) -> int:
    now = moments.now()
    return transact(
        lambda: pay_month(community_id=doing.community_id, result_id=result_id, now=now)
    )


def told(doing: Doing) -> int:
    """How often 李梅 was told of the bonus."""
    db.session.rollback()
    rows = messages_of(doing.community_id, doing.cast.limei.id).rows
    return sum("验收合格" in each.text for each in rows)


def test_a_month_is_paid_once_by_two_at_once(
    doing: Doing, duty: Duty, result_id: UUID, app: Flask
) -> None:
    before = duty.points(doing.cast.limei)
    ended = at_once(app, [lambda: pay(doing, result_id)] * 3)
    assert sorted(map(str, ended)) == ["0", "0", "1"]
    assert (duty.points(doing.cast.limei) - before, told(doing)) == (30, 1)


def test_without_the_guard_it_is_paid_for_twice(
    doing: Doing, result_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of (plot, month, member) is the guard: blind to it, the second takes the bonus for its own."""

    def blind(rows: Sequence[dict[str, Any]]) -> set[Any]:
        guarded(rows)
        return {row["id"] for row in rows}

    guarded = results.claimed
    monkeypatch.setattr(results, "claimed", blind)
    assert [pay(doing, result_id), pay(doing, result_id)] == [1, 1]


def test_a_form_handed_in_twice_at_once_counts_once(doing: Doing, app: Flask) -> None:
    doing.ask(doing.cast.sungang)
    visit = doing.month().asked
    assert visit is not None
    given: dict[str, Any] = {
        "community_id": doing.community_id,
        "inspection_id": visit.id,
        "note": None,
        "pictures": [],
        "inspector_id": visit.inspector_id,
        "now": moments.now(),
    }
    forms = [doing.marks(visit.form_id, lost) for lost in (1, 2)]
    ended = at_once(
        app,
        [lambda f=f: transact(lambda: finish_inspection(marks=f, **given)) for f in forms],  # type: ignore[misc]
    )
    assert len(set(ended)) == 1
    assert result_of(doing).score == ended[0]
