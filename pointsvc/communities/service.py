"""Making communities and places, and changing what a community decides for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import select, update

from pointsvc.communities.errors import CommunityExists, PlaceNumberTaken
from pointsvc.communities.models import Community, Place
from pointsvc.communities.queries import (
    CommunityFacts,
    PlaceFacts,
    find_community_named,
    find_place_numbered,
    get_community,
    get_place,
)
from pointsvc.communities.settings import NAMES, RADIUS_METRES, CommunitySettings, faults_of
from pointsvc.extensions import db
from pointsvc.kernel.clock import DEFAULT_ZONE
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.geo import Circle
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.numbers import take_numbers

KINDS: Final = ("plot", "station", "shop", "hall")
NAME_LENGTH_MAX: Final = 80
NUMBER_MAX: Final = 9999
HOURS_LENGTH_MAX: Final = 60


def create_community(
    *,
    community_id: UUID,
    name: str,
    zone: str = DEFAULT_ZONE,
    now: datetime,
    is_demo: bool = False,
) -> CommunityFacts:
    """Make a community with default settings; its tariffs are seeded by the caller.

    Args:
        community_id: made by the caller, so that a retry makes the same one.
        name: 1 to 80 characters, unique on the server.
        zone: an IANA name; days and months are counted in it.
        now: the moment of founding.
        is_demo: the demo street marks what is its own.

    Raises:
        Invalid: the name or the zone. CommunityExists.
    """
    plain = name.strip()
    _check_name(plain)
    if zone not in available_timezones():
        raise Invalid({"zone": [_("没有这个时区。")]})
    if find_community_named(plain) is not None:
        raise CommunityExists
    db.session.add(
        Community(
            id=community_id,
            name=plain,
            zone=zone,
            settings={},
            created_at=now,
            is_demo=is_demo,
        )
    )
    db.session.flush()
    return CommunityFacts(community_id, plain, zone, CommunitySettings(), is_demo)


def update_settings(*, community_id: UUID, changes: Mapping[str, int]) -> dict[str, list[int]]:
    """Change some settings; the caller leaves the audit event.

    Args:
        community_id: whose settings.
        changes: whole numbers by name; names that are left out stay as they are.

    Returns:
        `{name: [before, after]}` of what really changed.

    Raises:
        Invalid: unknown names or values out of bounds. NotFound.
    """
    unknown = changes.keys() - set(NAMES)
    if unknown:
        raise Invalid({name: [_("没有这个设置。")] for name in sorted(unknown)})
    current = get_community(community_id).settings
    faults = faults_of(changes, current)
    if faults:
        raise Invalid({name: [_range(*bounds)] for name, bounds in faults.items()})
    changed = {
        name: [getattr(current, name), value]
        for name, value in changes.items()
        if getattr(current, name) != value
    }
    if changed:
        _store(community_id, {name: after for name, (_before, after) in changed.items()})
    return changed


def create_place(
    *,
    community_id: UUID,
    place_id: UUID,
    kind: str,
    name: str,
    number: int | None = None,
    location: str | None = None,
    open_hours: str | None = None,
) -> PlaceFacts:
    """Open a place. Without a number it gets the next of its kind.

    Raises:
        Invalid: kind, name, number or hours. PlaceNumberTaken: also by a closed place, as signs, papers
            and history name places by their number.
    """
    plain = name.strip()
    _check_name(plain)
    hours = _hours(open_hours)
    if kind not in KINDS:
        raise Invalid({"kind": [_("没有这一类场所。")]})
    number = _next_number(community_id, kind) if number is None else number
    if not 1 <= number <= NUMBER_MAX:
        raise Invalid({"number": [_range(1, NUMBER_MAX)]})
    if find_place_numbered(community_id, kind, number) is not None:
        raise PlaceNumberTaken(number=number)
    db.session.add(
        Place(
            community_id=community_id,
            id=place_id,
            kind=kind,
            number=number,
            name=plain,
            location=location,
            open_hours=hours,
        )
    )
    db.session.flush()
    return PlaceFacts(place_id, kind, number, plain, location, hours, is_open=True)


def rename_place(*, community_id: UUID, place_id: UUID, name: str) -> PlaceFacts:
    """Give a place another name; its number stays. Raises Invalid, NotFound."""
    place = get_place(community_id, place_id)
    plain = name.strip()
    _check_name(plain)
    db.session.execute(
        update(Place)
        .where(Place.community_id == community_id, Place.id == place_id)
        .values(name=plain)
    )
    return replace(place, name=plain)


def set_open_hours(*, community_id: UUID, place_id: UUID, open_hours: str) -> bool:
    """Say in words when a place is open, nothing to take it away; whether that changed anything.

    Raises:
        Invalid: more than 60 characters. NotFound.
    """
    place, hours = get_place(community_id, place_id), _hours(open_hours)
    if place.open_hours == hours:
        return False
    where = (Place.community_id == community_id, Place.id == place_id)
    db.session.execute(update(Place).where(*where).values(open_hours=hours))
    return True


def set_position(*, community_id: UUID, place_id: UUID, position: Circle | None) -> bool:
    """Say where a place lies and how far it reaches, None to forget it; whether that is news.

    Raises:
        Invalid: the radius. NotFound.
    """
    place = get_place(community_id, place_id)
    low, high = RADIUS_METRES
    if position is not None and not low <= position.radius_metres <= high:
        raise Invalid({"radius_metres": [_range(low, high)]})
    if place.position == position:
        return False
    middle = position.middle if position else None
    db.session.execute(
        update(Place)
        .where(Place.community_id == community_id, Place.id == place_id)
        .values(
            latitude_microdegrees=middle.latitude_microdegrees if middle else None,
            longitude_microdegrees=middle.longitude_microdegrees if middle else None,
            radius_metres=position.radius_metres if position else None,
        )
    )
    return True


def close_place(*, community_id: UUID, place_id: UUID, now: datetime) -> PlaceFacts:
    """Take a place out of use; what happened there stays. Closing twice is closing once."""
    place = get_place(community_id, place_id)
    if place.is_open:
        _set_closed(community_id, place_id, now)
    return place


def reopen_place(*, community_id: UUID, place_id: UUID) -> PlaceFacts:
    """Put a closed place into use again."""
    place = get_place(community_id, place_id)
    _set_closed(community_id, place_id, None)
    return place


def _set_closed(community_id: UUID, place_id: UUID, closed_at: datetime | None) -> None:
    where = (Place.community_id == community_id, Place.id == place_id)
    db.session.execute(update(Place).where(*where).values(closed_at=closed_at))


def _store(community_id: UUID, changes: Mapping[str, int]) -> None:
    row = db.session.execute(
        select(Community.settings).where(Community.id == community_id).with_for_update()
    ).one()
    db.session.execute(
        update(Community)
        .where(Community.id == community_id)
        .values(settings={**row.settings, **changes})
    )


def _next_number(community_id: UUID, kind: str) -> int:
    """The next number of the kind that no place has: people may have chosen some themselves."""
    while True:
        number = take_numbers(community_id=community_id, name=f"place.{kind}")[0]
        if find_place_numbered(community_id, kind, number) is None:
            return number


def _check_name(plain: str) -> None:
    if not 1 <= len(plain) <= NAME_LENGTH_MAX:
        raise Invalid({"name": [_("名称须为 1 至 80 个字。")]})


def _hours(words: str | None) -> str | None:
    plain = (words or "").strip()
    if len(plain) > HOURS_LENGTH_MAX:
        raise Invalid({"open_hours": [_("开放时间最多 60 个字。")]})
    return plain or None


def _range(low: int, high: int) -> str:
    return _("须在 %(low)s 到 %(high)s 之间。", low=low, high=high)
