"""值得一看 in the shops: a month's patterns for the auditor, as cases to look at."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.shop import suspicions
from pointsvc.shop.pages.desk import blueprint
from pointsvc.shop.queries.beginnings import first_day_of_stock
from pointsvc.shop.queries.unusual import unusual_sales

LIMITS = {
    "back": suspicions.BACK_MIN,
    "percent": suspicions.BACK_PERCENT_MIN,
    "minutes": suspicions.SOON_BACK.seconds // 60,
    "below": suspicions.JUST_BELOW_MIN,
    "below_percent": suspicions.JUST_BELOW_PERCENT,
    "proxies": suspicions.PROXY_MIN,
    "pairs": suspicions.SAME_PAIR_MIN,
}


@blueprint.route("/unusual")
@requires("shop.review")
def unusual() -> str:
    """Taken back after the receipt, repeated proxies, near relations, just below the PIN, pairs."""
    community = get_community(current_community_id())
    today = clock.local_day(clock.now(), community.zone)
    asked = day_in(f"{request.args.get('month')}-01")
    begun = clock.month_start(min(first_day_of_stock(community.id) or today, today))
    month = clock.month_start(today) if asked is None or asked > today else max(asked, begun)
    after = clock.add_months(month, 1)
    return render_template(
        "shop/unusual.html",
        month=month,
        found=unusual_sales(community.id, month, after),
        limits=LIMITS | {"points": community.settings.pin_above_points},
        before_url=_url(clock.add_months(month, -1)) if month > begun else None,
        after_url=_url(after) if after <= today else None,
    )


def _url(month: date) -> str:
    return url_for("shop.unusual", month=f"{month:%Y-%m}")
