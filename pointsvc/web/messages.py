"""The words of a message: the outbox holds a topic, ids, codes and numbers; the words are here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.activities.words import lacks_told_to_others
from pointsvc.extensions import db
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_id, seal_cursor
from pointsvc.members.queries import names_of
from pointsvc.web.filters import activity, day
from pointsvc.web.message_places import OF_ONE, PLACES
from pointsvc.web.message_stops import stoppable_in
from pointsvc.web.message_words import WORDS

DAYS: Final = ("day", "at", "since", "until")


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the reader's language; `endpoint` names the page where it is answered.

    `stops_id`: a request about the reader's account that they can still stop, there and then.
    """

    id: UUID
    text: str
    at: datetime
    is_new: bool
    endpoint: str | None = None
    stops_id: UUID | None = None


def words_of(
    topic: str, payload: Mapping[str, Any], names: Mapping[UUID, str] | None = None
) -> str:
    """The sentence of a topic; a topic that this version has no words for says only that.

    `names` of who is meant where a payload has their id (`who_id`); else it is somebody asked.
    """
    facts = {**payload, "activity": activity(str(payload.get("activity_kind", "")))}
    facts["who"] = _name(names or {}, payload) or _somebody(topic)
    if topic.startswith(("plots.", "shop.")):
        facts |= {name: _as_on_pages(payload[name]) for name in DAYS if name in payload}
    if "reasons" in payload:
        facts["why"] = lacks_told_to_others(payload["reasons"])
    words = WORDS.get(_exact(topic, payload))
    try:
        return str(words) % facts if words else _("账户有变动，请看明细。")
    except KeyError:
        return _("账户有变动，请看明细。")


def _who(payload: Mapping[str, Any]) -> UUID | None:
    return UUID(payload["who_id"]) if "who_id" in payload else None


def _name(names: Mapping[UUID, str], payload: Mapping[str, Any]) -> str:
    who = _who(payload)
    return names.get(who, "") if who else ""


def _somebody(topic: str) -> str:
    """For a name that is not said: out of the house, or because nobody is named."""
    return _("有一位") if topic in OF_ONE else _("您请的人")


def _as_on_pages(text: str) -> str:
    """A day, or a day and a time, as the pages write it."""
    on, _space, at = text.partition(" ")
    try:
        return f"{day(date.fromisoformat(on))} {at}".strip()
    except ValueError:  # words already
        return text


def _exact(topic: str, payload: Mapping[str, Any]) -> str:
    """An award says too when a cap cut it, or for how many minutes it was."""
    if topic == "checkin.awarded" and payload.get("is_cut"):
        return "checkin.awarded_cut"
    if topic == "checkin.awarded" and payload.get("minutes"):
        return "checkin.served"
    return topic


def messages_of(
    community_id: UUID, member_id: UUID, *, after: str | None = None, limit: int = PAGE_LENGTH
) -> Page[Message]:
    """A page of a member's messages, newest first. Raises PageUnknown."""
    wanted = select(OutboxMessage).where(
        OutboxMessage.community_id == community_id, OutboxMessage.recipient_id == member_id
    )
    if after is not None:
        wanted = wanted.where(OutboxMessage.id < open_id(after))
    rows = db.session.scalars(wanted.order_by(OutboxMessage.id.desc()).limit(limit + 1)).all()
    people = {who for row in rows if (who := _who(row.payload)) is not None}
    names = names_of(community_id, people) if people else {}
    stops = stoppable_in(community_id, member_id, rows)
    found = [
        Message(
            row.id,
            words_of(row.topic, row.payload, names),
            row.created_at,
            row.read_at is None,
            PLACES.get(row.topic),
            stops.get(row.id),
        )
        for row in rows[:limit]
    ]
    return Page(found, seal_cursor(found[-1].id) if len(rows) > limit else None)


def mark_read(*, community_id: UUID, member_id: UUID, now: datetime) -> None:
    """Take all messages of a member as read."""
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.community_id == community_id,
            OutboxMessage.recipient_id == member_id,
            OutboxMessage.read_at.is_(None),
        )
        .values(read_at=now)
    )
