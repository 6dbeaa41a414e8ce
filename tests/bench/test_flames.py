"""Stacks of the sampling profiler: whose work it is, and the picture."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from bench.flames import OTHER, drawn, grown, inclusive, owner_of, read, shares

STACKS = read(
    "serve (granian/x.py);scan (pointsvc/checkin/api.py);execute (sqlalchemy/engine/base.py) 30\n"
    "serve (granian/x.py);scan (pointsvc/checkin/api.py) 10\n"
    "\n"
    "serve (granian/x.py);other page (pointsvc/web/pages/mine.py) 60\n"
)


def test_sample_belongs_to_the_innermost_frame_that_says_whose_it_is() -> None:
    assert owner_of(STACKS[0][0]) == "SQLAlchemy, executing"
    assert owner_of([*STACKS[0][0], "loads (json/decoder.py)"]) == "SQLAlchemy, executing"
    assert owner_of(["loads (json/decoder.py)"]) == OTHER


def test_shares_are_of_all_samples_and_the_largest_comes_first() -> None:
    assert shares(STACKS) == [
        ("our code: the rest", 0.6),
        ("SQLAlchemy, executing", 0.3),
        ("our code: check-in", 0.1),
    ]


def test_inclusive_counts_what_a_function_calls_and_only_our_functions() -> None:
    assert inclusive(STACKS) == [
        ("other page (pointsvc/web/pages/mine.py)", 0.6),
        ("scan (pointsvc/checkin/api.py)", 0.4),
    ]


def test_function_that_calls_itself_counts_once() -> None:
    assert inclusive(read("f (pointsvc/a.py);f (pointsvc/a.py) 4")) == [("f (pointsvc/a.py)", 1.0)]


def test_tree_counts_each_caller_with_what_it_calls() -> None:
    [served] = grown(STACKS).calls.values()
    assert [call.count for call in served.calls.values()] == [40, 60]


def test_picture_is_valid_svg_without_script_and_escapes_names() -> None:
    text = drawn(read("<lambda> (pointsvc/a.py) 5"), "P1 & co")
    assert ET.fromstring(text).tag.endswith("svg")
    assert "&lt;lambda&gt;" in text
    assert "script" not in text


def test_what_took_less_than_three_thousandths_is_not_drawn() -> None:
    text = drawn(read("big (a.py) 1000\nsmall (a.py) 2"), "P1")
    assert "big" in text
    assert "small" not in text
