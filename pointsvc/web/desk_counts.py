"""How many things wait behind each place of the clerk's desk."""

from __future__ import annotations

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.permission import current_community_id
from pointsvc.members.person_requests import count_requests
from pointsvc.plots.doing.defects import counts_by_state
from pointsvc.plots.doing.gaps import find_gaps
from pointsvc.plots.rules.mending import OPEN_STATES


def waiting_at_desk(role: str) -> dict[str, int]:
    """By endpoint: open defects, plots that nobody came to for three days, what needs a second person.

    Nothing for other roles.
    """
    if role != "clerk":
        return {}
    community = get_community(current_community_id())
    today = clock.local_day(clock.now(), community.zone)
    states = counts_by_state(community.id)
    counts = {
        "web.person_requests": count_requests(community.id, clock.now()),
        "plots.defects": sum(states.get(state, 0) for state in OPEN_STATES),
        "plots.gaps": sum(gap.is_escalated(today) for gap in find_gaps(community.id)),
    }
    return {endpoint: count for endpoint, count in counts.items() if count}
