"""Whoever made somebody's way in anew does not carry out what was asked by it: they may have asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.audit.queries import events_about
from pointsvc.members.erasure_errors import WayInWasYours
from pointsvc.members.remade import CARD_WAYS, PASSWORD_WAYS

BEFORE: Final = timedelta(days=30)


def check_made_by_another(
    *, community_id: UUID, member_id: UUID, by_id: UUID, asked_at: datetime
) -> None:
    """A slip, a phone, a PIN or a card of the month before, or of after, opens the person's account.

    Raises:
        WayInWasYours.
    """
    made = events_about(
        community_id, member_id, actions=PASSWORD_WAYS | CARD_WAYS, since=asked_at - BEFORE
    )
    if any(event.actor_id == by_id for event in made):
        raise WayInWasYours
