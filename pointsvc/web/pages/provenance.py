"""Where it came from, where it went: a receipt's chain, a gift's way, a member's own receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from pointsvc.communities.queries import get_community, get_place
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.members.queries import get_member, names_of
from pointsvc.shop.queries.donations import get_donation
from pointsvc.shop.queries.gifts import fates_of
from pointsvc.shop.queries.orders import OrderFacts, get_order
from pointsvc.web.pages.hall import blueprint
from pointsvc.web.provenance import chains_of, steps_of_gift


@blueprint.route("/provenance/orders/<uuid:order_id>")
@requires("shop.review")
def order_trace(order_id: UUID) -> str:
    """A receipt line by line: its batches, their gift or invoice, the deeds whose points paid."""
    found = get_order(current_community_id(), order_id)
    return render_template(
        "web/order_trace.html",
        member=get_member(current_community_id(), found.member_id),
        may_audit="auditor" in current_caller().roles,
        **_chain(found),
    )


@blueprint.route("/provenance/donations/<uuid:donation_id>")
@requires("shop.review")
def gift_trace(donation_id: UUID) -> str:
    """What became of a gift: the sums, and every movement with its receipt."""
    community = get_community(current_community_id())
    gift = get_donation(community.id, donation_id)
    after = request.args.get("after")
    page = steps_of_gift(community.id, [line.id for line in gift.lines], after=after)
    people = {
        each for step in page.rows for each in (step.move.moved_by_id, step.move.approved_by_id)
    }
    here: dict[str, Any] = {"donation_id": donation_id}
    return render_template(
        "web/gift_trace.html",
        gift=gift,
        fates=[] if gift.is_history else fates_of(community.id, gift),
        steps=page.rows,
        names=names_of(community.id, {each for each in people if each}),
        zone=community.zone,
        next_url=url_for("web.gift_trace", after=page.next, **here) if page.next else None,
        first_url=url_for("web.gift_trace", **here) if after else None,
    )


@blueprint.route("/me/receipts/<uuid:order_id>")
@requires("me.read")
def my_receipt(order_id: UUID) -> str:
    """My own receipt: what I got, who gave it, which of my deeds paid; nobody else's."""
    found = get_order(current_community_id(), order_id)
    if found.member_id != current_actor_id():
        raise NotFound
    return render_template("web/my_receipt.html", **_chain(found))


def _chain(found: OrderFacts) -> dict[str, Any]:
    community = get_community(current_community_id())
    chains, is_cut = chains_of(community.id, found)
    return {
        "order": found,
        "shop": get_place(community.id, found.shop_id),
        "chains": chains,
        "is_cut": is_cut,
        "zone": community.zone,
    }
