"""Whether one outline lies inside another; along its edge counts as inside. Whole numbers only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pointsvc.plots.rules.outlines import Corner

Ring = Sequence[Corner]


def first_outside(inner: Ring, outer: Ring) -> int | None:
    """The first corner of `inner` (from 1) that is out of `outer`, or whose edge to the next leaves it.

    An edge is looked at at both ends, in its middle, and for crossings; a corner of `outer` inside
    `inner` is a notch that `inner` covers.
    """
    twice, around = [_twice(each) for each in inner], [_twice(each) for each in outer]
    for number, (a, b) in enumerate(_edges(twice), 1):
        middle = ((a[0] + b[0]) // 2, (a[1] + b[1]) // 2)
        if not (_holds(around, a) and _holds(around, middle)):
            return number
        if any(_crosses(a, b, c, d) for c, d in _edges(around)):
            return number
    notched = any(_holds(twice, each) and not _is_on(twice, each) for each in around)
    return 1 if notched else None


def _twice(corner: Corner) -> Corner:
    """So that the middle of an edge is a whole number."""
    return corner[0] * 2, corner[1] * 2


def _edges(ring: Ring) -> Iterator[tuple[Corner, Corner]]:
    return pairwise([*ring, ring[0]])


def _holds(ring: Ring, point: Corner) -> bool:
    """Inside, or on an edge: a ray to the right meets the ring an odd number of times."""
    if _is_on(ring, point):
        return True
    return sum(_passes(a, b, point) for a, b in _edges(ring)) % 2 == 1


def _passes(a: Corner, b: Corner, point: Corner) -> bool:
    low, high = sorted((a, b), key=lambda each: each[1])
    return low[1] <= point[1] < high[1] and _side(low, high, point) > 0


def _is_on(ring: Ring, point: Corner) -> bool:
    return any(_side(a, b, point) == 0 and _between(a, b, point) for a, b in _edges(ring))


def _between(a: Corner, b: Corner, point: Corner) -> bool:
    xs, ys = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return xs[0] <= point[0] <= xs[1] and ys[0] <= point[1] <= ys[1]


def _crosses(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Properly, each from one side of the other to its other side."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Corner, b: Corner, c: Corner) -> int:
    """More than 0 where c lies left of the way from a to b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
