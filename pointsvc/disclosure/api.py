"""`/api/v1/communities/{id}/disclosure`."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint

from pointsvc.communities.queries import get_community
from pointsvc.disclosure.queries import Disclosure, disclosure_of
from pointsvc.disclosure.rules import month_for
from pointsvc.disclosure.schemas import DisclosureShown, MonthAsked
from pointsvc.kernel import clock
from pointsvc.kernel.permission import public
from pointsvc.shop.queries.donations import DonationFacts

blueprint = Blueprint(
    "disclosure_api", __name__, url_prefix="/api/v1", description="公示 a month in the open"
)
UNNAMED: Final = "匿名"
KEPT_SECONDS: Final = 60


@blueprint.route("/communities/<uuid:community_id>/disclosure")
@public
@blueprint.arguments(MonthAsked, location="query")
@blueprint.response(200, DisclosureShown)
@blueprint.alt_response(404, description="not_found, disclosure.no_such_month")
def month_of_community(query: dict[str, Any], community_id: UUID) -> Response:
    """A month of a community: points, gifts, stock, and the root of its books. Public.

    Every name of a person is masked, unless they agreed to be named as a donor.
    """
    zone = get_community(community_id).zone
    month = month_for(query.get("month"), clock.local_day(clock.now(), zone))
    document: Any = DisclosureShown().dump(_document(disclosure_of(community_id, month)))
    response = jsonify(document)
    response.cache_control.public = True
    response.cache_control.max_age = KEPT_SECONDS
    return response


def _document(found: Disclosure) -> dict[str, Any]:
    return {
        "month": found.month.name,
        "points": found.points,
        "donations": [_gift(gift) for gift in found.donations],
        "stock": found.stock,
        "root": found.seal.root.hex() if found.seal else None,
    }


def _gift(gift: DonationFacts) -> dict[str, Any]:
    return {
        "receipt_no": gift.receipt_no,
        "received_on": gift.received_on,
        "donor": gift.public_donor or UNNAMED,
        "lines": [
            {
                "name": line.product_name,
                "pack": line.pack,
                "quantity": line.quantity,
                "value_fen": line.value_fen,
            }
            for line in gift.lines
        ],
    }
