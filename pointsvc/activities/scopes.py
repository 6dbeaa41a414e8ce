"""Where a caller may run shifts, read once for a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.kernel.permission import Caller
from pointsvc.organisation.queries import attended_place_ids, led_place_ids

PlacesOf = Mapping[UUID, frozenset[UUID]]


def scope_of(caller: Caller) -> Scope:
    """The caller's scope; empty for those who run no shifts."""
    return scopes_of([caller])[0]


def scopes_of(callers: Sequence[Caller]) -> list[Scope]:
    """The scopes of callers of one community, in their order, read for all of them at once."""
    led = _places(callers, "leader", led_place_ids)
    attended = _places(callers, "attendant", attended_place_ids)
    return [_scope(caller, led, attended) for caller in callers]


def _scope(caller: Caller, led: PlacesOf, attended: PlacesOf) -> Scope:
    if caller.kind == "device":
        places = frozenset({caller.place_id} if caller.place_id else ())
        return Scope(caller.id, places=places, is_device=True, device_kind=caller.device_kind)
    if caller.id is None or caller.community_id is None:
        return Scope(caller.id)
    return Scope(
        caller.id,
        is_everywhere="clerk" in caller.roles,
        places=led.get(caller.id, frozenset()) | attended.get(caller.id, frozenset()),
        roles=caller.roles,
    )


def _places(
    callers: Sequence[Caller], role: str, places_of: Callable[[UUID, list[UUID]], PlacesOf]
) -> PlacesOf:
    """Where those of the callers who hold the role may run shifts; a clerk may everywhere."""
    holders = {
        caller.id: caller.community_id
        for caller in callers
        if caller.id
        and caller.community_id
        and role in caller.roles
        and "clerk" not in caller.roles
    }
    communities = set(holders.values())
    assert len(communities) <= 1, "callers of one community"
    return places_of(communities.pop(), list(holders)) if communities else {}
