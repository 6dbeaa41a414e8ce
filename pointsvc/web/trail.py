"""The audit trail as people read it: the action in words, who, what it was done to, and the facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.queries import find_shifts
from pointsvc.audit.queries import EventFacts
from pointsvc.communities.queries import place_names
from pointsvc.extensions import db
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.members.queries import in_chunks, names_of
from pointsvc.organisation.models import Device, Group
from pointsvc.organisation.words import ROLE_NAMES
from pointsvc.shop.models import Order, Product
from pointsvc.web.deeds import deeds_of
from pointsvc.web.filters import activity, moment
from pointsvc.web.trail_words import ACTIONS, ACTORS, FACTS, REFUSALS


@dataclass(frozen=True, slots=True)
class Event:
    """One event in the reader's language."""

    id: UUID
    at: datetime
    actor: str
    words: str
    subject: str
    facts: list[tuple[str, str]]


def events_of(community_id: UUID, rows: Sequence[EventFacts], zone: str) -> list[Event]:
    """The events with the names of people and things in them."""
    names = _names(community_id, rows, zone)
    return [_event(row, names) for row in rows]


def action_words(action: str) -> str:
    """What was done, in words; an action that this version does not know as it is."""
    return str(ACTIONS.get(action, action))


def _event(row: EventFacts, names: dict[str, str]) -> Event:
    return Event(
        id=row.id,
        at=row.at,
        actor=names.get(str(row.actor_id)) or str(ACTORS.get(row.actor_kind, row.actor_kind)),
        words=action_words(row.action),
        subject=names.get(str(row.subject_id), ""),
        facts=[(label, value) for label, value in _facts(row.detail, names) if value],
    )


def _facts(detail: dict[str, Any], names: dict[str, str]) -> Iterable[tuple[str, str]]:
    """The facts that have words; findings and other nested things have pages of their own."""
    for name, value in detail.items():
        if name in FACTS and not isinstance(value, dict):
            yield str(FACTS[name]), _value(name, value, names)


def _value(name: str, value: Any, names: dict[str, str]) -> str:
    if isinstance(value, list):
        return pause().join(str(FACTS.get(each, each)) for each in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if name == "code":
        return activity(value)
    if name == "refusal":
        return str(REFUSALS.get(value, value))
    if name == "role":
        return str(ROLE_NAMES.get(value, value))
    return names.get(str(value), "" if value is None else str(value))


def _names(community_id: UUID, rows: Sequence[EventFacts], zone: str) -> dict[str, str]:
    """Names of everybody and everything that these events mention, by id as text."""
    ids = {id_ for row in rows for id_ in _ids(row)}
    sources = [(kind, id_) for kind in ("attendance", "backfill", "scan") for id_ in ids]
    attended = deeds_of(community_id, sources)
    people = names_of(community_id, ids | {d.member_id for d in attended.values() if d.member_id})
    found = people | place_names(community_id, list(ids)) | _things(community_id, ids)
    for (_kind, id_), deed in attended.items():
        person = people.get(deed.member_id) if deed.member_id else None
        found[id_] = " · ".join(filter(None, (person, deed.words(zone))))
    for id_, shift in find_shifts(community_id=community_id, ids=ids).items():
        name = activity(shift.activity_kind)
        found[id_] = f"{name} · {shift.place_name} · {moment(shift.starts_at, zone)}"
    return {str(id_): name for id_, name in found.items()}


def _things(community_id: UUID, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Goods, devices and groups by name, orders by the number on their receipt."""
    found: dict[UUID, str] = {}
    for chunk in in_chunks(ids):
        for model in (Product, Device, Group):
            named = select(model.id, model.name).where(
                model.community_id == community_id, model.id.in_(chunk)
            )
            found |= {row.id: row.name for row in db.session.execute(named)}
        orders = select(Order.id, Order.receipt_no).where(
            Order.community_id == community_id, Order.id.in_(chunk)
        )
        for id_, number in db.session.execute(orders):
            found[id_] = _("小票 %(number)s", number=number)
    return found


def _ids(row: EventFacts) -> Iterable[UUID]:
    for value in (row.actor_id, row.subject_id, *row.detail.values()):
        if isinstance(value, UUID):
            yield value
        elif isinstance(value, str):
            try:
                yield UUID(value)
            except ValueError:
                continue
