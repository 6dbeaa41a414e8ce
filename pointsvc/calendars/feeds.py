"""The verbs of addresses: make one (the one before ends), end one, find whose a secret is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from pointsvc.activities.rules import Scope, may_run_at
from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.calendars.models import CalendarFeed
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.one_time import new_token, token_hash
from pointsvc.members.models import Member
from pointsvc.organisation.queries import led_place_ids, roles_of
from pointsvc.plots.queries import get_plot


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """An address that is in use: whose, of which plot (None: of their own days), since when."""

    community_id: UUID
    member_id: UUID
    place_id: UUID | None
    locale: str
    made_at: datetime


def make_feed(
    *, community_id: UUID, scope: Scope, member_id: UUID, place_id: UUID | None, now: datetime
) -> str:
    """A new secret; the address before it shows nothing from now on.

    Raises:
        NotFound: no such plot. Forbidden: a plot that is not the caller's.
    """
    if place_id is not None:
        get_plot(community_id, place_id)
        if not may_run_at(scope, place_id):
            raise Forbidden
    secret = f"{community_id.hex}{new_token()}"
    _end(community_id, member_id, place_id, now)
    db.session.add(
        CalendarFeed(
            community_id=community_id,
            id=new_id(),
            member_id=member_id,
            place_id=place_id,
            secret_hash=token_hash(secret),
            made_at=now,
        )
    )
    db.session.flush()
    _note(community_id, member_id, "calendars.made", place_id, now)
    return secret


def end_feed(*, community_id: UUID, member_id: UUID, place_id: UUID | None, now: datetime) -> None:
    """The address shows nothing from now on; none in use is left at that."""
    if _end(community_id, member_id, place_id, now):
        _note(community_id, member_id, "calendars.ended", place_id, now)


def feeds_of(community_id: UUID, member_id: UUID) -> dict[UUID | None, datetime]:
    """Since when the member has an address: by plot, and of their own days under None."""
    rows = db.session.execute(
        select(CalendarFeed.place_id, CalendarFeed.made_at).where(
            CalendarFeed.community_id == community_id,
            CalendarFeed.member_id == member_id,
            CalendarFeed.revoked_at.is_(None),
        )
    )
    return {row.place_id: row.made_at for row in rows}


def find_feed(secret: str) -> FeedFacts | None:
    """Whose the secret is, if it still shows anything: its owner is on the books, and leads the plot."""
    try:
        community_id = UUID(hex=secret[:32])
    except ValueError:
        return None
    row = db.session.execute(
        select(CalendarFeed, Member.locale)
        .join(
            Member,
            (Member.community_id == CalendarFeed.community_id)
            & (Member.id == CalendarFeed.member_id),
        )
        .where(
            CalendarFeed.community_id == community_id,
            CalendarFeed.secret_hash == token_hash(secret),
            CalendarFeed.revoked_at.is_(None),
            Member.state == "active",
        )
    ).one_or_none()
    if row is None or not _still_leads(community_id, row[0]):
        return None
    feed: CalendarFeed = row[0]
    return FeedFacts(community_id, feed.member_id, feed.place_id, row[1], feed.made_at)


def _still_leads(community_id: UUID, feed: CalendarFeed) -> bool:
    if feed.place_id is None:
        return True
    led = led_place_ids(community_id, [feed.member_id])
    if feed.place_id in led.get(feed.member_id, frozenset()):
        return True
    return "clerk" in roles_of(community_id, feed.member_id)


def _end(community_id: UUID, member_id: UUID, place_id: UUID | None, now: datetime) -> bool:
    same: ColumnElement[bool] = (
        CalendarFeed.place_id.is_(None) if place_id is None else CalendarFeed.place_id == place_id
    )
    done = db.session.execute(
        update(CalendarFeed)
        .where(
            CalendarFeed.community_id == community_id,
            CalendarFeed.member_id == member_id,
            same,
            CalendarFeed.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def _note(
    community_id: UUID, member_id: UUID, action: str, place_id: UUID | None, now: datetime
) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", member_id),
        action=action,
        subject_id=place_id or member_id,
        now=now,
    )
