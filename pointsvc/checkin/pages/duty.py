"""My shifts of a day: those that take scans now come first, one tap away."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request, url_for

from pointsvc.checkin.duties import duties_on
from pointsvc.checkin.pages.desk import blueprint, my_scope, url_if_there
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.permission import current_community_id, requires


@blueprint.route("/checkin")
@requires("checkin.roster")
def duty() -> str:
    """Today's shifts that the caller may scan in, or another day's (`on`)."""
    community, now = get_community(current_community_id()), clock.now()
    today = clock.local_day(now, community.zone)
    on = day_in(request.args.get("on")) or today
    duties = duties_on(community, my_scope(), on, now)
    return render_template(
        "checkin/duty.html",
        zone=community.zone,
        on=on,
        is_today=on == today,
        open_now=[each for each in duties if each.phase == "open"],
        later=[each for each in duties if each.phase == "later"],
        over=[each for each in duties if each.phase == "over"],
        new_url=url_if_there("activities.new"),
        before_url=url_for("checkin.duty", on=on - timedelta(days=1)),
        after_url=url_for("checkin.duty", on=on + timedelta(days=1)),
    )
