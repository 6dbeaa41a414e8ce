"""The operator's commands about keys and second steps."""

from __future__ import annotations

import pytest
from flask import Flask

from pointsvc.kernel.keys import Key, KeyRing
from pointsvc.members.second_steps import has_second_step
from tests.support.authenticators import set_up
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock
from tests.support.commands import Said, pointsvc

pytestmark = pytest.mark.engines("sqlite")
Environment = dict[str, str]


def with_another_first(environment: Environment) -> Environment:
    """The same server, with a drawn key before its own."""
    drawn = pointsvc("keys", "draw", environment=environment).out.strip()
    return {**environment, "POINTSVC_SECRET_KEY": f"{drawn}\n{environment['POINTSVC_SECRET_KEY']}"}


@pytest.mark.usefixtures("cast")
def test_a_drawn_key_fits_beside_the_present_ones(environment: Environment) -> None:
    ours = environment["POINTSVC_SECRET_KEY"]
    drawn = pointsvc("keys", "draw", environment=environment).out.strip()
    assert KeyRing([drawn, ours]).newest.identity == Key(drawn).identity


@pytest.mark.usefixtures("cast")
def test_keys_are_listed_with_what_hangs_on_them(environment: Environment) -> None:
    [line, *_rest] = pointsvc("keys", "list", environment=environment).out.splitlines()
    assert "newest" in line
    newest, older, *_rest = pointsvc(
        "keys", "list", environment=with_another_first(environment)
    ).out.splitlines()
    assert "newest" in newest
    assert "in use" in older


@pytest.mark.usefixtures("cast")
def test_what_an_older_key_sealed_is_moved_at_once(environment: Environment) -> None:
    turned = with_another_first(environment)
    moved = pointsvc("keys", "reseal", environment=turned)
    assert (moved.code, int(moved.out.split()[0]) > 0) == (0, True)
    assert pointsvc("keys", "reseal", environment=turned).out.split()[0] == "0"


def take_away(environment: Environment, phone: str, *community: str) -> Said:
    words = ("members", "reset-second-step", "--phone", phone, *community)
    return pointsvc(*words, environment=environment)


def test_a_lost_second_step_is_taken_away_by_the_operator(
    app: Flask, cast: Cast, environment: Environment, clock: FrozenClock
) -> None:
    with app.app_context():
        set_up(cast.hedu)
    clock.run()
    said = take_away(environment, cast.hedu.phone, "--community", str(cast.community_id))
    assert (said.code, "24 h" in said.out) == (0, True)
    with app.app_context():
        assert not has_second_step(cast.hedu.id)


@pytest.mark.parametrize("phone", ["13911112222", "139"])
def test_nobody_s_second_step_is_told_without_a_traceback(
    cast: Cast, environment: Environment, phone: str
) -> None:
    for community in ((), ("--community", str(cast.community_id))):
        said = take_away(environment, phone, *community)
        assert (said.code, "Traceback" in said.err) == (2, False)
