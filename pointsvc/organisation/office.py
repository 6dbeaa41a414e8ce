"""The clerk's deeds on the community itself: its settings and places, each with an audit event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import PlaceFacts
from pointsvc.communities.service import (
    close_place,
    create_place,
    reopen_place,
    set_open_hours,
    set_position,
    update_settings,
)
from pointsvc.kernel.geo import Circle


def change_settings(
    *, community_id: UUID, changes: Mapping[str, int], actor: Actor, now: datetime
) -> dict[str, list[int]]:
    """Change what the community decides for itself; `{name: [before, after]}`. Raises Invalid."""
    changed = update_settings(community_id=community_id, changes=changes)
    if changed:
        note(
            community_id=community_id,
            actor=actor,
            action="communities.settings",
            subject_id=community_id,
            now=now,
            detail=dict(changed),
        )
    return changed


def open_place(
    *,
    community_id: UUID,
    place_id: UUID,
    kind: str,
    name: str,
    number: int | None,
    location: str | None,
    open_hours: str | None,
    actor: Actor,
    now: datetime,
) -> PlaceFacts:
    """Open a plot, station, shop or hall. Raises Invalid, PlaceNumberTaken."""
    place = create_place(
        community_id=community_id,
        place_id=place_id,
        kind=kind,
        name=name,
        number=number,
        location=location,
        open_hours=open_hours,
    )
    detail = {"kind": kind, "number": place.number}
    note(
        community_id=community_id,
        actor=actor,
        action="communities.place_opened",
        subject_id=place_id,
        now=now,
        detail=detail,
    )
    return place


def shut_place(*, community_id: UUID, place_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a place out of use. Raises NotFound."""
    close_place(community_id=community_id, place_id=place_id, now=now)
    note(
        community_id=community_id,
        actor=actor,
        action="communities.place_closed",
        subject_id=place_id,
        now=now,
    )


def use_place_again(*, community_id: UUID, place_id: UUID, actor: Actor, now: datetime) -> None:
    """Put a closed place into use again. Raises NotFound."""
    reopen_place(community_id=community_id, place_id=place_id)
    note(
        community_id=community_id,
        actor=actor,
        action="communities.place_reopened",
        subject_id=place_id,
        now=now,
    )


def tell_open_hours(
    *, community_id: UUID, place_id: UUID, open_hours: str, actor: Actor, now: datetime
) -> None:
    """Say when a place is open. Raises Invalid, NotFound."""
    if set_open_hours(community_id=community_id, place_id=place_id, open_hours=open_hours):
        note(
            community_id=community_id,
            actor=actor,
            action="communities.place_hours_set",
            subject_id=place_id,
            now=now,
        )


def locate_place(
    *, community_id: UUID, place_id: UUID, position: Circle | None, actor: Actor, now: datetime
) -> None:
    """Say where a place lies, None to forget it. Raises Invalid, NotFound."""
    if set_position(community_id=community_id, place_id=place_id, position=position):
        note(
            community_id=community_id,
            actor=actor,
            action="communities.place_located" if position else "communities.place_unlocated",
            subject_id=place_id,
            now=now,
            detail={"radius_metres": position.radius_metres} if position else None,
        )
