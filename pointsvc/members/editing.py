"""Changing what the office knows of a person; each deed leaves an audit event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update

from pointsvc.audit.actors import Actor, member_actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.pinyin import sort_key
from pointsvc.members import remade
from pointsvc.members.cards import find_card, revoke_card
from pointsvc.members.changes import Carry, Move
from pointsvc.members.consents import record_consent
from pointsvc.members.errors import NotActive, PhoneTaken
from pointsvc.members.households import leave, move
from pointsvc.members.models import Member, PhoneEntry
from pointsvc.members.phones import indexes_of, plain_phone, reveal_phone, seal_phone
from pointsvc.members.queries import get_member, holders_of
from pointsvc.members.rules import NAME_LENGTH_MAX, Door, plain_name
from pointsvc.members.visits import end_visits_of

EDITED: Final = frozenset({"name", "sex", "born_on", "is_party_member", "note"})
SEXES: Final = ("女", "男")


def edit_member(
    *,
    community_id: UUID,
    member_id: UUID,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Correct a person's facts; which of them changed.

    Args:
        community_id: the member's.
        member_id: whose facts.
        changes: of `name`, `sex`, `born_on`, `is_party_member`, `note`; what is left out stays.
        actor: who corrects.
        now: when.

    Raises:
        NotFound. NotActive. Invalid: an empty name.
    """
    assert changes.keys() <= EDITED, "phone, door and state have verbs of their own"
    member = _active(community_id, member_id)
    values = dict(changes)
    if "name" in values:
        values["name"] = plain_name(values["name"])
        if not 1 <= len(values["name"]) <= NAME_LENGTH_MAX:
            raise Invalid({"name": [_("姓名须为 1 至 60 个字。")]})
    changed = [name for name, value in values.items() if getattr(member, name) != value]
    for name in changed:
        setattr(member, name, values[name])
    if "name" in changed:
        member.name_key = sort_key(member.name, is_name=True)
    if changed:
        db.session.flush()
        note(
            community_id=community_id,
            actor=actor,
            action="members.edited",
            subject_id=member_id,
            now=now,
            detail={"fields": changed},
        )
    return changed


def change_phone(
    *, community_id: UUID, member_id: UUID, phone: str | None, actor: Actor, now: datetime
) -> None:
    """Give a member another phone, or none. The password of the old one opens nothing here now.

    The member is told where somebody else did it.

    Raises:
        NotFound. NotActive. Invalid. PhoneTaken.
    """
    member = _active(community_id, member_id)
    plain = plain_phone(phone) if phone else None
    detail = {"had_password": remade.had_password(community_id, member_id)}
    _forget_entries(community_id, member_id)
    if plain is None:
        member.phone_index = member.phone_tail_index = member.phone_cipher = None
    else:
        _take_phone(member, plain)
    db.session.flush()
    end_visits_of(subject_id=member_id, now=now)
    note(
        community_id=community_id,
        actor=actor,
        action="members.phone_changed",
        subject_id=member_id,
        now=now,
        detail=detail,
    )
    remade.leave_message(
        community_id=community_id,
        recipient_id=member_id,
        actor=actor,
        topic="members.phone_remade",
        now=now,
    )


def move_member(
    *,
    community_id: UUID,
    member_id: UUID,
    door: Door | None,
    actor: Actor,
    now: datetime,
    rooms: Sequence[Carry] = (),
) -> bool:
    """Move a member behind another door; whether that was news. Raises NotFound, NotActive.

    What they used of limits goes with them: `rooms` carry it (docs/ledger.md case 33).
    """
    _active(community_id, member_id)
    before = holders_of(community_id, [member_id])[member_id]
    moved = move(community_id=community_id, member_id=member_id, door=door, now=now)
    if moved:
        after = holders_of(community_id, [member_id])[member_id]
        for carry in rooms:
            carry(Move(community_id, member_id, before, after, now))
        note(
            community_id=community_id,
            actor=actor,
            action="members.moved",
            subject_id=member_id,
            now=now,
        )
    return moved


