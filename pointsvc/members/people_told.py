"""Who hears of what is asked about people's accounts: they themself, who asked, who may decide."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.extensions import db
from pointsvc.kernel import outbox
from pointsvc.kernel.outbox import Message
from pointsvc.members.erasure_requests import WAIT
from pointsvc.members.models import Member, PersonRequest
from pointsvc.members.person_requests import far_from

# What the person may stop by one tap, beside the message.
STOPPABLE: Final = frozenset(
    {"members.merge_proposed", "members.erasure_proposed", "members.erasure_agreed"}
)


def tell_people(row: PersonRequest, topic: str, ids: Iterable[UUID | None], now: datetime) -> None:
    """Those whose accounts they are, also who wants no messages: it keeps their account theirs."""
    about = _about(row) | _numbers(row) | {"days": WAIT.days}
    _leave(row, [Message(each, f"members.{topic}", about) for each in ids if each], now)


def tell_asker(row: PersonRequest, topic: str, now: datetime) -> None:
    """Who asked hears how it ended."""
    _leave(row, [Message(row.asked_by_id, f"members.{topic}", _about(row))], now)


def tell_deciders(row: PersonRequest, deciders: Collection[UUID], now: datetime) -> None:
    """Those who may decide: of no household that is near."""
    near = {row.asked_by_id, row.member_id, *([row.into_id] if row.into_id else [])}
    far = far_from(row.community_id, near, deciders, row.asked_at)
    topic = f"members.{row.kind}_to_decide"
    _leave(row, [Message(each, topic, _about(row)) for each in far], now)


def leave_trace(row: PersonRequest, what: str, actor: Actor, now: datetime) -> None:
    """In the trail, under the account that goes on."""
    note(
        community_id=row.community_id,
        actor=actor,
        action=f"members.{row.kind}_{what}",
        subject_id=row.into_id or row.member_id,
        now=now,
        detail={"request": str(row.id)},
    )


def _leave(row: PersonRequest, messages: list[Message], now: datetime) -> None:
    outbox.leave_messages(community_id=row.community_id, messages=messages, now=now)


def _about(row: PersonRequest) -> dict[str, Any]:
    return {"request_id": str(row.id)}


def _numbers(row: PersonRequest) -> dict[str, int]:
    """The numbers of the accounts, by which an office and its people call them."""
    if row.into_id is None:
        return {}
    gone, kept = (
        db.session.get_one(Member, (row.community_id, each)).volunteer_no
        for each in (row.member_id, row.into_id)
    )
    return {"gone_no": gone, "kept_no": kept}
