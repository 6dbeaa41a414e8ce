"""Founding a community with its seed tariffs: the rooms below do not know of one another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import CommunityFacts
from pointsvc.communities.service import create_community
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.kernel import clock


def found_community(
    *, community_id: UUID, name: str, zone: str, actor: Actor, now: datetime
) -> CommunityFacts:
    """Make a community, give it the seed tariffs from today on, and leave an audit event.

    Raises:
        Invalid: name or zone. CommunityExists.
    """
    community = create_community(community_id=community_id, name=name, zone=zone, now=now)
    seed_tariffs(
        community_id=community_id, valid_from_on=clock.local_day(now, community.zone), now=now
    )
    note(
        community_id=community_id,
        actor=actor,
        action="communities.created",
        subject_id=community_id,
        now=now,
    )
    return community
