"""Ways in that somebody else made anew: whose it is does not approve for a day, and is told at once.

A clerk may print a slip, change a phone, set a PIN, print a card: with each of them the clerk could
come in as that person. A second person who may be the first one is none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.queries import EventFacts, events_about, subjects_of
from pointsvc.kernel import outbox
from pointsvc.members.credentials import has_password
from pointsvc.members.errors import WayInRemade
from pointsvc.members.heirs import merged_into

LASTS: Final = timedelta(hours=24)
NOBODYS_HANDS: Final = frozenset({"system", "operator"})
PASSWORD_WAYS: Final = frozenset(
    {"members.slip_printed", "members.invited", "members.phone_changed"}
)
CARD_WAYS: Final = frozenset({"members.pin_set", "cards.issued"})
SECOND_STEP_RESET: Final = "members.totp_reset"
SIGN_IN: Final = "sign_in.opened"


def check_own_hands(*, community_id: UUID, member_id: UUID, by_card: bool, now: datetime) -> None:
    """Refuse a second person whose way in somebody else made anew within 24 hours.

    What was done to an account that was merged into theirs counts as well: its phone went over. A
    second step that was reset counts whoever did it, the operator too. A first slip, for somebody
    who never had a password, does not count: it opened nothing before.

    Args:
        community_id: where.
        member_id: who approves.
        by_card: by a printed card, or signed in with one. A changing code counts as well where its
            holder was signed in at a device within the day: that is how a card shows one.
        now: when.

    Raises:
        WayInRemade.
    """
    since = now - LASTS
    mine = {member_id, *merged_into(community_id, member_id)}
    done = [
        event
        for each in sorted(mine)
        for event in events_about(
            community_id, each, actions=PASSWORD_WAYS | CARD_WAYS | {SECOND_STEP_RESET}, since=since
        )
        if event.actor_id not in mine
    ]
    if any(event.action == SECOND_STEP_RESET for event in done):
        raise WayInRemade
    remade = [event for event in done if event.actor_kind not in NOBODYS_HANDS]
    if any(_opens_anew(event) for event in remade):
        raise WayInRemade
    is_card_anew = any(event.action in CARD_WAYS for event in remade)
    if is_card_anew and (by_card or _was_at_device(community_id, member_id, since)):
        raise WayInRemade


def had_password(community_id: UUID, member_id: UUID) -> bool:
    """Whether the member has a password, or ever came in with one: with another phone, before leaving."""
    return has_password(community_id, member_id) or None in subjects_of(
        community_id, member_id, SIGN_IN
    )


def leave_message(
    *, community_id: UUID, recipient_id: UUID, actor: Actor, topic: str, now: datetime
) -> None:
    """Tell a member what somebody else did to their way in.

    It is told to those too who want no messages: it keeps their account theirs (PIPL art. 51).
    """
    if _is_foreign(actor.kind, actor.id, recipient_id):
        payload: dict[str, Any] = {}
        message = outbox.Message(recipient_id, topic, payload)
        outbox.leave_messages(community_id=community_id, messages=[message], now=now)


def _is_foreign(actor_kind: str, actor_id: UUID | None, member_id: UUID) -> bool:
    return actor_kind not in NOBODYS_HANDS and actor_id != member_id


def _opens_anew(event: EventFacts) -> bool:
    return event.action in PASSWORD_WAYS and bool(event.detail.get("had_password"))


def _was_at_device(community_id: UUID, member_id: UUID, since: datetime) -> bool:
    return bool(subjects_of(community_id, member_id, SIGN_IN, since=since) - {None})
