"""Printed cards: issued, printed, replaced, revoked; a revoked one never works again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select, update

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel.codes import CodeKind, OpenedCode, new_code_number, open_code, seal
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.kernel.ring import current_ring
from pointsvc.members.errors import CardExists, CardMissing, NotActive
from pointsvc.members.models import Card, CodeNumber, Member
from pointsvc.members.queries import active_ids, get_member

REASONS: Final = ("lost", "damaged", "left", "misused")
SHEETS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A live card, with what is printed on it; `token` is the 15 characters under the QR."""

    id: UUID
    member_id: UUID
    member_name: str
    volunteer_no: int
    serial: int
    token: str
    issued_at: datetime
    printed_at: datetime | None


def issue_cards(
    *, community_id: UUID, member_ids: Sequence[UUID], actor: Actor, now: datetime
) -> list[UUID]:
    """Give cards to those of the members who have none; the new cards' ids.

    Takes the counter of serials last (docs/ledger.md §3).
    """
    active = active_ids(community_id, member_ids)
    wanted = [member_id for member_id in dict.fromkeys(member_ids) if member_id in active]
    holders = set(
        db.session.scalars(
            select(Card.member_id).where(
                Card.community_id == community_id,
                Card.member_id.in_(wanted),
                Card.revoked_at.is_(None),
            )
        )
    )
    lacking = [member_id for member_id in wanted if member_id not in holders]
    if not lacking:
        return []
    serials = take_numbers(community_id=community_id, name="card", count=len(lacking))
    issued = [
        _issue(community_id, member_id, serial, actor, now)
        for member_id, serial in zip(lacking, serials, strict=True)
    ]
    db.session.flush()
    return issued


def issue_card(*, community_id: UUID, member_id: UUID, actor: Actor, now: datetime) -> UUID:
    """Give a member a card. Raises NotFound, NotActive, CardExists."""
    get_member(community_id, member_id)
    if not active_ids(community_id, [member_id]):
        raise NotActive
    issued = issue_cards(community_id=community_id, member_ids=[member_id], actor=actor, now=now)
    if not issued:
        raise CardExists
    return issued[0]


def revoke_card(
    *, community_id: UUID, member_id: UUID, reason: str, actor: Actor, now: datetime
) -> int:
    """Revoke a member's live card for good; its serial. Raises CardMissing."""
    card = db.session.scalars(
        select(Card)
        .where(
            Card.community_id == community_id,
            Card.member_id == member_id,
            Card.revoked_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if card is None:
        raise CardMissing
    card.revoked_at, card.revoked_reason = now, reason
    db.session.execute(
        update(CodeNumber).where(CodeNumber.number == card.code_number).values(revoked_at=now)
    )
    db.session.flush()
    _note(community_id, "cards.revoked", member_id, card.serial, actor, now)
    return card.serial


def replace_card(
    *, community_id: UUID, member_id: UUID, reason: str, actor: Actor, now: datetime
) -> UUID:
    """Revoke the live card and give another. Raises NotFound, NotActive, CardMissing."""
    revoke_card(community_id=community_id, member_id=member_id, reason=reason, actor=actor, now=now)
    return issue_card(community_id=community_id, member_id=member_id, actor=actor, now=now)


def mark_printed(*, community_id: UUID, card_ids: Sequence[UUID], now: datetime) -> None:
    """Write down that cards went to the printer."""
    db.session.execute(
        update(Card)
        .where(Card.community_id == community_id, Card.id.in_(list(card_ids)))
        .values(printed_at=now)
    )


def live_cards(
    community_id: UUID,
    *,
    member_ids: Sequence[UUID] | None = None,
    unprinted_only: bool = False,
) -> list[CardFacts]:
    """Live cards of active members by serial, at most 500, sealed with the newest key."""
    wanted = _cards(community_id)
    if member_ids is not None:
        wanted = wanted.where(Card.member_id.in_(list(member_ids)))
    if unprinted_only:
        wanted = wanted.where(Card.printed_at.is_(None))
    rows = db.session.execute(wanted.order_by(Card.serial).limit(SHEETS_MAX))
    return [_facts(row) for row in rows]


def find_card(community_id: UUID, member_id: UUID) -> CardFacts | None:
    """The member's live card."""
    cards = live_cards(community_id, member_ids=[member_id])
    return cards[0] if cards else None


def find_card_holder(*, community_id: UUID, text: str, now: datetime) -> UUID | None:
    """Whose live card of this community a scanner or a person typed; None for anything else."""
    code = open_code(current_ring(), text, now)
    if not isinstance(code, OpenedCode) or code.kind is not CodeKind.CARD:
        return None
    return db.session.scalar(
        select(CodeNumber.subject_id).where(
            CodeNumber.number == code.number,
            CodeNumber.community_id == community_id,
            CodeNumber.kind == "card",
            CodeNumber.revoked_at.is_(None),
        )
    )


def count_unreadable_cards() -> int:
    """How many live cards of the whole server were printed with a key that the ring lacks."""
    known = [key.code_id for key in current_ring().keys]
    return (
        db.session.scalar(
            select(func.count()).where(Card.revoked_at.is_(None), Card.key_id.not_in(known))
        )
        or 0
    )


def _issue(community_id: UUID, member_id: UUID, serial: int, actor: Actor, now: datetime) -> UUID:
    number = new_code_number()
    card = Card(
        community_id=community_id,
        id=new_id(),
        member_id=member_id,
        serial=serial,
        code_number=number,
        key_id=current_ring().newest.code_id,
        issued_at=now,
    )
    db.session.add(card)
    db.session.add(
        CodeNumber(
            number=number,
            community_id=community_id,
            kind="card",
            subject_id=member_id,
            created_at=now,
        )
    )
    _note(community_id, "cards.issued", member_id, serial, actor, now)
    return card.id


def _cards(community_id: UUID) -> Select[*tuple[object, ...]]:
    return (
        select(
            Card.id,
            Card.member_id,
            Member.name,
            Member.volunteer_no,
            Card.serial,
            Card.code_number,
            Card.key_id,
            Card.issued_at,
            Card.printed_at,
        )
        .join(Member, and_(Member.community_id == Card.community_id, Member.id == Card.member_id))
        .where(
            Card.community_id == community_id,
            Card.revoked_at.is_(None),
            Member.state == "active",
        )
    )


def _facts(row: Row[*tuple[object, ...]]) -> CardFacts:
    ring = current_ring()
    # Printed again, a card looks as it did: its key retires only with the card.
    token = seal(ring, CodeKind.CARD, row.code_number, key=ring.with_code_id(row.key_id))
    return CardFacts(
        row.id,
        row.member_id,
        row.name,
        row.volunteer_no,
        row.serial,
        token,
        row.issued_at,
        row.printed_at,
    )


def _note(
    community_id: UUID, action: str, member_id: UUID, serial: int, actor: Actor, now: datetime
) -> None:
    note(
        community_id=community_id,
        actor=actor,
        action=action,
        subject_id=member_id,
        now=now,
        detail={"serial": serial},
    )
