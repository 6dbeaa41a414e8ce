"""From a proven identity to a visit, for both doors."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import request

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_caller
from pointsvc.kernel.transaction import transact
from pointsvc.members.second_steps import check_second_step, has_second_step
from pointsvc.members.sign_in import Identity, SecondStepState, enter
from pointsvc.members.visits import OpenedVisit
from pointsvc.organisation.queries import roles_of
from pointsvc.organisation.rules import demands_second_step

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


def sign_in_as(
    identity: Identity, *, now: datetime, code: str | None = None, by_card: bool = False
) -> OpenedVisit:
    """Open the visit in a transaction; at a device the visit is bound to it and ends when idle.

    Args:
        identity: who proved to be whom, by password or card.
        now: when.
        code: of the second step; it is looked at where one is set up.
        by_card: with card and PIN, at a device.

    Raises:
        TotpRequired, TotpWrong, TooManyFailures, GuardianMissing.
    """
    caller = current_caller()
    device_id = caller.id if caller.kind == "device" else None
    today = clock.local_day(now, zone_of(identity.community_id))
    agent = caller_agent()
    state = "card" if by_card else _second_step(identity, code, now)
    withheld = state == "unproved" and is_withheld(identity)
    return transact(
        lambda: enter(
            identity=identity,
            agent=agent,
            now=now,
            today=today,
            on_device_id=device_id,
            second_step=state,
            is_withheld=withheld,
        )
    )


def is_withheld(identity: Identity) -> bool:
    """Whether a second step is asked of this member's roles, and none is set up."""
    demanded = is_second_step_demanded(identity.id, identity.community_id)
    return demanded and not has_second_step(identity.id)


def is_second_step_demanded(subject_id: UUID, community_id: UUID | None) -> bool:
    """Whether the community asks a second step of a role that this member holds."""
    if community_id is None:
        return False
    level = get_community(community_id).settings.second_step_roles
    return level > 0 and demands_second_step(roles_of(community_id, subject_id), level)


def _second_step(identity: Identity, code: str | None, now: datetime) -> SecondStepState:
    if not code or not has_second_step(identity.id):
        return "unproved"
    check_second_step(subject_id=identity.id, code=code, now=now)
    return "proved"
