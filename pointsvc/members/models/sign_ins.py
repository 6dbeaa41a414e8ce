"""Sign-in: credentials, one-time codes, visits, throttles, operators."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from pointsvc.extensions import Base
from pointsvc.kernel.tables import InCommunity, one_of, references


class Credential(Base):
    """A password of a phone, for everything that was linked to it.

    `id` stays when the owner changes the password. When somebody sets one without knowing the old
    (a clerk's slip), it is another password, which opens what that slip was for; the old one goes
    on opening all else. So no clerk can get into another community's account, nor shut it.
    """

    __tablename__ = "credentials"

    phone_index: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, unique=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class PhoneEntry(Base):
    """In which communities a phone has a member, and whether its password opens that one."""

    __tablename__ = "phone_directory"
    __table_args__ = (Index("ix_phone_directory_member", "community_id", "member_id"),)

    phone_index: Mapped[bytes] = mapped_column(primary_key=True)
    community_id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID]
    credential_id: Mapped[UUID | None]


class FirstSignIn(InCommunity, Base):
    """A way in for once: 8 printed digits (30 days) or an invitation's address."""

    __tablename__ = "first_sign_ins"
    __table_args__ = (
        references("member_id", "members"),
        one_of("kind", "digits", "address"),
        Index("ix_first_sign_ins_member", "community_id", "member_id"),
        Index("ix_first_sign_ins_secret", "community_id", "secret_hash"),
    )

    member_id: Mapped[UUID]
    kind: Mapped[str]
    secret_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Operator(Base):
    """Runs the server: communities and machines, no residents' data. No member of anything.

    Before the one-time address is used there is no phone and `setup_hash` is set. `phone_cipher` is
    shown to nobody; with it the phone's index moves to a newer key.
    """

    __tablename__ = "operators"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone_index: Mapped[bytes | None] = mapped_column(unique=True)
    phone_cipher: Mapped[bytes | None]
    credential_id: Mapped[UUID | None]
    setup_hash: Mapped[bytes | None]
    setup_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SignIn(Base):
    """A visit: only the hash of its random token is stored; revocable, listed to its owner.

    `proved_at` is when a second step was last proved in it; `withheld_at` is set where its
    community asks one of a role that its owner holds and there is none yet: such a visit opens
    nothing beyond a volunteer's until it is set up.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (
        one_of("subject_kind", "member", "operator", "device"),
        CheckConstraint(
            "(subject_kind = 'operator') = (community_id IS NULL)", name="community_of_subject"
        ),
        Index("ix_sign_ins_subject", "subject_id", "revoked_at"),
        Index("ix_sign_ins_on_device", "on_device_id", "revoked_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    community_id: Mapped[UUID | None]
    on_device_id: Mapped[UUID | None]
    agent: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    idle_seconds: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]
    withheld_at: Mapped[datetime | None]


class Throttle(Base):
    """Failures counted in a window, for a phone or an address (HMAC), across processes."""

    __tablename__ = "throttles"

    scope: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    failures: Mapped[int]