def let_go(*, community_id: UUID, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a person off the books: card, visits and household end; points and history stay.

    Raises:
        NotFound. NotActive: already gone.
    """
    member = _active(community_id, member_id)
    if find_card(community_id, member_id) is not None:
        revoke_card(
            community_id=community_id, member_id=member_id, reason="left", actor=actor, now=now
        )
    leave(community_id=community_id, member_id=member_id, now=now)
    end_visits_of(subject_id=member_id, now=now)
    db.session.execute(_entries_of(community_id, member_id).values(credential_id=None))
    member.state = "departed"
    db.session.flush()
    note(
        community_id=community_id,
        actor=actor,
        action="members.departed",
        subject_id=member_id,
        now=now,
    )


def take_back(*, community_id: UUID, member_id: UUID, actor: Actor, now: datetime) -> None:
    """Put a departed person on the books again. Raises NotFound, NotActive, PhoneTaken."""
    member = db.session.get(
        Member, (community_id, member_id), populate_existing=True, with_for_update=True
    )
    if member is None:
        raise NotFound
    if member.state != "departed":
        raise NotActive
    phone = _phone_of(member)
    if phone is not None:
        _forget_entries(community_id, member_id)
        _take_phone(member, phone)
    member.state = "active"
    db.session.flush()
    note(
        community_id=community_id,
        actor=actor,
        action="members.returned",
        subject_id=member_id,
        now=now,
    )


def show_phone(*, community_id: UUID, member_id: UUID, actor: Actor, now: datetime) -> str | None:
    """The whole phone, for a reason that the audit trail keeps a row of. Raises NotFound."""
    member = db.session.get(Member, (community_id, member_id))
    if member is None:
        raise NotFound
    note(
        community_id=community_id,
        actor=actor,
        action="members.phone_shown",
        subject_id=member_id,
        now=now,
    )
    return _phone_of(member)


def say_consent(
    *,
    community_id: UUID,
    member_id: UUID,
    purpose: str,
    given: bool,
    recorded_by_id: UUID,
    now: datetime,
    guardian_name: str | None = None,
) -> None:
    """Write down what a member, or a guardian, said to one purpose. Raises NotFound, Invalid."""
    _active(community_id, member_id)
    is_news = record_consent(
        community_id=community_id,
        member_id=member_id,
        purpose=purpose,
        given=given,
        recorded_by_id=recorded_by_id,
        now=now,
        guardian_name=guardian_name,
    )
    if is_news:
        actor = member_actor(recorded_by_id)
        detail = {"purpose": purpose, "given": given}
        note(
            community_id=community_id,
            actor=actor,
            action="members.consent",
            subject_id=member_id,
            now=now,
            detail=detail,
        )


def prefer(*, community_id: UUID, member_id: UUID, changes: Mapping[str, str]) -> None:
    """Keep how a member reads: `mode` is `elder` or `standard`, `locale` is `zh` or `en`."""
    assert changes.keys() <= {"mode", "locale"}, "only how a member reads"
    db.session.execute(
        update(Member)
        .where(Member.community_id == community_id, Member.id == member_id)
        .values(**changes)
    )


def _active(community_id: UUID, member_id: UUID) -> Member:
    member = db.session.get(
        Member, (community_id, member_id), populate_existing=True, with_for_update=True
    )
    if member is None:
        raise NotFound
    if member.state != "active":
        raise NotActive
    return member


def _take_phone(member: Member, phone: str) -> None:
    """Write a phone into a member's row and the directory, unless an active other has it."""
    indexes = indexes_of(phone)
    row = db.session.execute(
        select(PhoneEntry.member_id).where(
            PhoneEntry.phone_index.in_(indexes), PhoneEntry.community_id == member.community_id
        )
    ).one_or_none()
    if row is not None:
        if get_member(member.community_id, row.member_id).is_active:
            raise PhoneTaken
        _forget_entries(member.community_id, row.member_id)
    sealed = seal_phone(community_id=member.community_id, member_id=member.id, phone=phone)
    member.phone_index = sealed.index
    member.phone_tail_index = sealed.tail_index
    member.phone_cipher = sealed.cipher
    db.session.add(
        PhoneEntry(phone_index=sealed.index, community_id=member.community_id, member_id=member.id)
    )


def _phone_of(member: Member) -> str | None:
    return reveal_phone(
        community_id=member.community_id, member_id=member.id, cipher=member.phone_cipher
    )


def _entries_of(community_id: UUID, member_id: UUID) -> Any:
    return update(PhoneEntry).where(
        PhoneEntry.community_id == community_id, PhoneEntry.member_id == member_id
    )


def _forget_entries(community_id: UUID, member_id: UUID) -> None:
    db.session.execute(
        delete(PhoneEntry).where(
            PhoneEntry.community_id == community_id, PhoneEntry.member_id == member_id
        )
    )
