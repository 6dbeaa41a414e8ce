"""Commands about people: an operator as the second person, erasing again after a restore."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from pointsvc.members.erased_before import FILE
from pointsvc.members.queries import get_member
from tests.support.asking import ask_about
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock
from tests.support.commands import pointsvc
from tests.support.merging import twin

pytestmark = pytest.mark.engines("sqlite")
Environment = dict[str, str]


def test_where_nobody_else_is_there_an_operator_agrees_in_their_own_name(
    app: Flask, cast: Cast, environment: Environment, clock: FrozenClock
) -> None:
    clock.run()
    with app.app_context():
        other = twin(cast)
        asked = str(ask_about(cast, other, cast.limei))
    home = ("--community", str(cast.community_id))
    shown = pointsvc("members", "requests", *home, environment=environment).out
    assert (asked in shown, "见过本人" in shown) == (True, True)
    said = ("members", "agree", asked, *home, "--yes", "--operator")
    assert pointsvc(*said, cast.limei.phone, environment=environment).code == 2
    long = (*said, cast.heyun.phone, "--decline", "不" * 201)
    assert "Traceback" not in pointsvc(*long, environment=environment).err
    assert pointsvc(*said, cast.heyun.phone, environment=environment).code == 0
    with app.app_context():
        assert get_member(cast.community_id, other.id).state == "merged"


def test_who_cannot_be_erased_again_is_named_and_the_others_are_erased(
    app: Flask, cast: Cast, environment: Environment
) -> None:
    """王强 leads a group; 李梅, who comes after him, must not be back because of that."""
    people, clerk = (cast.wangqiang, cast.limei), cast.zhaofang.id
    lines = [f"{cast.community_id} {person.id} {clerk} lapse\n" for person in people]
    (Path(app.instance_path) / FILE).write_text("".join(lines))
    said = pointsvc("members", "erase-again", environment=environment)
    assert (said.code, "members.holds_role" in said.err) == (1, True)
    assert str(cast.wangqiang.id) in said.err
    assert "erased again: 1" in said.out
    with app.app_context():
        states = [get_member(cast.community_id, each.id).state for each in people]
    assert states == ["active", "erased"]
