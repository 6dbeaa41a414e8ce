"""The verbs of plots: keep what is known, start caring now, ask somebody to stand in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from pointsvc.activities.errors import GateClosed
from pointsvc.activities.queries import ShiftFacts, find_shifts, get_shift
from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.activities.service import create_shift, sign_up
from pointsvc.activities.words import lacks_told_to_others
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.checkin.duties import at_place
from pointsvc.communities.queries import get_community
from pointsvc.communities.service import rename_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.outcomes import insert_once
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import people_of_groups, tended_places
from pointsvc.plots.errors import NotOfGroup
from pointsvc.plots.models import Plot
from pointsvc.plots.queries import PlotFacts, get_plot
from pointsvc.plots.rules import CARE_KIND, CARE_LENGTH


def store_facts(
    *,
    community_id: UUID,
    place_id: UUID,
    area_m2: int | None,
    planting: str | None,
    care: str | None,
) -> None:
    """Keep what is known of a plot; the last word stands."""
    facts = {"area_m2": area_m2, "planting": planting or None, "care": care or None}
    if not insert_once(Plot, [{"community_id": community_id, "place_id": place_id, **facts}]):
        db.session.execute(
            update(Plot)
            .where(Plot.community_id == community_id, Plot.place_id == place_id)
            .values(facts)
        )


def know_plot(*, community_id: UUID, place_id: UUID) -> None:
    """Have a row for a plot of which nothing is known yet: what refers to it needs one."""
    nothing = dict.fromkeys(("area_m2", "planting", "care"))
    insert_once(Plot, [{"community_id": community_id, "place_id": place_id, **nothing}])


def edit_plot(
    *,
    community_id: UUID,
    place_id: UUID,
    name: str,
    area_m2: int | None,
    planting: str | None,
    care: str | None,
    actor: Actor,
    now: datetime,
) -> PlotFacts:
    """Change a plot's name, area, planting and care. Raises NotFound, Invalid."""
    get_plot(community_id, place_id)
    rename_place(community_id=community_id, place_id=place_id, name=name)
    store_facts(
        community_id=community_id, place_id=place_id, area_m2=area_m2, planting=planting, care=care
    )
    note(
        community_id=community_id,
        actor=actor,
        action="plots.edited",
        subject_id=place_id,
        now=now,
        detail={"area_m2": area_m2},
    )
    return get_plot(community_id, place_id)


def start_care(
    *,
    community_id: UUID,
    scope: Scope,
    started_by_id: UUID,
    shift_id: UUID,
    place_id: UUID,
    now: datetime,
) -> ShiftFacts:
    """A shift on the plot for the next two hours; the one that takes scans already, if there is.

    So a second tap, another leader's tap and a page left open since yesterday open no second one.

    Raises:
        NotFound: no plot. Forbidden: not the caller's. PlaceClosed. Invalid: the kind is out of use.
    """
    get_plot(community_id, place_id)
    if not may_run_at(scope, place_id):
        raise Forbidden
    known = find_shifts(community_id=community_id, ids=[shift_id]).get(shift_id)
    running = _running(community_id, place_id, now)
    if known is not None and known.place_id == place_id and known in running:
        return known
    if running:
        return running[0]
    return create_shift(
        community_id=community_id,
        scope=scope,
        created_by_id=started_by_id,
        shift_id=shift_id,
        activity_kind=CARE_KIND,
        place_id=place_id,
        starts_at=now,
        ends_at=now + CARE_LENGTH,
        capacity=None,
        now=now,
    )


def sign_up_substitute(
    *,
    community_id: UUID,
    scope: Scope,
    asked_by_id: UUID,
    shift_id: UUID,
    member_id: UUID,
    now: datetime,
) -> None:
    """Sign up somebody of the plot's group who said yes; they are told, and may leave (art. 25).

    Raises:
        NotFound: the shift. Forbidden: not the caller's plot. NotOfGroup.
        ShiftCancelled. ShiftOver. ShiftFull. GateClosed: said so that a leader learns no birthday.
    """
    shift = get_shift(community_id, shift_id)
    if not may_run_at(scope, shift.place_id):
        raise Forbidden
    group_id = tended_places(community_id).get(shift.place_id)
    if not group_id or member_id not in people_of_groups(community_id, [group_id])[group_id]:
        raise NotOfGroup
    try:
        sign_up(community_id=community_id, shift_id=shift_id, member_id=member_id, now=now)
    except GateClosed as refusal:
        reasons = refusal.context["reasons"]
        why = lacks_told_to_others(reasons)
        raise GateClosed(risk=shift.risk, reasons=reasons, why=why) from refusal
    note(
        community_id=community_id,
        actor=Actor("member", asked_by_id),
        action="plots.substitute_signed_up",
        subject_id=shift_id,
        now=now,
        detail={"member_id": str(member_id)},
    )
    zone = get_community(community_id).zone
    leave_message(
        community_id=community_id,
        recipient_id=member_id,
        topic="plots.signed_up",
        payload={
            "shift_id": str(shift_id),
            "at": clock.local(shift.starts_at, zone).strftime("%Y-%m-%d %H:%M"),
        },
        now=now,
    )


def _running(community_id: UUID, place_id: UUID, now: datetime) -> list[ShiftFacts]:
    """What takes scans on the plot and is not over."""
    found = at_place(get_community(community_id), place_id, now)
    return [shift for shift in found if shift.ends_at > now]
