"""The division of the plots: places, groups, leaders, volunteers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.communities.queries import find_place_numbered
from pointsvc.communities.service import create_place
from pointsvc.imports.lines import PlotDivision
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.organisation.queries import find_group_numbered, led_group_ids, tended_places
from pointsvc.organisation.service import create_group, grant_role, join_group, tend_place
from pointsvc.plots.places.taking_over import take_over_plot


def take_plots(
    *,
    community_id: UUID,
    plots: Iterable[PlotDivision],
    members: Mapping[bytes, UUID],
    actor: Actor,
    now: datetime,
) -> int:
    """Open each plot with the group that tends it; what stands already is left; how many were new.

    The people of the book tend their plots today, so their care is taken over as accepted; each can
    end it at any time (《志愿服务条例》 art. 25).
    """
    return sum(_take(community_id, plot, members, actor, now) for plot in plots)


def _take(
    community_id: UUID,
    plot: PlotDivision,
    members: Mapping[bytes, UUID],
    actor: Actor,
    now: datetime,
) -> bool:
    standing = find_place_numbered(community_id, "plot", plot.number)
    place_id = standing.id if standing else new_id()
    if standing is None:
        create_place(
            community_id=community_id,
            place_id=place_id,
            kind="plot",
            number=plot.number,
            name=_("%(number)s号田", number=plot.number),
            location=plot.location or None,
        )
    people = [members[key] for key in plot.volunteers if key in members]
    take_over_plot(
        community_id=community_id,
        place_id=place_id,
        area_m2=plot.area_m2,
        planting=plot.planting,
        care=plot.care,
        member_ids=people,
        now=now,
    )
    leader_id = members.get(plot.leader) if plot.leader else None
    _take_group(
        community_id,
        plot.number,
        place_id,
        leader_id=leader_id,
        people=people,
        actor=actor,
        now=now,
    )
    return standing is None


def _take_group(
    community_id: UUID,
    number: int,
    place_id: UUID,
    *,
    leader_id: UUID | None,
    people: list[UUID],
    actor: Actor,
    now: datetime,
) -> None:
    group_id = tended_places(community_id).get(place_id)
    if group_id is None:
        group_id = _group(community_id, number, actor, now)
        tend_place(
            community_id=community_id, group_id=group_id, place_id=place_id, actor=actor, now=now
        )
    for member_id in [*people, *([leader_id] if leader_id else [])]:
        join_group(
            community_id=community_id, group_id=group_id, member_id=member_id, actor=actor, now=now
        )
    if (
        leader_id
        and leader_id != actor.id
        and group_id not in led_group_ids(community_id, leader_id)
    ):
        grant_role(
            community_id=community_id,
            grant_id=new_id(),
            member_id=leader_id,
            role="leader",
            group_id=group_id,
            granted_by=actor,
            now=now,
        )


def _group(community_id: UUID, number: int, actor: Actor, now: datetime) -> UUID:
    standing = find_group_numbered(community_id, number)
    if standing is not None:
        return standing.id
    group_id = new_id()
    create_group(
        community_id=community_id,
        group_id=group_id,
        number=number,
        name=_("第%(number)s党小组", number=number),
        actor=actor,
        now=now,
    )
    return group_id
