"""The password of a phone, and what it opens.

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


def find_credential(phone: str) -> CredentialFacts | None:
    """The password of a phone, as people type the phone."""
    wanted = select(Credential).where(Credential.phone_index.in_(indexes_of(phone)))
    row = db.session.scalars(wanted).first()
    return None if row is None else CredentialFacts(row.id, row.password_hash)


def set_password(*, phone: str, password_hash: str, now: datetime) -> UUID:
    """Give a phone a password without knowing the old one: everything linked before is closed.

    Returns:
        The new credential's id, for `link_member` or `link_operator`.
    """
    indexes = indexes_of(phone)
    assert indexes, "a phone was checked before"
    db.session.execute(delete(Credential).where(Credential.phone_index.in_(indexes)))
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
    """Let the phone's password open its member in this community."""
    db.session.execute(
        update(PhoneEntry)
        .where(
            PhoneEntry.phone_index.in_(indexes_of(phone)), PhoneEntry.community_id == community_id
        )
        .values(credential_id=credential_id)
    )


def link_operator(*, operator_id: UUID, credential_id: UUID) -> None:
    """Let the phone's password open the operator."""
    db.session.execute(
        update(Operator).where(Operator.id == operator_id).values(credential_id=credential_id)
    )


def link_everything(*, phone: str, password_hash: str, now: datetime) -> UUID:
    """Give a phone a password that opens all it stands for (the demo street, where all is ours)."""
    credential_id = set_password(phone=phone, password_hash=password_hash, now=now)
    for model in (PhoneEntry, Operator):
        db.session.execute(
            update(model)
            .where(model.phone_index.in_(indexes_of(phone)))
            .values(credential_id=credential_id)
        )
    return credential_id
