"""The donor's own page: what became of the gift, for whoever knows its secret address."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.permission import public
from pointsvc.members.throttle import check_throttles, count_failure, watched
from pointsvc.shop.gift_words import BASES
from pointsvc.shop.pages.desk import blueprint
from pointsvc.shop.queries.donations import get_donation
from pointsvc.shop.queries.gifts import (
    batches_of_lines,
    changes_of,
    fates_of,
    find_papers,
    value_bases,
)
from pointsvc.shop.queries.issues import issues_of_batches
from pointsvc.shop.service.donor_codes import find_gift_of


@blueprint.route("/given/<secret>")
@public
def given(secret: str) -> Response:
    """The gift and its way, with nobody's name but the donor's (慈善法 art. 42)."""
    now = clock.now()
    asker = watched("gift_address", request.remote_addr or "-")
    check_throttles([asker], now=now)
    found = find_gift_of(secret)
    if found is None:
        count_failure([asker], now=now)
        raise NotFound
    community_id, donation_id = found
    community = get_community(community_id)
    gift = get_donation(community_id, donation_id)
    line_ids = [line.id for line in gift.lines]
    batch_ids = batches_of_lines(community_id, line_ids)
    page = render_template(
        "shop/given.html",
        community=community,
        gift=gift,
        papers=find_papers(community_id, donation_id),
        bases=value_bases(community_id, line_ids),
        basis_words=BASES,
        fates=[] if gift.is_history else fates_of(community_id, gift),
        issues=issues_of_batches(community_id, batch_ids),
        changes=changes_of(community_id, batch_ids),
        zone=community.zone,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
