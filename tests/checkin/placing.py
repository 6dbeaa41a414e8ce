"""Plot 1 on the map, and phones here and there: what the tests about positions share."""

from __future__ import annotations

from typing import Any, Final

from pointsvc.checkin.scans import Position
from pointsvc.communities.service import set_position
from pointsvc.kernel.geo import Circle, Point
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import record_consent
from tests.checkin.duty import Duty
from tests.support.cast import Person

MIDDLE: Final = Point(38_252_137, 106_771_849)
RADIUS: Final = 60
STEP: Final = 899  # micro-degrees of latitude in a hundred metres


def here(metres: int = 0, *, accuracy: int = 12) -> Position:
    """A phone so many metres north of the middle of the plot."""
    north = MIDDLE.latitude_microdegrees + metres * STEP // 100
    return Position(Point(north, MIDDLE.longitude_microdegrees), accuracy)


def as_json(position: Position) -> dict[str, Any]:
    """The position as a phone sends it."""
    return {
        "latitude": position.point.latitude_microdegrees / 1_000_000,
        "longitude": position.point.longitude_microdegrees / 1_000_000,
        "accuracy_metres": position.accuracy_metres,
    }


def as_field(position: Position) -> str:
    """The position as the page's script writes it."""
    return f"{position.point};{position.accuracy_metres}"


def use_positions(duty: Duty, *agreed: Person, error_max: int = 50) -> None:
    """The community asks for positions, plot 1 has one, and these people agreed."""
    duty.set(position_error_metres_max=error_max)
    circle = Circle(MIDDLE, RADIUS)
    transact(
        lambda: set_position(
            community_id=duty.community_id, place_id=duty.cast.plot_id, position=circle
        )
    )
    for person in agreed:
        agree(duty, person)


def agree(duty: Duty, person: Person, *, given: bool = True) -> None:
    """The person agrees to share positions at signs, or takes it back."""
    transact(
        lambda: record_consent(
            community_id=duty.community_id,
            member_id=person.id,
            purpose="position",
            given=given,
            recorded_by_id=person.id,
            now=duty.now(),
        )
    )
