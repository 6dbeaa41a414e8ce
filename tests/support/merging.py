"""Merging, moving and erasing the cast through every room."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.kernel import clock
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.changes import Closing
from pointsvc.members.editing import move_member
from pointsvc.members.erasing import erase_member
from pointsvc.members.erasure_requests import WAIT, ask_erasure
from pointsvc.members.merging import merge_members
from pointsvc.members.rules import Door
from pointsvc.members.service import NewMember, register_member
from pointsvc.web.gone import ROOMS, forgets
from tests.support.cast import ZONE, Cast, Person


def twin(
    cast: Cast, name: str = "李梅", phone: str | None = None, door: Door | None = None
) -> Person:
    """Somebody who is in the register a second time."""
    made = transact(
        lambda: register_member(
            community_id=cast.community_id,
            person=NewMember(name, phone=phone, door=door, consents={"messages": True}),
            recorded_by_id=cast.zhaofang.id,
            now=clock.now(),
        )
    )
    return Person(made.member_id, name, phone or "", cast.community_id)


def merge(cast: Cast, gone: UUID, kept: UUID, *, is_alone: bool = False) -> None:
    """The clerk makes two accounts one, with somebody from outside who agreed."""
    now = clock.now()
    transact(
        lambda: merge_members(
            community_id=cast.community_id,
            from_id=gone,
            into_id=kept,
            by_id=cast.zhaofang.id,
            agreed_by_id=None if is_alone else new_id(),
            rooms=ROOMS.follow,
            now=now,
            today=local_day(now, ZONE),
        )
    )


def move(cast: Cast, person: Person, door: Door) -> None:
    """The clerk writes down another door."""
    now = clock.now()
    transact(
        lambda: move_member(
            community_id=cast.community_id,
            member_id=person.id,
            door=door,
            actor=Actor("member", cast.zhaofang.id),
            now=now,
            rooms=ROOMS.carry,
        )
    )


def ask(cast: Cast, person: Person, closing: Closing = "lapse") -> None:
    """The person asks to be erased."""
    transact(
        lambda: ask_erasure(
            community_id=cast.community_id,
            member_id=person.id,
            closing=closing,
            by_id=person.id,
            now=clock.now(),
        )
    )


def erase(cast: Cast, person: Person, *, is_checked: bool = True, waited: bool = True) -> None:
    """The clerk carries it out, when the days are over."""
    now = clock.now() + (WAIT if waited else timedelta())
    transact(
        lambda: erase_member(
            community_id=cast.community_id,
            member_id=person.id,
            by_id=cast.zhaofang.id,
            is_checked=is_checked,
            rooms=forgets(),
            now=now,
            today=local_day(now, ZONE),
        )
    )
