"""What the office wrote down of my trainings and insurances; nobody else's."""

from __future__ import annotations

from flask import render_template

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.members.covers import insurances_of, trainings_of
from pointsvc.members.words import TOPIC_WORDS
from pointsvc.web.pages.hall import blueprint


@blueprint.route("/me/cover")
@requires("me.read")
def my_cover() -> str:
    """Until when I am trained and insured."""
    community, member_id = get_community(current_community_id()), current_actor_id()
    return render_template(
        "web/my_cover.html",
        trainings=trainings_of(community.id, member_id),
        insurances=insurances_of(community.id, member_id),
        words=TOPIC_WORDS,
        today=clock.local_day(clock.now(), community.zone),
    )
