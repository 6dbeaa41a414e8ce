"""Whether a shared position says that a phone is at a place (a hint: positions can be faked)."""

from __future__ import annotations

from dataclasses import dataclass

from pointsvc.kernel.geo import Circle, Point, distance_metres


@dataclass(frozen=True, slots=True)
class Nearness:
    """How far from the place the phone was, and whether that is there."""

    distance_metres: int
    is_near: bool


def nearness_of(
    point: Point, *, accuracy_metres: int, place: Circle, error_metres_max: int
) -> Nearness | None:
    """Near is within the radius and what the phone may be wrong by; None where it is too vague.

    Args:
        point: where the phone says that it is.
        accuracy_metres: how much it says that it may be wrong by.
        place: the sign's place.
        error_metres_max: the community's bound; a vaguer position says nothing.
    """
    if accuracy_metres > error_metres_max:
        return None
    distance = distance_metres(point, place.middle)
    return Nearness(distance, is_near=distance <= place.radius_metres + accuracy_metres)
