"""Answering what was asked about stock: carried out in that moment in both names, or not at all.

Nothing of the supervisor passes through the keeper's hands. Locks: the request, then what the deed
itself locks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.permission import Caller
from pointsvc.members.asking import End, end, households_of
from pointsvc.members.telling import leave_message
from pointsvc.shop.models import StockRequest
from pointsvc.shop.service.asking import (
    check_answer,
    check_own_device,
    check_taken_back,
)
from pointsvc.shop.service.asking_stock import check_counted_once
from pointsvc.shop.service.corrections import carry_out_correction
from pointsvc.shop.service.placing import leave_trace
from pointsvc.shop.service.stock import record_count, write_off
from pointsvc.shop.shelf import Moving

ANSWERS: Final[dict[str, str]] = {
    "approved": "shop.stock_agreed",
    "declined": "shop.stock_declined",
    "withdrawn": "shop.stock_withdrawn",
    "expired": "shop.stock_expired",
}


def decide_stock(
    *,
    community_id: UUID,
    caller: Caller,
    request_id: UUID,
    approve: bool,
    answer: str | None,
    now: datetime,
) -> None:
    """Agree, and it is carried out at once in both names; or decline, with the reason.

    Raises:
        NotFound. OwnPhoneNeeded; what `check_answer` raises; what the deed itself raises: then it
        waits on.
    """
    person_id = check_own_device(caller)
    asked = _lock(community_id, request_id)
    check_answer(
        asked,
        community_id=community_id,
        person_id=person_id,
        near=households_of(community_id, [asked.asked_by_id]),
        approve=approve,
        now=now,
    )
    if approve:
        on = local_day(now, get_community(community_id).zone)
        _DEEDS[asked.kind](asked, Moving(asked.asked_by_id, now, on, person_id))
        asked.business_on = on
    state: End = "approved" if approve else "declined"
    end(asked, state, now, by_id=person_id, answer=answer)
    leave_trace(asked, ANSWERS[state], person_id, now)
    _tell_keeper(asked, now)


def withdraw_stock(*, community_id: UUID, request_id: UUID, keeper_id: UUID, now: datetime) -> None:
    """Who asked takes it back before anybody decided. Raises NotFound, Forbidden, RequestEnded."""
    asked = _lock(community_id, request_id)
    check_taken_back(asked, keeper_id)
    end(asked, "withdrawn", now)
    leave_trace(asked, ANSWERS["withdrawn"], keeper_id, now)


def expire_stock(*, community_id: UUID, request_id: UUID, now: datetime) -> bool:
    """End what nobody decided in time; whether it was this. Safe to repeat and in parallel."""
    asked = _lock(community_id, request_id)
    if asked.state != "asked" or asked.expires_at > now:
        return False
    end(asked, "expired", now)
    _tell_keeper(asked, now)
    return True


def _waste(asked: StockRequest, moving: Moving) -> None:
    assert asked.batch_id is not None
    assert asked.quantity is not None
    write_off(
        community_id=asked.community_id,
        batch_id=asked.batch_id,
        quantity=asked.quantity,
        reason=asked.reason,
        waste_id=asked.id,
        moving=moving,
    )


def _recount(asked: StockRequest, moving: Moving) -> None:
    assert asked.batch_id is not None
    assert asked.expected is not None
    assert asked.counted is not None
    record_count(
        community_id=asked.community_id,
        batch_id=asked.batch_id,
        expected=asked.expected,
        counted=asked.counted,
        reason=asked.reason,
        count_id=asked.id,
        moving=moving,
    )
    check_counted_once(asked)


_DEEDS: Final[dict[str, Callable[[StockRequest, Moving], None]]] = {
    "waste": _waste,
    "count": _recount,
    "purchase": carry_out_correction,
}


def _lock(community_id: UUID, request_id: UUID) -> StockRequest:
    found = db.session.scalars(
        select(StockRequest)
        .where(StockRequest.community_id == community_id, StockRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _tell_keeper(asked: StockRequest, now: datetime) -> None:
    who = {"who_id": str(asked.decided_by_id)} if asked.decided_by_id else {}
    leave_message(
        community_id=asked.community_id,
        recipient_id=asked.asked_by_id,
        topic=ANSWERS[asked.state],
        payload=who,
        now=now,
    )
