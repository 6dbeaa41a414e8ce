"""The table and the pictures that a document takes from a kept run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from bench.figures import Reading, figure
from bench.plots import axes_for
from bench.report import BEGIN, END, markdown, pictures, set_between
from bench.results import as_json

BEGUN: Final = datetime(2026, 11, 27, 3, 15, tzinfo=UTC)


def run(*, with_curves: bool = True) -> dict[str, Any]:
    figures = [figure("P1", "scans", "/s", [Reading(10)], base=("L", [Reading(40)]), note="a note")]
    if with_curves:
        for clients in (1, 32):
            figures += [
                figure("curves", f"scans, clients {clients}", "/s", [Reading(9, {"p99_ms": 5})]),
                figure("curves", f"L, clients {clients}", "/s", [Reading(900)]),
            ]
        at_once = "CPU of a scan, uploaded at once 200"
        figures.append(figure("curves", at_once, "µs", [Reading(120)]))
    return as_json(
        figures,
        begun=BEGUN,
        versions={"commit": "abc", "python": "3.11"},
        is_quiet=True,
        others=0.1,
    )


def test_table_has_the_figures_and_says_when_and_on_what_they_were_seen() -> None:
    text = markdown([run()])
    assert "| P1 scans | 10 /s | L 40 | 0.25 | – | 0.25–0.25 | – |" in text
    assert "P1: " in text
    assert " at abc, others ≤ 0.1 core. On python 3.11." in text
    assert "P1, scans: a note." in text


def test_of_several_runs_the_last_one_that_has_a_figure_says_it() -> None:
    newer = as_json(
        [figure("P1", "scans", "/s", [Reading(20)])],
        begun=BEGUN,
        versions={"commit": "def"},
        is_quiet=True,
        others=0.0,
    )
    text = markdown([run(), newer])
    assert ("| P1 scans | 20 /s |" in text, "| P1 scans | 10 /s |" in text) == (True, False)
    assert "P1: " + newer["at"][:10] + " at def" in text
    assert text.count("others ≤") == 1  # a run of which nothing is left is not named


def test_points_of_curves_are_in_the_pictures_and_not_in_the_table() -> None:
    assert "clients 32" not in markdown([run()])
    clients, size = (ET.fromstring(picture) for picture in pictures(run()).values())
    circle = "{http://www.w3.org/2000/svg}circle"
    assert len(clients.findall(circle)) == 6
    assert len(size.findall(circle)) == 1


def test_without_curves_there_is_no_picture() -> None:
    assert pictures(run(with_curves=False)) == {}


def test_table_takes_the_place_of_the_former_one() -> None:
    document = f"before\n{BEGIN}\nold\n{END}\nafter"
    assert set_between(document, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter"
    assert set_between(set_between(document, "x"), "new") == set_between(document, "new")


def test_document_without_marks_is_left_alone() -> None:
    with pytest.raises(AssertionError):
        set_between("nothing", "new")


def test_axes_double_to_the_right_and_grow_tenfold_upwards() -> None:
    axes = axes_for({"a": [(1, 20), (32, 900)]})
    assert axes.x(32) - axes.x(16) == pytest.approx(axes.x(2) - axes.x(1))
    assert axes.y(10) - axes.y(100) == pytest.approx(axes.y(100) - axes.y(1000))
    assert (axes.bottom, axes.top) == (1, 3)


def test_axes_of_equal_values_still_have_a_height() -> None:
    axes = axes_for({"a": [(4, 100)]})
    assert axes.top > axes.bottom
    assert axes.x(4) == axes_for({"a": [(4, 100), (8, 100)]}).x(4)
