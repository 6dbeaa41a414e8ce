"""Whoever made somebody's way in anew does not carry out what was asked by it: they may have asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.audit.queries import events_about
from pointsvc.members.erasure_errors import WayInWasYours
from pointsvc.members.heirs import merged_into
from pointsvc.members.remade import CARD_WAYS, PASSWORD_WAYS

BEFORE: Final = timedelta(days=30)


def check_made_by_another(
    *, community_id: UUID, member_id: UUID, by_id: UUID, asked_at: datetime
) -> None:
    """A slip, a phone, a PIN or a card of the month before, or of after, opens the person's account.

    Raises:
        WayInWasYours.
    """
    if was_made_by(community_id, member_id, by_id, asked_at):
        raise WayInWasYours


def was_made_by(community_id: UUID, member_id: UUID, by_id: UUID, asked_at: datetime) -> bool:
    """Whether one made the other's way in then; of both by the accounts merged into theirs too."""
    hands = {by_id, *merged_into(community_id, by_id)}
    return any(
        event.actor_id in hands
        for each in (member_id, *merged_into(community_id, member_id))
        for event in events_about(
            community_id, each, actions=PASSWORD_WAYS | CARD_WAYS, since=asked_at - BEFORE
        )
    )
