"""Photographs of goods: what they belong to, and who may add, see and remove one."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from pointsvc.attachments.queries import PictureFacts, pictures_of

PRODUCT: Final = "product"
PART: Final = "photo"
MOST: Final = 2


def photos_of(community_id: UUID, product_ids: list[UUID]) -> dict[UUID, PictureFacts]:
    """The first photograph of each product that has one."""
    found = pictures_of(community_id, PRODUCT, product_ids) if product_ids else {}
    return {product_id: pictures[0] for product_id, pictures in found.items()}
