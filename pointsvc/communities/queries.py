"""Reading communities and places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from pointsvc.communities.models import Community, Place
from pointsvc.communities.settings import CommunitySettings, settings_from
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.geo import Circle, Point
from pointsvc.kernel.page_memory import once_a_page
from pointsvc.kernel.prepared import Among, Found, fetch, prepared, table_of

PLACES_MAX = 1000


@dataclass(frozen=True, slots=True)
class CommunityFacts:
    """A community: its name, its time zone (IANA) and what it decided for itself."""

    id: UUID
    name: str
    zone: str
    settings: CommunitySettings
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A plot, station, shop or hall; `position` where somebody has said where it lies."""

    id: UUID
    kind: str
    number: int
    name: str
    location: str | None
    open_hours: str | None
    is_open: bool
    position: Circle | None = None


@once_a_page
def get_community(community_id: UUID) -> CommunityFacts:
    """The community. Raises NotFound."""
    for found in fetch(_one_community(), id=community_id):
        return _community(found)
    raise NotFound


def find_community_named(name: str) -> CommunityFacts | None:
    """The community of exactly this name."""
    found = db.session.execute(_communities().where(Community.name == name.strip())).first()
    return None if found is None else _community(found)


def all_communities(*, limit: int = 1000) -> list[CommunityFacts]:
    """Every community of the server by name (operator, jobs, command line)."""
    rows = db.session.execute(_communities().order_by(Community.name, Community.id).limit(limit))
    return [_community(row) for row in rows]


def community_ids() -> list[UUID]:
    """The id of every community, oldest first (jobs)."""
    return list(db.session.scalars(select(Community.id).order_by(Community.id)))


def get_place(community_id: UUID, place_id: UUID) -> PlaceFacts:
    """The place, open or closed. Raises NotFound."""
    places = find_places(community_id, ids=[place_id], with_closed=True)
    if not places:
        raise NotFound
    return places[0]


@once_a_page
def find_places(
    community_id: UUID,
    *,
    kind: str | None = None,
    ids: Sequence[UUID] | None = None,
    with_closed: bool = False,
) -> list[PlaceFacts]:
    """Places by kind and number; open ones unless `with_closed`."""
    given: dict[str, Any] = {"community_id": community_id}
    if kind is not None:
        given["kind"] = kind
    if ids is not None:
        given["ids"] = list(ids)
    wanted = _places(of_kind=kind is not None, of_ids=ids is not None, with_closed=with_closed)
    return [_place(row) for row in fetch(wanted(), **given)]


def place_names(community_id: UUID, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of places, closed ones included."""
    return {place.id: place.name for place in find_places(community_id, ids=ids, with_closed=True)}


def find_place_numbered(community_id: UUID, kind: str, number: int) -> PlaceFacts | None:
    """The place of this kind and number, open or closed."""
    wanted = select(Place).where(
        Place.community_id == community_id, Place.kind == kind, Place.number == number
    )
    place = db.session.scalars(wanted).one_or_none()
    return None if place is None else _place(place)


@cache
def _places(*, of_kind: bool, of_ids: bool, with_closed: bool) -> Callable[[], Select[Any]]:
    """One statement for each way of asking."""
    place = table_of(Place).c

    def wanted(among: Among) -> Select[Any]:
        conditions = [place.community_id == bindparam("community_id")]
        conditions += [place.kind == bindparam("kind")] if of_kind else []
        conditions += [among(place.id, "ids")] if of_ids else []
        conditions += [] if with_closed else [place.closed_at.is_(None)]
        ordered = select(*place).where(*conditions).order_by(place.kind, place.number, place.id)
        return ordered.limit(PLACES_MAX)

    return prepared(wanted)


def _communities() -> Select[*tuple[Any, ...]]:
    return select(
        Community.id, Community.name, Community.zone, Community.settings, Community.is_demo
    )


@prepared
def _one_community(_among: Among) -> Select[*tuple[Any, ...]]:
    community = table_of(Community).c
    return select(
        community.id, community.name, community.zone, community.settings, community.is_demo
    ).where(community.id == bindparam("id"))


def _community(row: Found) -> CommunityFacts:
    return CommunityFacts(row.id, row.name, row.zone, settings_from(row.settings), row.is_demo)


def _place(place: Place | Found) -> PlaceFacts:
    return PlaceFacts(
        place.id,
        place.kind,
        place.number,
        place.name,
        place.location,
        place.open_hours,
        is_open=place.closed_at is None,
        position=_position(place),
    )


def _position(place: Place | Found) -> Circle | None:
    north, east = place.latitude_microdegrees, place.longitude_microdegrees
    if north is None or east is None or place.radius_metres is None:
        return None
    return Circle(Point(north, east), place.radius_metres)
