"""The supervisor's landing: what waits for a second person, my code, what I agreed to lately."""

from __future__ import annotations

from flask import current_app, render_template

from pointsvc.checkin.backfills import seen_of
from pointsvc.checkin.circles import decidable_by
from pointsvc.checkin.drops import asked_drop_corrections
from pointsvc.checkin.queries import find_corrections, waiting_in
from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.members.person_requests import count_requests
from pointsvc.members.queries import names_of
from pointsvc.organisation.permissions import may
from pointsvc.shop.queries.counts import undecided_counts
from pointsvc.shop.queries.requests import count_waiting
from pointsvc.shop.queries.stock_requests import count_waiting_stock
from pointsvc.web.deeds import deeds_of
from pointsvc.web.pages.hall import blueprint
from pointsvc.web.second_persons import page_of_agreed

LATEST = 10
SHOWN_MAX = 20


@blueprint.route("/approvals")
@requires("checkin.approve")
def approvals() -> str:
    """Corrections and backfills that were asked for, what is held at the scanners, refunds, stock-takes."""
    community, now = get_community(current_community_id()), clock.now()
    corrections = find_corrections(community.id)
    return render_template(
        "web/approvals.html",
        zone=community.zone,
        corrections=corrections[:SHOWN_MAX],
        corrections_count=len(corrections),
        drops=asked_drop_corrections(community.id, state="requested"),
        shown_max=SHOWN_MAX,
        backfills=seen_of(community.id, decidable_by(community.id, current_actor_id())),
        deeds=deeds_of(community.id, {("attendance", c.attendance_id) for c in corrections}),
        people=names_of(community.id, [c.requested_by_id for c in corrections]),
        can_decide="checkin.corrections" in current_app.view_functions,
        counts=undecided_counts(community.id),
        shop_names={shop.id: shop.name for shop in find_places(community.id, kind="shop")},
        returns_count=count_waiting(community.id, now) + count_waiting_stock(community.id, now),
        people_count=count_requests(community.id, now),
        held_count=len(waiting_in(community.id, place_ids=None, led_by_id=None)),
        can_see_held=_may_open("checkin.waiting"),
        agreed=page_of_agreed(community.id, agreed_by_id=current_actor_id(), limit=LATEST).rows,
    )


def _may_open(endpoint: str) -> bool:
    """Whether this server has the page and the caller may see it."""
    permission = getattr(current_app.view_functions.get(endpoint), "permission", None)
    return permission is not None and may(current_caller(), permission)
