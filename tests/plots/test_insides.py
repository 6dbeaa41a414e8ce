"""A corner lies inside its plot: along the edge counts, through a notch does not."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.transaction import transact
from pointsvc.plots.places.adoptions import adoptions_at
from pointsvc.plots.places.describing import draw_plot
from pointsvc.plots.rules.insides import first_outside
from tests.plots.test_adopting import offer
from tests.plots.years import Year

SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]
HORSESHOE = [(0, 0), (100, 0), (100, 100), (60, 100), (60, 40), (40, 40), (40, 100), (0, 100)]


@pytest.mark.parametrize(
    ("inner", "outer", "out"),
    [
        ([(10, 10), (20, 10), (20, 20)], SQUARE, None),
        (SQUARE, SQUARE, None),
        ([(0, 0), (50, 0), (0, 50)], SQUARE, None),
        ([(10, 10), (101, 10), (20, 20)], SQUARE, 1),
        ([(200, 200), (210, 200), (210, 210)], SQUARE, 1),
        ([(10, 10), (20, 10), (20, 110)], SQUARE, 2),
        ([(10, 90), (90, 90), (90, 95), (10, 95)], HORSESHOE, 1),
        ([(10, 10), (90, 10), (90, 30), (10, 30)], HORSESHOE, None),
        (SQUARE, HORSESHOE, 3),
    ],
)
def test_inside(
    inner: list[tuple[int, int]], outer: list[tuple[int, int]], out: int | None
) -> None:
    assert first_outside(inner, outer) == out
    assert (first_outside(inner[::-1], outer[::-1]) is None) == (out is None)


def test_a_corner_that_reaches_out_of_its_plot_is_refused(year: Year) -> None:
    square = "1, 1\n20, 1\n20, 20\n1, 20"
    by: dict[str, Any] = {"actor": SYSTEM, "now": clock.now()}
    at: dict[str, Any] = {"community_id": year.community_id, "place_id": year.place_id}
    transact(lambda: draw_plot(corners=square, **at, **by))
    with pytest.raises(Invalid) as refused:
        offer(year, corners="2, 2\n25, 2\n2, 9")
    assert "边界" in str(refused.value.errors)
    offer(year, corners="2, 2\n9, 2\n2, 9")
    [kept] = adoptions_at(year.community_id, [year.place_id])
    assert kept.corner == "东北角"
