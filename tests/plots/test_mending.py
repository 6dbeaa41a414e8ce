"""Defects: reported once, followed step by step, told to everybody who has seen them."""

from __future__ import annotations

import pytest
from flask import Flask

from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.ids import new_id
from pointsvc.plots.doing import mending
from pointsvc.plots.doing.defects import (
    counts_by_state,
    defects_of,
    open_defects_at,
    page_of_defects,
    steps_of,
)
from pointsvc.plots.errors import DefectMoved, DefectsOfDayUsed
from pointsvc.plots.rules.mending import DEFECT_STATES
from pointsvc.web.messages import messages_of
from tests.plots.doing import Doing, picture, state_of
from tests.support.cast import Person
from tests.support.rivals import at_once

pytestmark = pytest.mark.engines("sqlite")  # the races run on both


def heard(doing: Doing, who: Person) -> list[str]:
    """What somebody was told, oldest first."""
    return [each.text for each in messages_of(doing.community_id, who.id).rows][::-1]


def test_each_step_is_kept_and_told(doing: Doing) -> None:
    defect_id = doing.broken(pictures=[picture()])
    doing.echo(defect_id, doing.cast.liuyang)
    doing.step(defect_id, "seen", word="下午去看")
    doing.step(defect_id, "passed_on", passed_to="红色物业")
    doing.step(defect_id, "mended")
    steps = [step.state for step in steps_of(doing.community_id, defect_id)]
    assert steps == ["reported", "seen", "passed_on", "mended"]
    for who in (doing.cast.limei, doing.cast.liuyang):
        said = heard(doing, who)
        assert len(said) == 3
        assert "红色物业" in said[1]
        assert "修好了" in said[2]


def test_the_plot_s_leader_hears_of_it(doing: Doing) -> None:
    doing.broken()
    assert "有人报修" in heard(doing, doing.cast.wangqiang)[0]


def test_the_same_report_and_the_same_step_are_one(doing: Doing) -> None:
    defect_id, step_id = new_id(), new_id()
    for _n in range(2):
        doing.broken(defect_id=defect_id)
        doing.step(defect_id, "seen", step_id=step_id)
    assert len(steps_of(doing.community_id, defect_id)) == 2


@pytest.mark.parametrize(("state", "given"), [("passed_on", {}), ("not_ours", {"word": " "})])
def test_a_step_says_what_the_reporter_needs(
    doing: Doing, state: str, given: dict[str, str]
) -> None:
    defect_id = doing.broken()
    with pytest.raises(Invalid):
        doing.step(defect_id, state, **given)
    assert state_of(doing, defect_id) == "reported"


def test_what_has_ended_is_taken_up_again_only_by_looking(doing: Doing) -> None:
    defect_id = doing.broken()
    doing.step(defect_id, "mended")
    with pytest.raises(DefectMoved):
        doing.step(defect_id, "passed_on", passed_to="物业")
    with pytest.raises(DefectMoved):
        doing.echo(defect_id, doing.cast.liuyang)
    doing.step(defect_id, "seen", word="又漏了")
    assert state_of(doing, defect_id) == "seen"


@pytest.mark.engines("sqlite", "postgresql")
def test_of_two_clerks_at_once_one_mends_it(doing: Doing, app: Flask) -> None:
    defect_id = doing.broken()
    ended = at_once(app, [lambda: doing.step(defect_id, "mended")] * 2)
    assert sum(isinstance(each, DefectMoved) for each in ended) == 1
    assert [step.seq for step in steps_of(doing.community_id, defect_id)] == [1, 2]


def test_seen_too_is_counted_once_and_followed(doing: Doing) -> None:
    defect_id = doing.broken()
    for who in (doing.cast.liuyang, doing.cast.liuyang, doing.cast.limei):
        doing.echo(defect_id, who)
    [found] = open_defects_at(doing.community_id, [doing.place_id])
    assert found.echo_count == 1
    assert [each.id for each in defects_of(doing.community_id, doing.cast.liuyang.id)] == [
        defect_id
    ]


def test_a_day_s_reports_have_an_end(doing: Doing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "DAY_MAX", 2)
    doing.broken()
    doing.broken()
    with pytest.raises(DefectsOfDayUsed):
        doing.broken()


@pytest.mark.engines("sqlite", "postgresql")
def test_the_office_finds_by_words_kind_and_state(doing: Doing) -> None:
    doing.broken()
    pest = doing.broken(kind="pest", text="蚜虫 100%", spot=None)
    doing.step(pest, "mended")
    home = doing.community_id

    def found(**asked: str) -> list[int]:
        states = asked.pop("states", "").split() or DEFECT_STATES
        rows = page_of_defects(home, states=states, **asked).rows
        return [each.number for each in rows]

    assert found() == [2, 1]
    assert found(states="reported") == [1]
    assert found(kind="pest") == found(looked_for="0%") == found(looked_for="#2") == [2]
    assert found(looked_for="东北角") == [1]
    assert counts_by_state(home) == {"reported": 1, "mended": 1}
