"""Who chose somebody for what they may: a second person that the first one chose is none (L15)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.organisation.queries import grants_of

LATELY: Final = timedelta(days=30)


def chosen_by(
    community_id: UUID, member_id: UUID, roles: Collection[str], now: datetime
) -> UUID | None:
    """The one person who gave all of these roles that the member holds, within the month; else nobody."""
    givers = {
        grant.granted_by_id if grant.granted_at > now - LATELY else None
        for grant in grants_of(community_id, member_id)
        if grant.role in roles
    }
    return givers.pop() if len(givers) == 1 else None
