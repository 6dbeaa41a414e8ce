"""The blueprint, and what every page of imports needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.imports.background import start
from pointsvc.imports.queries import RunFacts, get_run
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.permission import current_community_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of

blueprint = Blueprint("imports", __name__, url_prefix="/imports")


def zone() -> str:
    """The community's zone."""
    return get_community(current_community_id()).zone


def names_of_clerks(runs: Iterable[RunFacts]) -> dict[UUID, str]:
    """Who brought the files, by id."""
    return names_of(
        current_community_id(), {run.created_by_id for run in runs if run.created_by_id}
    )


def change(run_id: UUID, work: Callable[[], object]) -> bool:
    """Do the deed and work the run through; whether it was done, else the refusal is flashed."""
    try:
        transact(work)
    except Conflict as refusal:
        flash(refusal.detail, "error")
        return False
    start(get_run(current_community_id(), run_id))
    return True


def to_run(
    run_id: UUID, *, sheet: str | None = None, after: str | None = None, anchor: str | None = None
) -> ResponseReturnValue:
    """Go to the run's page, where the clerk was in its list."""
    address = url_for("imports.run", run_id=run_id, sheet=sheet, after=after, _anchor=anchor)
    return redirect(address, 303)
