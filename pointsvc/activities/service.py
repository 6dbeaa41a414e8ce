"""The verbs of shifts: open, cancel, end early, sign up, leave; how people are counted in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import update

from pointsvc.activities.errors import (
    KindMisplaced,
    ShiftCancelled,
    ShiftFull,
    ShiftIdReused,
    ShiftNotBegun,
    ShiftOver,
)
from pointsvc.activities.gates import check_gate
from pointsvc.activities.models import ActivityKind, Shift, Signup
from pointsvc.activities.planned import changed
from pointsvc.activities.queries import (
    KindFacts,
    ShiftFacts,
    find_kinds,
    find_shifts,
    get_shift,
    signed_up_shift_ids,
    signups_of,
)
from pointsvc.activities.rules import WAYS, Scope, faults_of_times, fits_place, may_run_at
from pointsvc.activities.seats import free_seats, keep_signup, take_seat
from pointsvc.activities.waiting import move_up, release_line, settle
from pointsvc.audit.actors import Actor
from pointsvc.audit.queries import events_about
from pointsvc.audit.service import note
from pointsvc.communities.errors import PlaceClosed
from pointsvc.communities.queries import get_community, get_place
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.members.telling import leave_message

_ENDED: Final = "activities.shift_ended"


def create_shift(
    *,
    community_id: UUID,
    scope: Scope,
    created_by_id: UUID,
    shift_id: UUID,
    activity_kind: str,
    place_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int | None,
    now: datetime,
    led_by_id: UUID | None = None,
    risk: str = "none",
) -> ShiftFacts:
    """Open a shift at one's own place (a clerk at any). The same id with the same values is one.

    Args:
        community_id: whose.
        scope: where the caller may run shifts.
        created_by_id: who opens it.
        shift_id: made by the caller's page or program, so that a double tap makes one shift.
        activity_kind: a code whose deeds are counted in shifts.
        place_id: an open place of a kind where such activities are counted.
        starts_at: up to 31 days back (a clerk catching up; scans of then are held), a year ahead.
        ends_at: after the start, by a day at most.
        capacity: how many may sign up; None for any number.
        now: the moment of opening.
        led_by_id: who leads it; the caller where nobody is named.
        risk: one of `gates.RISKS`; other than `none` it demands training, age and insurance.

    Raises:
        Invalid: kind or times. KindMisplaced: not at such a place. NotFound: the place. PlaceClosed.
        Forbidden: not the caller's place. ShiftIdReused: the id names another shift.
    """
    place = get_place(community_id, place_id)
    if not may_run_at(scope, place_id):
        raise Forbidden
    if not place.is_open:
        raise PlaceClosed
    _check_kind(_kind(community_id, activity_kind), place.kind)
    _check_times(starts_at, ends_at, now)
    values = {
        "activity_kind": activity_kind,
        "place_id": place_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "capacity": capacity,
        "risk": risk,
    }
    known = find_shifts(community_id=community_id, ids=[shift_id]).get(shift_id)
    if known is not None:
        if any(getattr(known, name) != value for name, value in values.items()):
            raise ShiftIdReused
        return known
    db.session.add(
        Shift(
            community_id=community_id,
            id=shift_id,
            led_by_id=led_by_id or created_by_id,
            created_by_id=created_by_id,
            created_at=now,
            **values,
        )
    )
    note(
        community_id=community_id,
        actor=Actor("member", created_by_id),
        action="activities.shift_opened",
        subject_id=shift_id,
        now=now,
    )
    db.session.flush()
    return get_shift(community_id, shift_id)


def cancel_shift(
    *, community_id: UUID, scope: Scope, cancelled_by_id: UUID, shift_id: UUID, now: datetime
) -> ShiftFacts:
    """Call a shift off; twice is once. Nothing is earned in it (checkin annuls who is in).

    Whoever meant to come, or waited for a seat, is told.

    Raises:
        NotFound. Forbidden: not the caller's place. ShiftOver: it has ended.
    """
    shift = get_shift(community_id, shift_id)
    if not may_run_at(scope, shift.place_id):
        raise Forbidden
    if shift.ends_at <= now:
        raise ShiftOver
    is_first = db.session.execute(
        update(Shift)
        .where(
            Shift.community_id == community_id,
            Shift.id == shift_id,
            Shift.cancelled_at.is_(None),
        )
        .values({"cancelled_at": now} | changed(now))
    ).rowcount  # type: ignore[attr-defined]
    if is_first:
        note(
            community_id=community_id,
            actor=Actor("member", cancelled_by_id),
            action="activities.shift_cancelled",
            subject_id=shift_id,
            now=now,
        )
        _tell(community_id, shift, "activities.shift_cancelled", now)
        release_line(community_id=community_id, shift=shift, now=now)
    return shift


def end_shift(
    *, community_id: UUID, scope: Scope, ended_by_id: UUID, shift_id: UUID, now: datetime
) -> ShiftFacts:
    """End a running shift now, earlier than planned; twice is once. What was earned in it stays.

    Whoever is still in it can be checked out within the grace, as after any shift; whoever signed
    up is told.

    Raises:
        NotFound. Forbidden: not the caller's place. ShiftCancelled. ShiftNotBegun.
        ShiftOver: it ended as planned.
    """
    shift = get_shift(community_id, shift_id)
    if not may_run_at(scope, shift.place_id):
        raise Forbidden
    if shift.cancelled_at is None and shift.ends_at <= now and _was_ended(community_id, shift):
        return shift
    _check_live(shift, now)
    if now <= shift.starts_at:
        raise ShiftNotBegun
    is_first = db.session.execute(
        update(Shift)
        .where(
            Shift.community_id == community_id,
            Shift.id == shift_id,
            Shift.cancelled_at.is_(None),
            Shift.ends_at == shift.ends_at,  # of two at once the first one's moment stays
        )
        .values({"ends_at": now} | changed(now))
    ).rowcount  # type: ignore[attr-defined]
    ended = get_shift(community_id, shift_id)
    if ended.cancelled_at is not None:
        raise ShiftCancelled
    if is_first:
        detail = {"minutes_early": int((shift.ends_at - now).total_seconds()) // 60}
        note(
            community_id=community_id,
            actor=Actor("member", ended_by_id),
            action=_ENDED,
            subject_id=shift_id,
            now=now,
            detail=detail,
        )
        _tell(community_id, shift, _ENDED, now)
    return ended


def sign_up(*, community_id: UUID, shift_id: UUID, member_id: UUID, now: datetime) -> None:
    """Mean to come; twice is once. The shift's own row counts, so that two at once never overbook.

    Raises:
        NotFound. ShiftCancelled. ShiftOver. ShiftFull. GateClosed: a dangerous shift, and something
        is missing (条例 art. 15-17).
    """
    shift = get_shift(community_id, shift_id)
    _check_live(shift, now)
    check_gate(community_id=community_id, shift=shift, member_id=member_id)
    mine = {"community_id": community_id, "shift_id": shift_id, "member_id": member_id}
    took_seat = take_seat(community_id, shift_id)
    if signed_up_shift_ids(community_id=community_id, member_id=member_id, shift_ids=[shift_id]):
        free_seats(community_id, shift_id, took_seat)
        return
    if not took_seat:
        _check_live(get_shift(community_id, shift_id), now)
        raise ShiftFull(capacity=shift.capacity)
    keep_signup(**mine, now=now)
    if shift.capacity is not None:
        settle(**mine, state="took", now=now)


def leave(*, community_id: UUID, shift_id: UUID, member_id: UUID, now: datetime) -> list[UUID]:
    """Not come after all; it costs nothing (《志愿服务条例》 art. 25). Not signed up is left.

    Returns:
        Who had waited for the seat and has it now.

    Raises:
        NotFound. ShiftOver.
    """
    shift = get_shift(community_id, shift_id)
    if shift.ends_at <= now:
        raise ShiftOver
    left = db.session.execute(
        update(Signup)
        .where(
            Signup.community_id == community_id,
            Signup.shift_id == shift_id,
            Signup.member_id == member_id,
            Signup.left_at.is_(None),
        )
        .values(left_at=now)
    ).rowcount  # type: ignore[attr-defined]
    free_seats(community_id, shift_id, left)
    if not left or shift.capacity is None:
        return []
    return move_up(community_id=community_id, shift_id=shift_id, now=now)


def set_ways(
    *,
    community_id: UUID,
    ways: Mapping[str, Collection[str]],
    changed_by_id: UUID,
    now: datetime,
) -> list[str]:
    """Switch the ways of being counted on or off; a kind without any is out of use.

    Args:
        community_id: whose kinds.
        ways: kind → the ways that are on; kinds that are not named stay as they are.
        changed_by_id: the clerk.
        now: recorded then; scans follow from this moment on.

    Returns:
        The codes of the kinds that really changed.

    Raises:
        Invalid: a kind that is not there, or a way that makes no sense for it.
    """
    known = {kind.code: kind for kind in find_kinds(community_id)}
    for code, on in ways.items():
        if code not in known or not set(on) <= set(WAYS[known[code].counted_by]):
            raise Invalid({"way": [_("没有这个活动类别，或它没有这种计分办法。")]})
    wanted = {code: {way: way in on for way in WAYS["attendance"]} for code, on in ways.items()}
    changed = [code for code, on in wanted.items() if _differs(known[code], on)]
    for code in changed:
        db.session.execute(
            update(ActivityKind)
            .where(ActivityKind.community_id == community_id, ActivityKind.code == code)
            .values(wanted[code])
        )
        detail: dict[str, Any] = {"kind": code, "ways": sorted(ways[code])}
        note(
            community_id=community_id,
            actor=Actor("member", changed_by_id),
            action="activities.ways_set",
            subject_id=None,
            now=now,
            detail=detail,
        )
    return changed


def _differs(kind: KindFacts, ways: Mapping[str, bool]) -> bool:
    possible = WAYS[kind.counted_by]
    return any(getattr(kind, way) != ways[way] for way in possible)


def _was_ended(community_id: UUID, shift: ShiftFacts) -> bool:
    """Whether somebody ended it early."""
    return bool(events_about(community_id, shift.id, actions=[_ENDED], since=shift.starts_at))


def _tell(community_id: UUID, shift: ShiftFacts, topic: str, now: datetime) -> None:
    """A message to everybody who signed up."""
    zone = get_community(community_id).zone
    payload = {
        "shift_id": str(shift.id),
        "at": clock.local(shift.starts_at, zone).strftime("%Y-%m-%d %H:%M"),
    }
    for person in signups_of(community_id, shift.id):
        leave_message(
            community_id=community_id,
            recipient_id=person.member_id,
            topic=topic,
            payload=payload,
            now=now,
        )


def _kind(community_id: UUID, code: str) -> KindFacts | None:
    return next((kind for kind in find_kinds(community_id) if kind.code == code), None)


def _check_kind(kind: KindFacts | None, place_kind: str) -> None:
    if kind is None or kind.counted_by == "other":
        raise Invalid({"activity_kind": [_("没有这个活动类别，或它不按场次计分。")]})
    if not kind.is_used:
        raise Invalid({"activity_kind": [_("这个类别已停用，请换一个，或请专干启用。")]})
    if not fits_place(kind.code, kind.counted_by, place_kind):
        raise KindMisplaced({"activity_kind": [str(KindMisplaced.message)]})


def _check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    messages = {
        "order": _("结束须在开始之后。"),
        "length": _("一个场次最长 24 小时。"),
        "past": _("开始时间太早：最多补开 31 天前的场次。"),
        "far": _("开始时间太远：最多提前一年。"),
    }
    faults = faults_of_times(starts_at=starts_at, ends_at=ends_at, now=now)
    if faults:
        raise Invalid({field: [messages[fault]] for field, fault in faults.items()})


def _check_live(shift: ShiftFacts, now: datetime) -> None:
    if shift.cancelled_at is not None:
        raise ShiftCancelled
    if shift.ends_at <= now:
        raise ShiftOver
