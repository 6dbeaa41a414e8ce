"""From a proven identity to a visit, for both doors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import request

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_caller
from pointsvc.kernel.transaction import transact
from pointsvc.members.sign_in import Identity, enter
from pointsvc.members.visits import OpenedVisit

UNKNOWN_ADDRESS = "-"


def caller_address() -> str:
    """Where the request came from, as far as the proxies that we trust say."""
    return request.remote_addr or UNKNOWN_ADDRESS


def caller_agent() -> str:
    """What the browser or client calls itself."""
    return request.headers.get("User-Agent", "")


def zone_of(community_id: UUID | None) -> str:
    """The community's zone; the default for the operator."""
    return clock.DEFAULT_ZONE if community_id is None else get_community(community_id).zone


def sign_in_as(identity: Identity, *, now: datetime) -> OpenedVisit:
    """Open the visit in a transaction; at a device the visit is bound to it and ends when idle."""
    caller = current_caller()
    device_id = caller.id if caller.kind == "device" else None
    today = clock.local_day(now, zone_of(identity.community_id))
    agent = caller_agent()
    return transact(
        lambda: enter(identity=identity, agent=agent, now=now, today=today, on_device_id=device_id)
    )
