"""The leader's page of the day: what is to be done, one tap to scan, to write down, to report."""

from __future__ import annotations

from flask import render_template

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.organisation.queries import led_place_ids
from pointsvc.plots.doing.day import day_of_plots
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.queries import find_plots
from pointsvc.plots.words import CARE_WORDS, DEFECT_KIND_WORDS, TASK_WORDS


@blueprint.route("/today")
@requires("plots.write")
def day() -> str:
    """Today on the plots of the groups that one leads."""
    community, now = get_community(current_community_id()), clock.now()
    member_id = current_actor_id()
    led = led_place_ids(community.id, [member_id]).get(member_id, frozenset())
    return render_template(
        "plots/day.html",
        days=day_of_plots(community, find_plots(community.id, place_ids=list(led)), now),
        today=clock.local_day(now, community.zone),
        zone=community.zone,
        now=now,
        care_words=CARE_WORDS,
        kind_words=DEFECT_KIND_WORDS,
        task_words=TASK_WORDS,
    )
