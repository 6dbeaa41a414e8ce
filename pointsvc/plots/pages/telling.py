"""Refusals in words, at the top of the page that one goes back to."""

from __future__ import annotations

from uuid import UUID

from flask import flash

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.scopes import scope_of
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid
from pointsvc.kernel.i18n import pause
from pointsvc.kernel.permission import current_caller, current_community_id
from pointsvc.plots.queries import PlotFacts, get_plot


def told(refusal: Conflict | Invalid) -> str:
    """What a refusal says: of a form, each field's messages."""
    if isinstance(refusal, Invalid) and refusal.errors:
        return pause("；").join(str(text) for texts in refusal.errors.values() for text in texts)
    return refusal.detail


def flash_refusal(refusal: Conflict | Invalid) -> None:
    """Say it at the top of the next page."""
    flash(told(refusal), "error")


def own_plot(place_id: UUID) -> PlotFacts:
    """The plot, where the caller runs it. Raises NotFound, Forbidden."""
    plot = get_plot(current_community_id(), place_id)
    if not may_run_at(scope_of(current_caller()), plot.place.id):
        raise Forbidden
    return plot
