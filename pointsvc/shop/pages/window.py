"""The shop's window, for volunteers: what there is, for how many points, and where."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.ledger.queries import get_balances
from pointsvc.members.queries import get_member
from pointsvc.shop.pages.desk import blueprint, chosen_of, looked_for, today
from pointsvc.shop.pictures import photos_of
from pointsvc.shop.queries.catalogue import categories_of, page_of_products
from pointsvc.shop.queries.markdowns import markdowns_of
from pointsvc.shop.queries.shops import open_shops
from pointsvc.shop.queries.visits import offers_of


@blueprint.route("/window")
@requires("me.read")
def window() -> str:
    """What lies on the shelf, and how far the reader's points are from it."""
    community_id, member_id = current_community_id(), current_actor_id()
    on = today(clock.now())
    member = get_member(community_id, member_id)
    shops = open_shops(community_id)
    shop = chosen_of(shops) or (shops[0] if shops else None)
    balances = get_balances(community_id=community_id, member_id=member_id, today=on)
    shown: dict[str, Any] = {"shop": shop, "shops": shops, "offers": [], "text": ""}
    shown["community_id"] = community_id
    if shop is not None:
        text, after = looked_for(), request.args.get("after")
        category = looked_for("category") or None
        kept: dict[str, Any] = {"shop_id": shop.id, "q": text or None, "category": category}
        page = page_of_products(
            community_id, shop_id=shop.id, text=text, category=category, order="price", after=after
        )
        ids = [each.id for each in page.rows]
        shown |= {
            "text": text,
            "category": category,
            "categories": categories_of(community_id, shop.id),
            "markdowns": markdowns_of(community_id, ids),
            "photos": photos_of(community_id, ids),
            "offers": offers_of(
                community_id,
                page.rows,
                holder_id=member.holder_id,
                member_id=member_id,
                today=on,
            ),
            "next_url": url_for("shop.window", after=page.next, **kept) if page.next else None,
            "first_url": url_for("shop.window", **kept) if after else None,
        }
    return render_template("shop/window.html", balance_points=balances.balance_points, **shown)
