"""Keepers ask about stock and invoices, supervisors answer: what tests of it do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.shop.queries.money import get_purchase
from pointsvc.shop.service.asking_stock import StockAsked, ask_stock
from pointsvc.shop.service.corrections import RightInvoice, RightLine, ask_correction
from pointsvc.shop.service.heads import head_of
from pointsvc.shop.service.stock_requests import decide_stock
from tests.shop.conftest import Shop
from tests.support.cast import Person


def ask_waste(shop: Shop, batch_id: UUID, quantity: int, request_id: UUID | None = None) -> UUID:
    """张店 asks to write units off."""
    return _ask(shop, StockAsked(request_id or new_id(), batch_id, "摔破了", quantity=quantity))


def ask_count(shop: Shop, batch_id: UUID, expected: int, counted: int) -> UUID:
    """张店 asks to correct a count."""
    asked = StockAsked(new_id(), batch_id, "数过了", expected=expected, counted=counted)
    return _ask(shop, asked)


def _ask(shop: Shop, asked: StockAsked) -> UUID:
    keeper_id, now = shop.cast.zhangdian.id, clock.now()
    return transact(
        lambda: ask_stock(community_id=shop.community_id, asked=asked, keeper_id=keeper_id, now=now)
    )


def ask_right(
    shop: Shop,
    purchase_id: UUID,
    *lines: RightLine,
    supplier_id: UUID | None = None,
    **head: Any,
) -> UUID:
    """张店 asks to set an invoice right; `head`: what of date, number and sponsorship is another."""
    was = get_purchase(shop.community_id, purchase_id)
    right = RightInvoice(
        new_id(),
        purchase_id,
        supplier_id or was.supplier_id,
        lines,
        "打错了",
        replace(head_of(was), **head),
    )
    keeper_id, now = shop.cast.zhangdian.id, clock.now()
    return transact(
        lambda: ask_correction(
            community_id=shop.community_id, right=right, keeper_id=keeper_id, now=now
        )
    )


def decide_asked(
    shop: Shop,
    request_id: UUID,
    person: Person | None = None,
    *,
    approve: bool = True,
    on_device_id: UUID | None = None,
) -> None:
    """何督, or whoever is named, answers."""
    person_id = (person or shop.cast.hedu).id
    caller = Caller("member", person_id, shop.community_id, on_device_id=on_device_id)
    answer = None if approve else "没有坏"
    transact(
        lambda: decide_stock(
            community_id=shop.community_id,
            caller=caller,
            request_id=request_id,
            approve=approve,
            answer=answer,
            now=clock.now(),
        )
    )
