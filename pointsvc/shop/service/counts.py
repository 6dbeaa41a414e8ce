"""The stock-take: opened, joined, counted blind by two, compared, approved by a third (盘点)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select

from pointsvc.audit.actors import Actor
from pointsvc.audit.service import note
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.members.queries import holders_of
from pointsvc.members.remade import check_own_hands
from pointsvc.members.telling import leave_message
from pointsvc.organisation.queries import grants_in, roles_of
from pointsvc.shop.counting import Compared, decide_corrections
from pointsvc.shop.errors import (
    AmountRefused,
    ApproverNotAllowed,
    CountClosed,
    CountFull,
    CountRunning,
    NothingCounted,
    NotYourCount,
    OwnPhoneNeeded,
    ReasonRequired,
)
from pointsvc.shop.models import Batch, Product, StockCount, StockCountEntry
from pointsvc.shop.queries.counts import compared, running_count
from pointsvc.shop.rules import POINTS_MAX, decide_approver
from pointsvc.shop.service.markdowns import end_spent
from pointsvc.shop.shelf import Move, Moving, Shelf, open_shelf


def open_count(
    *, community_id: UUID, count_id: UUID, shop_id: UUID, by_id: UUID, now: datetime
) -> None:
    """Begin a stock-take; who begins it counts. Raises CountRunning."""
    if running_count(community_id, shop_id) is not None:
        raise CountRunning
    row = {
        "community_id": community_id,
        "id": count_id,
        "shop_id": shop_id,
        "state": "open",
        "round": 1,
        "first_id": by_id,
        "opened_at": now,
    }
    db.session.execute(insert(StockCount), [row])
    _note(community_id, "shop.count_opened", count_id, by_id, now)


def join_count(*, community_id: UUID, count_id: UUID, by_id: UUID, now: datetime) -> None:
    """Count as the second; joining twice is joining once. Raises CountClosed, CountFull."""
    count = _lock(community_id, count_id)
    if by_id in {count.first_id, count.second_id}:
        return
    if count.state != "open":
        raise CountClosed
    if count.second_id is not None:
        raise CountFull
    count.second_id = by_id
    _note(community_id, "shop.count_joined", count_id, by_id, now)


def enter_count(
    *,
    community_id: UUID,
    count_id: UUID,
    product_id: UUID,
    counted: int,
    by_id: UUID,
    now: datetime,
) -> None:
    """Write down what one person counted, beside what the books say at this moment.

    Counted again, the later number counts; both stay.

    Raises:
        NotFound: the product is not this shop's. AmountRefused, NotYourCount, CountClosed.
    """
    if type(counted) is not int or not 0 <= counted <= POINTS_MAX:
        raise AmountRefused
    count = _lock_mine(community_id, count_id, by_id)
    books = db.session.scalar(
        select(Product.on_hand).where(
            Product.community_id == community_id,
            Product.id == product_id,
            Product.shop_id == count.shop_id,
        )
    )
    if books is None:
        raise NotFound
    entry = {
        "community_id": community_id,
        "id": new_id(),
        "count_id": count_id,
        "product_id": product_id,
        "counted_by_id": by_id,
        "round": count.round,
        "counted": counted,
        "books": books,
        "counted_at": now,
    }
    db.session.execute(insert(StockCountEntry), [entry])


def finish_count(*, community_id: UUID, count_id: UUID, by_id: UUID, now: datetime) -> str:
    """Say that one's own part is counted; after both, compare. Returns the state then.

    What the two found differently is counted again by both, still blind, in another round.

    Raises:
        NotYourCount, CountClosed; NothingCounted.
    """
    count = _lock_mine(community_id, count_id, by_id)
    mine = select(StockCountEntry.id).where(
        StockCountEntry.community_id == community_id,
        StockCountEntry.count_id == count_id,
        StockCountEntry.counted_by_id == by_id,
    )
    if db.session.scalar(mine.limit(1)) is None:
        raise NothingCounted
    if by_id == count.first_id:
        count.first_done_at = now
    else:
        count.second_done_at = now
    if count.first_done_at is None or count.second_done_at is None:
        db.session.flush()
        return "waiting"
    lines = compared(community_id, count_id, count.first_id, count.second_id)
    if any(line.verdict == "again" for line in lines):
        _again(count)
        return "again"
    count.state = "agreed"
    db.session.flush()
    _note(community_id, "shop.count_agreed", count_id, by_id, now)
    _tell_supervisors(count, now)
    return "agreed"


def decide_count(
    *,
    community_id: UUID,
    count_id: UUID,
    approves: bool,
    reason: str | None,
    by_id: UUID,
    now: datetime,
    is_at_till: bool = False,
) -> None:
    """A supervisor approves the differences by their own sign-in, or sends them back (L15).

    Each difference is applied to what is on hand now, so that what was sold since stays sold (case
    36). Locks: the count, then products by id.

    Raises:
        NotYourCount: no supervisor, one who counted, or of a counter's household. CountClosed.
        ReasonRequired; CountMoved. OwnPhoneNeeded: signed in at a till; WayInRemade: to approve.
    """
    if is_at_till:
        raise OwnPhoneNeeded
    count = _lock(community_id, count_id)
    if count.state != "agreed":
        raise CountClosed
    _check_third(count, by_id)
    if not approves:
        if not reason:
            raise ReasonRequired
        _again(count)
        _tell_counters(count, "shop.count_sent_back", now)
        _note(community_id, "shop.count_sent_back", count_id, by_id, now)
        return
    check_own_hands(community_id=community_id, member_id=by_id, by_card=False, now=now)
    lines = compared(community_id, count_id, count.first_id, count.second_id)
    wrong = [line for line in lines if line.difference]
    if wrong and not reason:
        raise ReasonRequired
    count.state, count.decided_by_id, count.decided_at = "approved", by_id, now
    count.reason = reason
    db.session.flush()
    if wrong:
        _correct(count, wrong, now)
    _tell_counters(count, "shop.count_settled", now)
    _note(community_id, "shop.count_settled", count_id, by_id, now)


def drop_count(*, community_id: UUID, count_id: UUID, by_id: UUID, now: datetime) -> None:
    """Give a stock-take up; nothing was changed by it. Raises CountClosed."""
    count = _lock(community_id, count_id)
    if count.state not in {"open", "agreed"}:
        raise CountClosed
    count.state = "dropped"
    db.session.flush()
    _note(community_id, "shop.count_dropped", count_id, by_id, now)


def _correct(count: StockCount, lines: list[Compared], now: datetime) -> None:
    community_id = count.community_id
    products = {line.product_id for line in lines}
    shelf = open_shelf(
        community_id=community_id,
        product_ids=products,
        batch_ids=_last_batches(community_id, products),
    )
    on = local_day(now, get_community(community_id).zone)
    moves = [move for line in lines for move in _moves(shelf, count, line)]
    shelf.move(moves, Moving(count.first_id, now, on, count.decided_by_id))
    end_spent(count.community_id, shelf.on_hand.keys(), now)


def _moves(shelf: Shelf, count: StockCount, line: Compared) -> list[Move]:
    picks = decide_corrections(shelf.batches_of(line.product_id), line.difference)
    return [
        Move(
            pick.batch.id,
            pick.quantity,
            "count",
            "stock_count",
            count.id,
            f"{line.product_id}/{leg}",
            count.reason,
        )
        for leg, pick in enumerate(picks)
    ]


def _last_batches(community_id: UUID, product_ids: set[UUID]) -> list[UUID]:
    """The batch of each product that came last, which may be empty."""
    rows = db.session.execute(
        select(Batch.product_id, Batch.id)
        .where(Batch.community_id == community_id, Batch.product_id.in_(product_ids))
        .order_by(Batch.received_on, Batch.id)
    )
    return list({row.product_id: row.id for row in rows}.values())


def _lock(community_id: UUID, count_id: UUID) -> StockCount:
    count = db.session.scalars(
        select(StockCount)
        .where(StockCount.community_id == community_id, StockCount.id == count_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if count is None:
        raise NotFound
    return count


def _lock_mine(community_id: UUID, count_id: UUID, by_id: UUID) -> StockCount:
    """The count, for who still counts in it."""
    count = _lock(community_id, count_id)
    if by_id not in {count.first_id, count.second_id}:
        raise NotYourCount
    done_at = count.first_done_at if by_id == count.first_id else count.second_done_at
    if count.state != "open" or done_at is not None:
        raise CountClosed
    return count


def _again(count: StockCount) -> None:
    count.state, count.round = "open", count.round + 1
    count.first_done_at = count.second_done_at = None
    db.session.flush()


def _check_third(count: StockCount, by_id: UUID) -> None:
    counters = [each for each in (count.first_id, count.second_id) if each]
    holders = holders_of(count.community_id, [by_id, *counters])
    try:
        decide_approver(
            approver={by_id, holders[by_id]},
            roles=roles_of(count.community_id, by_id),
            others={*counters, *(holders[each] for each in counters)},
        )
    except ApproverNotAllowed as refusal:
        raise NotYourCount from refusal


def _tell_supervisors(count: StockCount, now: datetime) -> None:
    counters = {count.first_id, count.second_id}
    for grant in grants_in(count.community_id, role="supervisor"):
        if grant.member_id not in counters:
            _tell(count, grant.member_id, "shop.count_waits", now)


def _tell_counters(count: StockCount, topic: str, now: datetime) -> None:
    for member_id in (count.first_id, count.second_id):
        if member_id is not None:
            _tell(count, member_id, topic, now)


def _tell(count: StockCount, member_id: UUID, topic: str, now: datetime) -> None:
    leave_message(
        community_id=count.community_id,
        recipient_id=member_id,
        topic=topic,
        payload={"count_id": str(count.id)},
        now=now,
    )


def _note(community_id: UUID, action: str, count_id: UUID, by_id: UUID, now: datetime) -> None:
    note(
        community_id=community_id,
        actor=Actor("member", by_id),
        action=action,
        subject_id=count_id,
        now=now,
    )
