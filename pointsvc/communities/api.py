"""`/api/v1/places` and `/api/v1/shops`."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from pointsvc.communities.queries import find_places
from pointsvc.communities.schemas import PlacesShown, ShopsShown
from pointsvc.kernel.permission import current_caller, current_community_id, requires

blueprint = Blueprint(
    "communities_api", __name__, url_prefix="/api/v1", description="场所 places and shops"
)


@blueprint.route("/places")
@requires("communities.places")
@blueprint.response(200, PlacesShown)
def list_places() -> dict[str, Any]:
    """The places in use; a device sees its own."""
    return {"places": _seen(None)}


@blueprint.route("/shops")
@requires("communities.places")
@blueprint.response(200, ShopsShown)
def list_shops() -> dict[str, Any]:
    """The shops in use; a till sees its own."""
    return {"shops": _seen("shop")}


def _seen(kind: str | None) -> list[Any]:
    place_id = current_caller().place_id
    ids = None if place_id is None else [place_id]
    return list(find_places(current_community_id(), kind=kind, ids=ids))
