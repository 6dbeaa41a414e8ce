"""Reading plots: what is known of each, its group, its people, when somebody was there last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, select

from pointsvc.activities.models import Shift
from pointsvc.checkin.models import Attendance
from pointsvc.communities.queries import PlaceFacts, find_places
from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.kernel.errors import NotFound
from pointsvc.members.queries import names_of
from pointsvc.organisation.queries import (
    GroupFacts,
    find_groups,
    grants_in,
    people_of_groups,
    tended_places,
)
from pointsvc.plots.models import Assignment, Plot
from pointsvc.plots.rules import SUBSTITUTES_WANTED, Part, missing_count, part_in
from pointsvc.plots.rules.outlines import Outline, kept_outline
from pointsvc.plots.rules.owners import species_in

PARTS: Final = ("tender", "member", "substitute")


@dataclass(frozen=True, slots=True)
class Tender:
    """Somebody of the group: who cares for the plot, is its substitute, or is only of the group."""

    id: UUID
    name: str
    part: Part

    @property
    def is_stand_in(self) -> bool:
        """Whether they said yes to be the substitute; nobody is one for not caring."""
        return self.part == "substitute"


@dataclass(frozen=True, slots=True)
class PlotFacts:
    """A plot with its group and people; no phone numbers."""

    place: PlaceFacts
    area_m2: int | None
    planting: str | None
    care: str | None
    group: GroupFacts | None
    leaders: tuple[tuple[UUID, str], ...]
    people: tuple[Tender, ...]
    last_attended_at: datetime | None
    buildings: str | None = None
    sign_text: str | None = None
    owner_kind: str | None = None
    owner_name: str | None = None
    outline: Outline | None = None

    @property
    def species(self) -> list[str]:
        """What grows there."""
        return species_in(self.planting)

    @property
    def tenders(self) -> list[Tender]:
        """Those who took the plot on."""
        return [person for person in self.people if person.part == "tender"]

    @property
    def missing_count(self) -> int:
        """How many tenders the plot is short of."""
        return missing_count(len(self.tenders))

    @property
    def lacks_substitute(self) -> bool:
        """Whether nobody said yes to stand in."""
        substitutes = [person for person in self.people if person.is_stand_in]
        return missing_count(len(substitutes), wanted=SUBSTITUTES_WANTED) > 0


def find_plots(
    community_id: UUID, *, place_ids: Sequence[UUID] | None = None, with_closed: bool = False
) -> list[PlotFacts]:
    """Plots by number; open ones unless `with_closed`, these ones only where they are named."""
    places = find_places(community_id, kind="plot", ids=place_ids, with_closed=with_closed)
    ids = [place.id for place in places]
    tended = tended_places(community_id)
    groups = {group.id: group for group in find_groups(community_id)}
    leaders = _leaders(community_id)
    people = people_of_groups(community_id, {tended[place] for place in ids if place in tended})
    names = names_of(community_id, {person for some in people.values() for person in some})
    accepted = _accepted(community_id, ids)
    known = known_plots(community_id, ids)
    last = last_attended(community_id, ids)

    def facts(place: PlaceFacts) -> PlotFacts:
        group_id = tended.get(place.id)
        led_by = leaders.get(group_id, {}) if group_id else {}
        mine = accepted.get(place.id, {})
        plot = known.get(place.id)
        return PlotFacts(
            place=place,
            area_m2=plot.area_m2 if plot else None,
            planting=plot.planting if plot else None,
            care=plot.care if plot else None,
            group=groups.get(group_id) if group_id else None,
            leaders=tuple(led_by.items()),
            people=_tenders(people[group_id] if group_id else [], led_by, mine, names),
            last_attended_at=last.get(place.id),
            buildings=plot.buildings if plot else None,
            sign_text=plot.sign_text if plot else None,
            owner_kind=plot.owner_kind if plot else None,
            owner_name=plot.owner_name if plot else None,
            outline=kept_outline(plot.outline) if plot else None,
        )

    return [facts(place) for place in places]


def get_plot(community_id: UUID, place_id: UUID) -> PlotFacts:
    """The plot, open or closed. Raises NotFound, also for a place of another kind."""
    found = find_plots(community_id, place_ids=[place_id], with_closed=True)
    if not found:
        raise NotFound
    return found[0]


def sign_texts(community_id: UUID) -> dict[UUID, str]:
    """The words of each plot's sign; plots whose sign says nothing are missing."""
    rows = db.session.execute(
        select(Plot.place_id, Plot.sign_text).where(
            Plot.community_id == community_id, Plot.sign_text.is_not(None)
        )
    )
    return {row.place_id: row.sign_text for row in rows}


def last_attended(community_id: UUID, place_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When somebody was counted last at each of the places."""
    rows = db.session.execute(
        select(Shift.place_id, func.max(Attendance.in_at))
        .join(
            Attendance,
            and_(Attendance.community_id == Shift.community_id, Attendance.shift_id == Shift.id),
        )
        .where(
            Shift.community_id == community_id,
            is_among(Shift.place_id, place_ids),
            Attendance.state != "void",
        )
        .group_by(Shift.place_id)
    )
    return {row[0]: row[1] for row in rows}


def _tenders(
    people: Sequence[UUID],
    leaders: dict[UUID, str],
    accepted: dict[UUID, bool],
    names: dict[UUID, str],
) -> tuple[Tender, ...]:
    """The group's people without its leaders, unless these took the plot on; who cares comes first."""
    found = [
        Tender(person, names.get(person, ""), part_in(person, accepted=accepted))
        for person in people
        if person not in leaders or person in accepted
    ]
    return tuple(sorted(found, key=lambda tender: PARTS.index(tender.part)))


def _leaders(community_id: UUID) -> dict[UUID, dict[UUID, str]]:
    leaders: dict[UUID, dict[UUID, str]] = {}
    for grant in grants_in(community_id, role="leader"):
        if grant.group_id is not None:
            leaders.setdefault(grant.group_id, {})[grant.member_id] = grant.member_name
    return leaders


def _accepted(community_id: UUID, place_ids: Collection[UUID]) -> dict[UUID, dict[UUID, bool]]:
    """Who said yes for each place, and whether as a substitute."""
    rows = db.session.execute(
        select(Assignment.place_id, Assignment.member_id, Assignment.is_substitute).where(
            Assignment.community_id == community_id,
            is_among(Assignment.place_id, place_ids),
            Assignment.state == "accepted",
        )
    )
    accepted: dict[UUID, dict[UUID, bool]] = {}
    for row in rows:
        accepted.setdefault(row.place_id, {})[row.member_id] = bool(row.is_substitute)
    return accepted


def known_plots(community_id: UUID, place_ids: Collection[UUID]) -> dict[UUID, Plot]:
    """What is known of these plots; those of which nothing is known are missing."""
    wanted = select(Plot).where(
        Plot.community_id == community_id, is_among(Plot.place_id, place_ids)
    )
    return {plot.place_id: plot for plot in db.session.scalars(wanted)}
