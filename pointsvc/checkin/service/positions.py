"""From shared positions to distances; here the coordinates end.

Nothing but whole metres leaves this module: no row, log, message or hash holds a coordinate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pointsvc.checkin.rules import Nearness, nearness_of
from pointsvc.checkin.service.intake import Entry
from pointsvc.communities.queries import CommunityFacts, find_places
from pointsvc.members.consents import shares_position


def distances_of(
    *, community: CommunityFacts, entries: Sequence[Entry], today: date
) -> dict[UUID, Nearness]:
    """How near the caller's phone was, for each scan of a sign that brought a position.

    Nothing where the community asks for no positions, the place has none, or the sender did not
    agree (or took it back): what was sent all the same is dropped.
    """
    error_max = community.settings.position_error_metres_max
    sent = [entry for entry in entries if entry.request.position and entry.place_id]
    if not sent or not error_max:
        return {}
    senders = {entry.sender.caller.id for entry in sent}
    agreed = {each for each in senders if each and shares_position(community.id, each, today)}
    sent = [entry for entry in sent if entry.sender.caller.id in agreed]
    ids = list({entry.place_id for entry in sent if entry.place_id})
    places = {place.id: place.position for place in find_places(community.id, ids=ids)}
    found: dict[UUID, Nearness] = {}
    for entry in sent:
        position = entry.request.position
        place = places.get(entry.place_id) if entry.place_id else None
        if position is None or place is None:
            continue
        nearness = nearness_of(
            position.point,
            accuracy_metres=position.accuracy_metres,
            place=place,
            error_metres_max=error_max,
        )
        if nearness is not None:
            found[entry.request.scan_id] = nearness
    return found
