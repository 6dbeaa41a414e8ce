"""What was asked follows what the calendar becomes; who cannot come there is not asked here."""

from __future__ import annotations

import pytest

from pointsvc.plots.errors import AbsentThen
from pointsvc.plots.people.substituting import cannot_come
from pointsvc.web.messages import messages_of
from tests.plots.rosters import Rota
from tests.plots.years import Year


@pytest.fixture
def rota(year: Year) -> Rota:
    """Four Saturdays in December, two people each."""
    return Rota(year)


def test_regenerating_tells_who_was_asked(rota: Rota) -> None:
    [first, second] = rota.days()[:2]
    rota.send((first, rota.cast.limei), (second, rota.cast.limei))
    [plan] = [each for each in rota.year.plans() if each.ends_on is None]
    later = rota.year.change(plan.id, first.duty.due_on, at_minute=900)
    rota.year.generate(45)
    assert "15:00" in told(rota)[0]
    rota.year.end(later, second.duty.due_on)
    rota.year.generate(45)
    assert "收回了" in told(rota)[0]
    assert [entry.state for entry in rota.days()[0].entries] == ["proposed"]


def told(rota: Rota) -> list[str]:
    """What 李梅 reads, newest first."""
    return [each.text for each in messages_of(rota.community_id, rota.cast.limei.id).rows]


def test_who_said_of_another_plot_that_they_cannot_come_is_not_asked(rota: Rota) -> None:
    """Another line at the same hour stands for another plot: the people are the same."""
    first = rota.days()[0].duty
    rota.year.add(care="water")
    rota.year.generate(45)
    other = next(
        each
        for each in rota.days()
        if each.duty.due_on == first.due_on and each.duty.id != first.id
    )
    rota.year.calendar.join(first.shift_id, rota.cast.limei)
    rota.does(cannot_come, shift_id=first.shift_id, member_id=rota.cast.limei.id, reason="ill")
    asked = {(each.duty_id, each.member_id) for each in rota.look().roster().proposals}
    assert (other.duty.id, rota.cast.limei.id) not in asked
    with pytest.raises(AbsentThen):
        rota.send((other, rota.cast.limei))
