"""代领: naming who may collect, taking it back, and collecting at the counter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.bulk import insert_rows
from pointsvc.kernel.errors import Conflict, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.outbox import Message
from pointsvc.members.queries import active_ids, holders_of
from pointsvc.members.telling import leave_message, leave_messages
from pointsvc.shop.errors import ProxyExists, ProxyMonthFull, ProxyNotAllowed
from pointsvc.shop.models import Proxy, ProxyPickup
from pointsvc.shop.queries.proxies import served_in_month
from pointsvc.shop.service.orders import OrderReceipt


@dataclass(frozen=True, slots=True)
class Collecting:
    """Somebody named stands at the counter for a member."""

    proxy_id: UUID
    member_id: UUID
    keeper_id: UUID


def name_proxy(
    *,
    community_id: UUID,
    proxy_id: UUID,
    member_id: UUID,
    proxy_member_id: UUID,
    relation: str,
    named_by_id: UUID,
    now: datetime,
) -> None:
    """Let somebody collect for a member; the member says so, or a clerk who hears them.

    Raises:
        ProxyNotAllowed: the member themself, not active, or who names is who would collect.
        ProxyExists.
    """
    if proxy_member_id in {member_id, named_by_id}:
        raise ProxyNotAllowed
    if len(active_ids(community_id, {member_id, proxy_member_id})) != 2:  # noqa: PLR2004 - the two
        raise ProxyNotAllowed
    live = select(Proxy.id).where(
        Proxy.community_id == community_id,
        Proxy.member_id == member_id,
        Proxy.proxy_member_id == proxy_member_id,
        Proxy.revoked_at.is_(None),
    )
    if db.session.scalar(live) is not None:
        raise ProxyExists
    db.session.add(
        Proxy(
            community_id=community_id,
            id=proxy_id,
            member_id=member_id,
            proxy_member_id=proxy_member_id,
            relation=relation,
            named_by_id=named_by_id,
            named_at=now,
        )
    )
    db.session.flush()
    _note(community_id, "shop.proxy_named", named_by_id, member_id, proxy_member_id, now)
    for person_id, other_id, topic in (
        (proxy_member_id, member_id, "shop.proxy_named"),
        (member_id, proxy_member_id, "shop.proxy_named_for"),
    ):
        if person_id != named_by_id:
            leave_message(
                community_id=community_id,
                recipient_id=person_id,
                topic=topic,
                payload={"who_id": str(other_id)},
                now=now,
            )


def revoke_proxy(*, community_id: UUID, proxy_id: UUID, by_id: UUID, now: datetime) -> None:
    """From now on the person collects no more; what they collected stays on the books.

    Raises:
        NotFound. ProxyNotAllowed: taken back already.
    """
    wanted = select(Proxy).where(Proxy.community_id == community_id, Proxy.id == proxy_id)
    found = db.session.scalars(wanted.with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    if found.revoked_at is not None:
        raise ProxyNotAllowed
    found.revoked_at, found.revoked_by_id = now, by_id
    db.session.flush()
    _note(community_id, "shop.proxy_revoked", by_id, found.member_id, found.proxy_member_id, now)


def lock_proxies(
    community_id: UUID, wanted: Mapping[int, Collecting], *, today: date, most: int
) -> dict[int, Proxy | Conflict]:
    """By place: the naming that holds, or why it does not; all namings of these people are locked.

    A person collects for at most so many members a month, whoever comes first at which till.
    """
    found = _locked(community_id, {each.proxy_id for each in wanted.values()})
    people = {proxy.proxy_member_id for proxy in found.values()}
    keepers = {each.keeper_id for each in wanted.values()}
    holders = holders_of(community_id, people | keepers)
    active = active_ids(community_id, people)
    served = served_in_month(community_id, people, today)
    answers: dict[int, Proxy | Conflict] = {}
    for place, each in wanted.items():
        proxy = found.get(each.proxy_id)
        if proxy is None or proxy.member_id != each.member_id:
            answers[place] = ProxyNotAllowed()
            continue
        person_id = proxy.proxy_member_id
        if person_id not in active or holders[person_id] == holders[each.keeper_id]:
            answers[place] = ProxyNotAllowed()
        elif each.member_id not in served[person_id] and len(served[person_id]) >= most:
            answers[place] = ProxyMonthFull(limit=most)
        else:
            served[person_id].add(each.member_id)
            answers[place] = proxy
    return answers


def _locked(community_id: UUID, ids: set[UUID]) -> dict[UUID, Proxy]:
    """Every naming in force of the people behind these ids, by id."""
    people = select(Proxy.proxy_member_id).where(
        Proxy.community_id == community_id, Proxy.id.in_(ids)
    )
    wanted = select(Proxy).where(
        Proxy.community_id == community_id,
        Proxy.proxy_member_id.in_(set(db.session.scalars(people))),
        Proxy.revoked_at.is_(None),
    )
    rows = db.session.scalars(
        wanted.order_by(Proxy.id).with_for_update().execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def record_pickups(
    community_id: UUID,
    collected: Sequence[tuple[Proxy, Collecting, OrderReceipt]],
    *,
    today: date,
    now: datetime,
) -> None:
    """Who stood there, beside each exchange; the member is told at once."""
    insert_rows(
        ProxyPickup,
        [
            {
                "community_id": community_id,
                "id": new_id(),
                "order_id": receipt.order_id,
                "proxy_id": proxy.id,
                "member_id": proxy.member_id,
                "proxy_member_id": proxy.proxy_member_id,
                "keeper_id": each.keeper_id,
                "business_on": today,
            }
            for proxy, each, receipt in collected
        ],
    )
    for proxy, each, _receipt in collected:
        _note(
            community_id,
            "shop.proxy_collected",
            each.keeper_id,
            proxy.member_id,
            proxy.proxy_member_id,
            now,
        )
    leave_messages(
        community_id=community_id,
        messages=[
            Message(
                proxy.member_id,
                "shop.proxy_collected",
                {
                    "who_id": str(proxy.proxy_member_id),
                    "receipt_no": receipt.receipt_no,
                    "points": receipt.total_points,
                },
            )
            for proxy, _each, receipt in collected
        ],
        now=now,
    )


def _note(
    community_id: UUID,
    action: str,
    actor_id: UUID,
    member_id: UUID,
    proxy_member_id: UUID,
    now: datetime,
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", actor_id),
        action=action,
        subject_id=member_id,
        now=now,
        detail={"member_id": str(proxy_member_id)},
    )
