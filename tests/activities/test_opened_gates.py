"""Who was kept out of dangerous shifts hears, once, that they may come now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pointsvc.activities.jobs import tell_open_gates
from pointsvc.kernel import clock
from pointsvc.web.messages import messages_of
from tests.activities.equipping import insure, let_mow, train
from tests.plots.conftest import calendar, year
from tests.plots.years import Year
from tests.support.clocks import FrozenClock

__all__ = ["calendar", "year"]
pytestmark = pytest.mark.engines("sqlite")
LATER = timedelta(minutes=2)


@pytest.fixture
def mowing(year: Year, clock: FrozenClock) -> Year:  # noqa: ARG001 - the clock stands still
    """Mowing on plot 1, from tomorrow on; nobody was looked for yet."""
    year.add(risk="mower")
    year.generate(20)
    let_mow(year.cast.limei)
    assert look() == "0 messages"
    return year


def look() -> str:
    """The job, two minutes on."""
    return tell_open_gates(clock.now() + LATER)


def told(year: Year) -> list[str]:
    """What 李梅 reads."""
    found = messages_of(year.community_id, year.cast.limei.id).rows
    return [each.text for each in found if "可以报名" in each.text]


def test_the_last_thing_that_was_missing_opens_the_gate_once(
    mowing: Year, clock: FrozenClock
) -> None:
    clock.advance(minutes=5)
    train(mowing.cast.limei)
    assert look() == "0 messages"
    clock.advance(minutes=5)
    insure(mowing.cast.limei)
    assert [look(), look()] == ["1 messages", "0 messages"]
    [text] = told(mowing)
    assert "1号田" in text


def test_who_was_let_in_before_is_not_told(mowing: Year, clock: FrozenClock) -> None:
    clock.advance(minutes=5)
    train(mowing.cast.limei)
    insure(mowing.cast.limei)
    look()
    clock.advance(minutes=5)
    insure(mowing.cast.limei, policy_no="P-2")
    assert look() == "0 messages"
    assert len(told(mowing)) == 1
