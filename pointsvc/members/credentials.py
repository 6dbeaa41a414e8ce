"""The passwords of a phone, and what each opens: usually there is one, and it opens all.

Passwords are hashed before the transaction begins (`kernel.passwords`, 85 ms each).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.members.models import Credential, Operator, PhoneEntry
from pointsvc.members.phones import indexes_of


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """A phone's password hash, and the id that links stand on."""

    id: UUID
    password_hash: str


def find_credentials(phone: str) -> list[CredentialFacts]:
    """The passwords of a phone, as people type the phone; the last one set first."""
    rows = db.session.scalars(
        select(Credential)
        .where(Credential.phone_index.in_(indexes_of(phone)))
        .order_by(Credential.changed_at.desc(), Credential.id)
    )
    return [CredentialFacts(row.id, row.password_hash) for row in rows]


def has_password(community_id: UUID, member_id: UUID) -> bool:
    """Whether a password opens this member now."""
    wanted = select(PhoneEntry.member_id).where(
        PhoneEntry.community_id == community_id,
        PhoneEntry.member_id == member_id,
        PhoneEntry.credential_id.is_not(None),
    )
    return db.session.scalars(wanted).first() is not None


def add_password(*, phone: str, password_hash: str, now: datetime) -> UUID:
    """Give a phone another password; what its others open stays theirs.

    Returns:
        The new credential's id, for `link_member` or `link_operator`.
    """
    indexes = indexes_of(phone)
    assert indexes, "a phone was checked before"
    credential = Credential(
        phone_index=indexes[0], id=new_id(), password_hash=password_hash, changed_at=now
    )
    db.session.add(credential)
    db.session.flush()
    return credential.id


def change_password(*, credential_id: UUID, password_hash: str, now: datetime) -> None:
    """Change a password that its owner knew: what it opens stays open."""
    db.session.execute(
        update(Credential)
        .where(Credential.id == credential_id)
        .values(password_hash=password_hash, changed_at=now)
    )


def link_member(*, phone: str, community_id: UUID, credential_id: UUID) -> None:
    """Let this password of the phone, and no other, open its member in this community."""
    db.session.execute(
        update(PhoneEntry)
        .where(
            PhoneEntry.phone_index.in_(indexes_of(phone)), PhoneEntry.community_id == community_id
        )
        .values(credential_id=credential_id)
    )
    _forget_unlinked(phone)


def link_operator(*, phone: str, operator_id: UUID, credential_id: UUID) -> None:
    """Let this password of the phone, and no other, open the operator."""
    db.session.execute(
        update(Operator).where(Operator.id == operator_id).values(credential_id=credential_id)
    )
    _forget_unlinked(phone)


def link_everything(*, phone: str, password_hash: str, now: datetime) -> UUID:
    """Give a phone a password that opens all it stands for (the demo street, where all is ours)."""
    credential_id = add_password(phone=phone, password_hash=password_hash, now=now)
    for model in (PhoneEntry, Operator):
        db.session.execute(
            update(model)
            .where(model.phone_index.in_(indexes_of(phone)))
            .values(credential_id=credential_id)
        )
    _forget_unlinked(phone)
    return credential_id


def _forget_unlinked(phone: str) -> None:
    """A password that opens nothing any more is not kept."""
    linked = [
        select(model.credential_id).where(
            model.phone_index.in_(indexes_of(phone)), model.credential_id.is_not(None)
        )
        for model in (PhoneEntry, Operator)
    ]
    db.session.execute(
        delete(Credential).where(
            Credential.phone_index.in_(indexes_of(phone)),
            *(Credential.id.not_in(each) for each in linked),
        )
    )
