"""The blueprint, and what every page about people needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from pointsvc.audit.actors import Actor
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.permission import current_actor_id, current_community_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.changes import Rooms

T = TypeVar("T")
blueprint = Blueprint("members", __name__, url_prefix="/members")


def clerk() -> Actor:
    """Who sits at the desk."""
    return Actor("member", current_actor_id())


def today(now: datetime) -> date:
    """The day in the community's zone."""
    return clock.local_day(now, get_community(current_community_id()).zone)


def rooms() -> Rooms:
    """What the rooms above do when people change; wired by the application."""
    found: Rooms = current_app.extensions["rooms_of_people"]
    return found


def done(member_id: UUID, work: Callable[[], object], words: str) -> ResponseReturnValue:
    """Do the deed and go back to the person's page with words of success, or of the refusal."""
    try:
        transact(work)
    except (Conflict, Invalid) as refusal:
        flash(_told(refusal), "error")
    else:
        flash(words, "success")
    return redirect(url_for("members.show", member_id=member_id), 303)


def _told(refusal: Conflict | Invalid) -> str:
    if isinstance(refusal, Invalid) and refusal.errors:
        messages = [text for texts in refusal.errors.values() for text in texts]
        return "；".join(str(message) for message in messages)
    return refusal.detail
