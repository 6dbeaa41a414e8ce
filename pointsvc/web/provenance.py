"""From a receipt back to gift and deed, from a gift forward to what became of it, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.bulk import is_among
from pointsvc.kernel.paging import PAGE_LENGTH, Page, open_id, seal_cursor
from pointsvc.ledger.provenance import Fund, funds_of
from pointsvc.ledger.words import KINDS
from pointsvc.shop.models import OrderLine, Product, RefundLine, StockMovement
from pointsvc.shop.queries.gifts import batches_of_lines
from pointsvc.shop.queries.orders import OrderFacts, PaidLine, orders_by_id
from pointsvc.shop.queries.origins import Origin, Part, origins_of, parts_of
from pointsvc.shop.queries.stock import MovementRow
from pointsvc.web.deeds import Deed, deeds_of
from pointsvc.web.filters import activity_names


@dataclass(frozen=True, slots=True)
class FundRow:
    """Points that paid, with the words of the deed that earned them."""

    points: int
    words: str
    deed: Deed
    transfer_id: UUID


@dataclass(frozen=True, slots=True)
class LineChain:
    """A receipt's line with its batches and the deeds behind its points."""

    line: PaidLine
    goods: tuple[tuple[Part, Origin], ...]
    funds: tuple[FundRow, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A movement of a gift's goods; `order` is the exchange that took or brought them back."""

    move: MovementRow
    goods: str
    order: OrderFacts | None


def chains_of(community_id: UUID, order: OrderFacts) -> tuple[list[LineChain], bool]:
    """The chain of each line of a receipt; and whether some deeds were too many to tell."""
    ids = [line.id for line in order.lines]
    parts = parts_of(community_id, ids)
    origins = origins_of(community_id, {part.batch_id for part in parts})
    funds, is_cut = funds_of(community_id=community_id, source_type="order_line", source_ids=ids)
    told = _told(community_id, funds)
    chains = [
        LineChain(
            line,
            tuple((p, origins[p.batch_id]) for p in parts if p.line_id == line.id),
            tuple(row for fund, row in zip(funds, told, strict=True) if fund.line_id == line.id),
        )
        for line in order.lines
    ]
    return chains, is_cut


def _told(community_id: UUID, funds: Sequence[Fund]) -> list[FundRow]:
    deeds = deeds_of(community_id, {(fund.source_type, fund.source_id) for fund in funds})
    kinds = activity_names()
    return [
        FundRow(
            fund.points,
            kinds.get(fund.reason) or str(KINDS.get(fund.kind, fund.kind)),
            deeds.get((fund.source_type, fund.source_id), Deed()),
            fund.transfer_id,
        )
        for fund in funds
    ]


def steps_of_gift(
    community_id: UUID, line_ids: Sequence[UUID], *, after: str | None = None
) -> Page[Step]:
    """What moved of a gift's goods, newest first. Raises PageUnknown."""
    batch_ids = batches_of_lines(community_id, line_ids)
    wanted = select(
        Product.name,
        Product.pack,
        StockMovement.id,
        StockMovement.batch_id,
        StockMovement.kind,
        StockMovement.delta,
        StockMovement.product_after,
        StockMovement.source_type,
        StockMovement.source_id,
        StockMovement.reason,
        StockMovement.moved_by_id,
        StockMovement.approved_by_id,
        StockMovement.moved_at,
    ).join(
        Product,
        (Product.community_id == StockMovement.community_id)
        & (Product.id == StockMovement.product_id),
    )
    wanted = wanted.where(
        StockMovement.community_id == community_id, is_among(StockMovement.batch_id, batch_ids)
    )
    if after is not None:
        wanted = wanted.where(StockMovement.id < open_id(after))
    rows = db.session.execute(wanted.order_by(StockMovement.id.desc()).limit(PAGE_LENGTH + 1))
    found = [(f"{name} {pack}".strip(), MovementRow(*move)) for name, pack, *move in rows]
    shown = found[:PAGE_LENGTH]
    orders = _orders_of(community_id, [move for _goods, move in shown])
    steps = [Step(move, goods, orders.get(move.source_id)) for goods, move in shown]
    more = len(found) > PAGE_LENGTH
    return Page(steps, seal_cursor(shown[-1][1].id) if more else None)


def _orders_of(community_id: UUID, moves: Sequence[MovementRow]) -> dict[UUID, OrderFacts]:
    """By the movement's source: the exchange of an order line or of a refund line."""
    lines = [move.source_id for move in moves if move.source_type == "order_line"]
    backs = [move.source_id for move in moves if move.source_type == "refund_line"]
    line_of = {each: each for each in lines} | {
        row[0]: row[1]
        for row in db.session.execute(
            select(RefundLine.id, RefundLine.order_line_id).where(
                RefundLine.community_id == community_id, is_among(RefundLine.id, backs)
            )
        )
    }
    order_of = {
        row[0]: row[1]
        for row in db.session.execute(
            select(OrderLine.id, OrderLine.order_id).where(
                OrderLine.community_id == community_id,
                is_among(OrderLine.id, list(line_of.values())),
            )
        )
    }
    orders = orders_by_id(community_id, set(order_of.values()))
    return {source: orders[order_of[line]] for source, line in line_of.items() if line in order_of}
