"""Which shops there are, and where a member may do what."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from pointsvc.communities.queries import PlaceFacts, find_places
from pointsvc.organisation.queries import kept_shop_ids, roles_of

REVIEWERS: Final = frozenset({"clerk", "supervisor", "auditor"})


def open_shops(community_id: UUID) -> list[PlaceFacts]:
    """The community's open shops by number."""
    return find_places(community_id, kind="shop")


def stocked_shops(community_id: UUID, member_id: UUID) -> list[PlaceFacts]:
    """The shops whose goods the member looks after: those they keep; for a clerk all."""
    shops = open_shops(community_id)
    if "clerk" in roles_of(community_id, member_id):
        return shops
    kept = kept_shop_ids(community_id, member_id)
    return [shop for shop in shops if shop.id in kept]


def kept_shops(community_id: UUID, member_id: UUID) -> list[PlaceFacts]:
    """The open shops where the member serves at the counter."""
    kept = kept_shop_ids(community_id, member_id)
    return [shop for shop in open_shops(community_id) if shop.id in kept]


def inspected_shops(community_id: UUID, member_id: UUID) -> list[PlaceFacts]:
    """The shops whose books the member may read: those they keep; for reviewers all."""
    shops = open_shops(community_id)
    if REVIEWERS & roles_of(community_id, member_id):
        return shops
    kept = kept_shop_ids(community_id, member_id)
    return [shop for shop in shops if shop.id in kept]
