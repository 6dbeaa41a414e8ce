"""The verbs of what is known of a plot beside its name and area: sign, owner, buildings, outline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import find_places
from pointsvc.communities.service import rename_place
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.outcomes import insert_once
from pointsvc.plots.models import Plot, PlotSettings
from pointsvc.plots.places.outline_words import fault_in_words
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.geojson import Drawn
from pointsvc.plots.rules.handovers import checklist_in
from pointsvc.plots.rules.outlines import (
    Extent,
    Outline,
    OutlineFault,
    decide_outline,
    typed_corners,
)
from pointsvc.plots.service import know_plot
from pointsvc.plots.settings import plot_settings


def describe_plot(
    *,
    community_id: UUID,
    place_id: UUID,
    buildings: str | None,
    sign_text: str | None,
    owner_kind: str | None,
    owner_name: str | None,
) -> None:
    """Keep the buildings beside a plot, the words of its sign and whose land it is."""
    know_plot(community_id=community_id, place_id=place_id)
    _store(
        community_id,
        place_id,
        buildings=buildings or None,
        sign_text=sign_text or None,
        owner_kind=owner_kind or None,
        owner_name=owner_name or None,
    )


def outline_in(text: str, extent: Extent) -> Outline | OutlineFault:
    """The outline that typed corners make on this map, or why they make none."""
    corners = typed_corners(text)
    return corners if isinstance(corners, OutlineFault) else decide_outline(corners, extent)


def draw_plot(
    *, community_id: UUID, place_id: UUID, corners: str, actor: Actor, now: datetime
) -> Outline | None:
    """Keep a plot's outline as typed, a corner a line; nothing typed takes it away.

    Raises:
        NotFound: no plot. Invalid: the corners are no plain shape on the map.
    """
    get_plot(community_id, place_id)
    outline = None
    if corners.strip():
        found = outline_in(corners, plot_settings(community_id).extent)
        if isinstance(found, OutlineFault):
            raise Invalid({"corners": [fault_in_words(found)]})
        outline = found
    know_plot(community_id=community_id, place_id=place_id)
    _store(community_id, place_id, outline=str(outline) if outline else None)
    note(
        community_id=community_id,
        actor=actor,
        action="plots.drawn",
        subject_id=place_id,
        now=now,
        detail={"area_m2": outline.area_m2} if outline else {},
    )
    return outline


def take_drawings(
    *, community_id: UUID, drawn: Sequence[Drawn], actor: Actor, now: datetime
) -> int:
    """Keep the outlines of a file for the plots that have these numbers; how many were kept.

    Names, areas and species are taken where the file says them. What has a fault, and numbers that
    no open plot has, are passed over: the preview listed them.
    """
    places = {place.number: place for place in find_places(community_id, kind="plot")}
    count = 0
    for each in drawn:
        place = places.get(each.number or 0)
        if place is None or each.outline is None:
            continue
        know_plot(community_id=community_id, place_id=place.id)
        facts: dict[str, object] = {"outline": str(each.outline)}
        facts |= {"area_m2": each.area_m2} if each.area_m2 else {}
        facts |= {"planting": each.species} if each.species else {}
        _store(community_id, place.id, **facts)
        if each.name and each.name != place.name:
            rename_place(community_id=community_id, place_id=place.id, name=each.name)
        count += 1
    note(
        community_id=community_id,
        actor=actor,
        action="plots.outlines_imported",
        subject_id=community_id,
        now=now,
        detail={"count": count},
    )
    return count


def settle_plots(
    *,
    community_id: UUID,
    width_metres: int,
    height_metres: int,
    checklist: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Settle how far the community's map reaches and what is handed over."""
    settled = {
        "width_metres": width_metres,
        "height_metres": height_metres,
        "checklist": "\n".join(checklist_in(checklist)) or None,
    }
    if not insert_once(PlotSettings, [{"community_id": community_id, **settled}]):
        of_community = PlotSettings.community_id == community_id
        db.session.execute(update(PlotSettings).where(of_community).values(settled))
    note(
        community_id=community_id,
        actor=actor,
        action="plots.settled",
        subject_id=community_id,
        now=now,
    )


def _store(community_id: UUID, place_id: UUID, **facts: object) -> None:
    db.session.execute(
        update(Plot)
        .where(Plot.community_id == community_id, Plot.place_id == place_id)
        .values(facts)
    )
