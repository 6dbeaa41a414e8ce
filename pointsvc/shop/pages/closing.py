"""日结: a shop's day on one sheet, to print and to sign."""

from __future__ import annotations

from flask import render_template, request

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.members.queries import names_of
from pointsvc.shop.pages.desk import blueprint, choose, chosen_of, my_view, today
from pointsvc.shop.queries.closing import closing_of


@blueprint.route("/closing")
@requires("shop.inspect")
def closing() -> str:
    """The sheet of a day, today's where none is named."""
    shops = my_view()
    shop = chosen_of(shops)
    if shop is None:
        return choose(shops, "shop.closing")
    community = get_community(current_community_id())
    on = day_in(request.args.get("on")) or today(clock.now())
    found = closing_of(community.id, shop.id, on)
    return render_template(
        "shop/closing.html",
        community=community,
        shop=shop,
        shops=shops,
        on=on,
        closing=found,
        names=names_of(community.id, {each.keeper_id for each in found.keepers}),
    )
