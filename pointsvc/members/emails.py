"""Addresses are shown to be one's own before anything is sent there: a link goes there, and comes back.

Of the token only its hash is kept; it is made when the letter leaves, so that nothing that waits in the
database opens anything. It holds for a day and once. Letters of a day are counted whatever the address,
so that nobody's letter box is filled from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.one_time import new_token, token_hash
from pointsvc.members.errors import TooManyLetters
from pointsvc.members.models import EmailProof, Member

HOLDS_FOR: Final = timedelta(hours=24)
LETTERS_OF_DAY: Final = 3
ATTEMPTS_MAX: Final = 4
AGAIN_AFTER: Final = timedelta(minutes=10)
BATCH: Final = 20


@dataclass(frozen=True, slots=True)
class ProofLetter:
    """A letter that has to leave now: to whom, and the token that only goes there."""

    member_id: UUID
    token: str
    attempts_count: int


def begin_proof(*, community_id: UUID, member_id: UUID, today: date, now: datetime) -> None:
    """Ask for a letter to the member's address as it is now; what was confirmed before holds no more.

    Raises:
        TooManyLetters: three were asked for today.
    """
    row = db.session.get(
        EmailProof, (community_id, member_id), with_for_update=True, populate_existing=True
    )
    if row is None:
        row = EmailProof(
            community_id=community_id, member_id=member_id, asked_on=today, asked_count=0
        )
        db.session.add(row)
    before = row.asked_count if row.asked_on == today else 0
    if before >= LETTERS_OF_DAY:
        raise TooManyLetters(limit=LETTERS_OF_DAY)
    row.asked_on, row.asked_count = today, before + 1
    row.token_hash = row.expires_at = row.confirmed_at = None
    row.due_at, row.attempts_count = now, 0
    db.session.flush()


def end_proof(*, community_id: UUID, member_id: UUID) -> None:
    """There is no address any more."""
    _set(
        community_id,
        [member_id],
        {"token_hash": None, "expires_at": None, "due_at": None, "confirmed_at": None},
    )


def take_letters(*, community_id: UUID, now: datetime) -> list[ProofLetter]:
    """The letters that are due, each with a token of its own; a rival takes others."""
    due = db.session.execute(
        select(EmailProof.member_id, EmailProof.attempts_count)
        .join(
            Member,
            and_(Member.community_id == EmailProof.community_id, Member.id == EmailProof.member_id),
        )
        .where(
            EmailProof.community_id == community_id,
            EmailProof.due_at <= now,
            Member.state == "active",
        )
        .order_by(EmailProof.due_at)
        .limit(BATCH)
        .with_for_update(of=EmailProof, skip_locked=True)
    ).all()
    letters = [ProofLetter(row.member_id, new_token(), row.attempts_count + 1) for row in due]
    for each in letters:
        values = {"token_hash": token_hash(each.token), "expires_at": now + HOLDS_FOR}
        values |= {"due_at": None, "attempts_count": each.attempts_count}
        _set(community_id, [each.member_id], values)
    return letters


def put_off(*, community_id: UUID, letter: ProofLetter, now: datetime) -> None:
    """The letter did not leave: it is tried again, four times at most."""
    if letter.attempts_count >= ATTEMPTS_MAX:
        return
    db.session.execute(
        update(EmailProof)
        .where(
            EmailProof.community_id == community_id,
            EmailProof.token_hash == token_hash(letter.token),
        )
        .values(due_at=now + AGAIN_AFTER)
    )


def is_waited_for(*, community_id: UUID, token: str, now: datetime) -> bool:
    """Whether the link still opens anything."""
    return db.session.scalar(_waiting(community_id, token, now)) is not None


def confirm_email(*, community_id: UUID, token: str, now: datetime) -> bool:
    """The link came back from the address; whether it still opened anything. Once."""
    member_id = db.session.scalar(_waiting(community_id, token, now).with_for_update())
    if member_id is None:
        return False
    values = {"confirmed_at": now, "token_hash": None, "expires_at": None, "due_at": None}
    _set(community_id, [member_id], values)
    note(
        community_id=community_id,
        actor=Actor("member", member_id),
        action="members.email_confirmed",
        subject_id=member_id,
        now=now,
    )
    return True


def _waiting(community_id: UUID, token: str, now: datetime) -> Any:
    return select(EmailProof.member_id).where(
        EmailProof.community_id == community_id,
        EmailProof.token_hash == token_hash(token),
        EmailProof.expires_at > now,
    )


def _set(community_id: UUID, member_ids: list[UUID], values: dict[str, Any]) -> None:
    db.session.execute(
        update(EmailProof)
        .where(EmailProof.community_id == community_id, EmailProof.member_id.in_(member_ids))
        .values(values)
    )
