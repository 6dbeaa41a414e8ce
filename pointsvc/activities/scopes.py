"""Where a caller may run shifts, read once for a request."""

from __future__ import annotations

from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.kernel.permission import Caller
from pointsvc.organisation.queries import attended_place_ids, led_place_ids


def scope_of(caller: Caller) -> Scope:
    """The caller's scope; empty for those who run no shifts."""
    if caller.kind == "device":
        places = frozenset({caller.place_id} if caller.place_id else ())
        return Scope(caller.id, places=places, is_device=True, device_kind=caller.device_kind)
    if caller.id is None or caller.community_id is None:
        return Scope(caller.id)
    return Scope(
        caller.id,
        is_everywhere="clerk" in caller.roles,
        places=_places(caller.community_id, caller.id, caller.roles),
        roles=caller.roles,
    )


def _places(community_id: UUID, member_id: UUID, roles: frozenset[str]) -> frozenset[UUID]:
    places: frozenset[UUID] = frozenset()
    if "clerk" in roles:
        return places
    if "leader" in roles:
        places |= led_place_ids(community_id, member_id)
    if "attendant" in roles:
        places |= attended_place_ids(community_id, member_id)
    return places
