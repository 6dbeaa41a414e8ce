"""Somebody else collects, at tills that serve together: refused before the goods, recorded after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from pointsvc.communities.queries import get_community
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import Conflict
from pointsvc.shop.models import Proxy
from pointsvc.shop.service.baskets import Exchange
from pointsvc.shop.service.orders import OrderReceipt
from pointsvc.shop.service.proxies import Collecting, lock_proxies, record_pickups


class ByProxy(Protocol):
    """An exchange that says by which naming somebody collects; None: the member came themself."""

    @property
    def proxy_id(self) -> UUID | None:
        """Of the naming."""


@dataclass(frozen=True, slots=True)
class Proxies:
    """Who collects where, allowed and locked."""

    community_id: UUID
    now: datetime
    today: date | None = None
    wanted: Mapping[int, Collecting] = field(default_factory=dict)
    allowed: Mapping[int, Proxy] = field(default_factory=dict)

    def record(self, served: Mapping[int, OrderReceipt | Conflict]) -> None:
        """Beside each exchange that was made."""
        done = [
            (proxy, self.wanted[place], receipt)
            for place, proxy in self.allowed.items()
            if isinstance(receipt := served.get(place), OrderReceipt)
        ]
        if done:
            assert self.today is not None, "who collects was looked up"
            record_pickups(self.community_id, done, today=self.today, now=self.now)


def collecting(
    community_id: UUID, wanted: Sequence[ByProxy], asked: Mapping[int, Exchange], now: datetime
) -> tuple[dict[int, Conflict], Proxies]:
    """Who may not collect, by place; and the others, to be recorded once the exchanges are made."""
    people = {
        place: Collecting(proxy_id, exchange.code.member_id, exchange.keeper_id)
        for place, exchange in asked.items()
        if (proxy_id := wanted[place].proxy_id) is not None
    }
    if not people:
        return {}, Proxies(community_id, now)
    community = get_community(community_id)
    today = local_day(now, community.zone)
    most = community.settings.proxy_members_max
    found = lock_proxies(community_id, people, today=today, most=most)
    refused = {place: each for place, each in found.items() if isinstance(each, Conflict)}
    allowed = {place: each for place, each in found.items() if isinstance(each, Proxy)}
    return refused, Proxies(community_id, now, today, people, allowed)
