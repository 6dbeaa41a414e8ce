"""Deliveries: taken by one runner, sent outside of any transaction, settled.

A runner that is killed while it sends leaves the delivery held; when that has run out the next one
sends it again, under the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, and_, select, update

from pointsvc.communities.queries import CommunityFacts
from pointsvc.extensions import db
from pointsvc.kernel.i18n import speaking
from pointsvc.kernel.models import OutboxMessage
from pointsvc.members.wishes import Wish, wishes_of
from pointsvc.messages.channels import Letter, Undelivered
from pointsvc.messages.models import Delivery
from pointsvc.messages.rules import ATTEMPTS_MAX, HELD_FOR, next_try, quiet_until

BATCH: Final = 20
WORDS: Final = "message_words"  # put there by the app: the words live in a room above


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that this runner holds; no letter where there is nothing to send any more."""

    id: UUID
    channel: str
    attempts_count: int
    letter: Letter | None


def take_due(*, community: CommunityFacts, holder: str, now: datetime) -> list[Taken] | None:
    """Take up to twenty deliveries that are due, for five minutes; what may not be sent now is put off.

    None where nothing is due; an empty list where all that was due was put off, and more may be.

    Args:
        community: whose messages.
        holder: this runner.
        now: the moment.
    """
    rows = db.session.execute(_due(community.id, now)).all()
    if not rows:
        return None
    still = [row for row in rows if quiet_until(row.channel, now, community.zone)]
    for row in still:
        _set(community.id, [row.id], {**_FREE, "due_at": _later(community, row.channel, now)})
    spent = [row.id for row in rows if row.attempts_count >= ATTEMPTS_MAX]
    _set(community.id, spent, {**_FREE, "state": "dead", "fault": "killed"})
    left = {row.id for row in still} | set(spent)
    mine = [row for row in rows if row.id not in left]
    _set(
        community.id,
        [row.id for row in mine],
        {
            "state": "sending",
            "holder": holder,
            "due_at": now + HELD_FOR,
            "attempts_count": Delivery.attempts_count + 1,
        },
    )
    wishes = wishes_of(community.id, {row.recipient_id for row in mine})
    return [_taken(community, row, wishes.get(row.recipient_id)) for row in mine]


def settle(
    *,
    community_id: UUID,
    taken: Taken,
    holder: str,
    fault: Undelivered | None,
    now: datetime,
) -> str:
    """Write down how it ended, if this runner still holds it; the state that it is in now."""
    ended: dict[str, Any] = {"holder": None, "fault": fault.code if fault else None}
    again = next_try(taken.attempts_count, now) if fault and not fault.is_final else None
    if taken.letter is None:
        ended |= {"state": "dropped"}
    elif fault is None:
        ended |= {"state": "sent", "sent_at": now}
    elif again is None:
        ended |= {"state": "dead"}
    else:
        ended |= {"state": "waiting", "due_at": again}
    done = db.session.execute(
        update(Delivery)
        .where(
            Delivery.community_id == community_id,
            Delivery.id == taken.id,
            Delivery.holder == holder,
        )
        .values(ended)
    )
    return str(ended["state"]) if done.rowcount else "elsewhere"  # type: ignore[attr-defined]


_FREE: Final[dict[str, Any]] = {"state": "waiting", "holder": None}


def _due(community_id: UUID, now: datetime) -> Select[Any]:
    """Waiting or held for too long, the longest due first; rows that a rival holds are left out."""
    return (
        select(
            Delivery.id,
            Delivery.channel,
            Delivery.attempts_count,
            OutboxMessage.recipient_id,
            OutboxMessage.topic,
            OutboxMessage.payload,
            OutboxMessage.created_at,
        )
        .join(
            OutboxMessage,
            and_(
                OutboxMessage.community_id == Delivery.community_id,
                OutboxMessage.id == Delivery.message_id,
            ),
        )
        .where(
            Delivery.community_id == community_id,
            Delivery.state.in_(("waiting", "sending")),
            Delivery.due_at <= now,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(BATCH)
        .with_for_update(of=Delivery, skip_locked=True)
    )


def _taken(community: CommunityFacts, row: Any, wish: Wish | None) -> Taken:
    address = wish.address_for(row.channel) if wish and row.channel in wish.open_ways else None
    letter = None
    if wish is not None and address is not None:
        words: Callable[[str, Any], str] = current_app.extensions[WORDS]
        with speaking(wish.locale):
            text = words(row.topic, row.payload)
        letter = Letter(
            id=row.id,
            channel=row.channel,
            address=address,
            text=text,
            topic=row.topic,
            community_name=community.name,
            created_at=row.created_at,
        )
    return Taken(row.id, row.channel, row.attempts_count + 1, letter)


def _later(community: CommunityFacts, channel: str, now: datetime) -> datetime:
    return quiet_until(channel, now, community.zone) or now


def _set(community_id: UUID, ids: Sequence[UUID], values: dict[str, Any]) -> None:
    if ids:
        db.session.execute(
            update(Delivery)
            .where(Delivery.community_id == community_id, Delivery.id.in_(ids))
            .values(values)
        )
