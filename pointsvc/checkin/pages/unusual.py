"""值得一看: a month's patterns for the auditor, as cases to look at and never as findings."""

from __future__ import annotations

from datetime import date

from flask import render_template, request, url_for

from pointsvc.checkin.answers import numbers_of
from pointsvc.checkin.pages.desk import blueprint
from pointsvc.checkin.rules import unusual as rules
from pointsvc.checkin.uncovered import uncovered_between
from pointsvc.checkin.unusual import unusual_between
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.permission import current_caller, current_community_id, requires
from pointsvc.organisation.permissions import may

LIMITS = {
    "burst": rules.BURST_PEOPLE_MIN,
    "people": rules.SAME_PEOPLE_MIN,
    "times": rules.SAME_TIMES_MIN,
    "percent": rules.SHARE_PERCENT_MIN,
    "counted": rules.SHARE_PEOPLE_MIN,
}


@blueprint.route("/unusual")
@requires("checkin.unusual")
def unusual() -> str:
    """Counters, many cards in a minute, the same list again, many ticks, open spot checks."""
    community = get_community(current_community_id())
    today = clock.local_day(clock.now(), community.zone)
    month = _month(request.args.get("month"), today)
    after = clock.add_months(month, 1)
    since, _ = clock.day_bounds(month, community.zone)
    until, _ = clock.day_bounds(after, community.zone)
    return render_template(
        "checkin/unusual.html",
        zone=community.zone,
        month=month,
        before_url=_url(clock.add_months(month, -1)),
        after_url=_url(after) if after <= today else None,
        found=unusual_between(community.id, since, until),
        uncovered=uncovered_between(community.id, since, until),
        limits=LIMITS,
        numbers_of=numbers_of,
        may_decide=may(current_caller(), "checkin.spot_check"),
    )


def _month(name: str | None, today: date) -> date:
    """The first day of the month that is asked for; of this one for anything else."""
    day = day_in(f"{name}-01")
    return clock.month_start(today) if day is None or day > today else day


def _url(month: date) -> str:
    return url_for("checkin.unusual", month=f"{month:%Y-%m}")
