"""What a clerk asks another person to agree to: that two accounts become one, that somebody is erased."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from pointsvc.extensions import Base
from pointsvc.kernel.asking import Asking, asked_once
from pointsvc.kernel.tables import InCommunity, one_of, references, unique_where


class PersonRequest(InCommunity, Asking, Base):
    """A clerk asks about somebody; another clerk or a supervisor decides once (L15).

    `member_id` is whose account ends, `into_id` who goes on for them. Agreeing to a merge merges in the
    same transaction; agreeing to an erasure lets its wait begin, under this row's id. Whose account it
    is may say no (`declined`, decided by themself). One waits for a person at a time.
    """

    __tablename__ = "person_requests"
    __table_args__ = (
        references("member_id", "members"),
        references("into_id", "members"),
        one_of("kind", "merge", "erasure"),
        one_of("closing", "lapse", "donate"),
        CheckConstraint("(kind = 'merge') = (into_id IS NOT NULL)", name="into_named"),
        CheckConstraint("(kind = 'erasure') = (closing IS NOT NULL)", name="closing_named"),
        CheckConstraint("into_id <> member_id", name="two_accounts"),
        CheckConstraint("asked_by_id NOT IN (member_id, into_id)", name="asker_is_another"),
        CheckConstraint("decided_by_id <> asked_by_id", name="two_persons"),
        CheckConstraint(
            "state <> 'approved' OR decided_by_id NOT IN (member_id, into_id)",
            name="decider_is_another",
        ),
        *asked_once(),
        unique_where("uq_person_requests_member", "member_id", where="state = 'asked'"),
        unique_where("uq_person_requests_into", "into_id", where="state = 'asked'"),
        Index("ix_person_requests_member", "community_id", "member_id", "id"),
        Index("ix_person_requests_into", "community_id", "into_id", "id"),
        Index("ix_person_requests_state", "community_id", "state", "id"),
    )

    kind: Mapped[str]
    member_id: Mapped[UUID]
    into_id: Mapped[UUID | None]
    closing: Mapped[str | None]
