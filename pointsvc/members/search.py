"""Finding people at the desk: by name, last four digits, volunteer number, whole phone or door."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, tuple_

from pointsvc.extensions import db
from pointsvc.kernel.paging import (
    PAGE_LENGTH,
    Page,
    PageUnknown,
    open_cursor,
    open_number,
    seal_cursor,
)
from pointsvc.kernel.pinyin import sort_key
from pointsvc.members.models import Household, Member
from pointsvc.members.phones import indexes_of
from pointsvc.members.queries import MemberFacts, facts_of, members_of, tail_indexes
from pointsvc.members.rules import door_in, plain_name

Order = Literal["name", "number"]
State = Literal["active", "departed"]
_TAIL: Final = 4
_NUMBER_MAX: Final = 10


def search(
    community_id: UUID,
    *,
    text: str = "",
    state: State = "active",
    order: Order = "name",
    after: str | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[MemberFacts]:
    """A page of the people that fit what a clerk typed; all of them for nothing typed.

    By name: as names are read (pinyin).

    Raises:
        PageUnknown: a cursor that is not ours.
    """
    wanted = members_of(community_id).where(Member.state == state)
    wanted = wanted.where(*_fits(community_id, plain_name(text)))
    if after is not None:
        wanted = wanted.where(_beyond(order, after))
    key = (Member.name_key, Member.id) if order == "name" else (Member.volunteer_no,)
    rows = db.session.execute(wanted.order_by(*key).limit(limit + 1)).all()
    found = [facts_of(community_id, row) for row in rows[:limit]]
    is_more = len(rows) > limit
    return Page(found, _cursor(order, found[-1]) if is_more else None)


def find_numbered(community_id: UUID, volunteer_no: int) -> MemberFacts | None:
    """The active member of this volunteer number, which stands on their card."""
    wanted = members_of(community_id).where(
        Member.state == "active", Member.volunteer_no == volunteer_no
    )
    row = db.session.execute(wanted).one_or_none()
    return None if row is None else facts_of(community_id, row)


def _fits(community_id: UUID, text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    if indexes := indexes_of(text):
        return [Member.phone_index.in_(indexes)]
    if text.isascii() and text.isdecimal():
        return [_digits(community_id, text)]
    if door := door_in(text):
        return [
            Household.building == door.building,
            Household.unit == door.unit,
            Household.room == door.room,
        ]
    return [Member.name.contains(text, autoescape=True)]


def _digits(community_id: UUID, text: str) -> ColumnElement[bool]:
    """A volunteer number; four digits may be the end of a phone as well, any a room."""
    choices: list[ColumnElement[bool]] = [Household.room == text]
    if len(text) < _NUMBER_MAX:
        choices.append(Member.volunteer_no == int(text))
    if len(text) == _TAIL:
        choices.append(Member.phone_tail_index.in_(tail_indexes(community_id, text)))
    return or_(*choices)


def _beyond(order: Order, after: str) -> ColumnElement[bool]:
    try:
        if order == "number":
            return and_(Member.volunteer_no > open_number(after))
        name_key, member_id = open_cursor(after, 2)
        return tuple_(Member.name_key, Member.id) > tuple_(name_key, UUID(member_id))
    except ValueError as error:
        raise PageUnknown from error


def _cursor(order: Order, last: MemberFacts) -> str:
    if order == "number":
        return seal_cursor(last.volunteer_no)
    return seal_cursor(sort_key(last.name, is_name=True), last.id)
