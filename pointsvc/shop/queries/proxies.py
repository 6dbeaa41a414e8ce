"""Who may collect for whom, and who did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.kernel.clock import add_months, month_start
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of
from pointsvc.shop.models import Proxy, ProxyPickup

PROXIES_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class ProxyFacts:
    """A member lets somebody collect for them; `revoked_at` is None while it holds."""

    id: UUID
    member_id: UUID
    proxy_member_id: UUID
    relation: str
    named_by_id: UUID
    named_at: datetime
    revoked_at: datetime | None


def proxies_of(community_id: UUID, member_id: UUID) -> list[ProxyFacts]:
    """Who may collect for the member now, oldest first."""
    rows = fetch(_collectors(), community_id=community_id, member_id=member_id)
    return [ProxyFacts(*row) for row in rows]


def collects_for(community_id: UUID, proxy_member_id: UUID) -> list[ProxyFacts]:
    """For whom the person may collect now, oldest first."""
    rows = fetch(_collected_for(), community_id=community_id, member_id=proxy_member_id)
    return [ProxyFacts(*row) for row in rows]


@prepared
def _collectors(_among: Among) -> Select[*tuple[Any, ...]]:
    return _live(table_of(Proxy).c.member_id)


@prepared
def _collected_for(_among: Among) -> Select[*tuple[Any, ...]]:
    return _live(table_of(Proxy).c.proxy_member_id)


def _live(person: ColumnElement[UUID]) -> Select[*tuple[Any, ...]]:
    proxy = table_of(Proxy).c
    return (
        select(*(proxy[name] for name in ProxyFacts.__slots__))
        .where(
            proxy.community_id == bindparam("community_id"),
            person == bindparam("member_id"),
            proxy.revoked_at.is_(None),
        )
        .order_by(proxy.id)
        .limit(PROXIES_MAX)
    )


def get_proxy(community_id: UUID, proxy_id: UUID) -> ProxyFacts:
    """The naming, in force or not. Raises NotFound."""
    columns = (getattr(Proxy, name) for name in ProxyFacts.__slots__)
    wanted = select(*columns).where(Proxy.community_id == community_id, Proxy.id == proxy_id)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    return ProxyFacts(*found)


def collected_by(community_id: UUID, order_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Who stood at the counter, by order; where the member came themself it is missing."""
    rows = db.session.execute(
        select(ProxyPickup.order_id, ProxyPickup.proxy_member_id).where(
            ProxyPickup.community_id == community_id, is_among(ProxyPickup.order_id, order_ids)
        )
    )
    return {row.order_id: row.proxy_member_id for row in rows}


def served_in_month(
    community_id: UUID, proxy_member_ids: Collection[UUID], day: date
) -> dict[UUID, set[UUID]]:
    """For whom each of these people collected in the day's month."""
    month = month_start(day)
    rows = db.session.execute(
        select(ProxyPickup.proxy_member_id, ProxyPickup.member_id)
        .where(
            ProxyPickup.community_id == community_id,
            ProxyPickup.proxy_member_id.in_(proxy_member_ids),
            ProxyPickup.business_on >= month,
            ProxyPickup.business_on < add_months(month, 1),
        )
        .distinct()
    )
    served: dict[UUID, set[UUID]] = {person_id: set() for person_id in proxy_member_ids}
    for row in rows:
        served[row.proxy_member_id].add(row.member_id)
    return served
