"""Reading what a community settled for its plots: its plan, its list for hand-overs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.plots.models import PlotSettings
from pointsvc.plots.rules.handovers import CHECKLIST, checklist_in
from pointsvc.plots.rules.outlines import Extent


@dataclass(frozen=True, slots=True)
class PlotSettingsFacts:
    """The plan's extent and the lines of a hand-over; the defaults where nothing was said."""

    extent: Extent
    checklist: tuple[str, ...]


def plot_settings(community_id: UUID) -> PlotSettingsFacts:
    """What stands for a community."""
    kept = db.session.scalars(
        select(PlotSettings).where(PlotSettings.community_id == community_id)
    ).one_or_none()
    if kept is None:
        return PlotSettingsFacts(Extent(), CHECKLIST)
    extent = Extent(kept.width_metres, kept.height_metres)
    return PlotSettingsFacts(extent, tuple(checklist_in(kept.checklist)) or CHECKLIST)
