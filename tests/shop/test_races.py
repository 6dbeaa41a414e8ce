"""Tills at once: each race shown to exist with the guard off, and closed with it on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError
from typing import Any, TypeVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pointsvc.extensions import db
from pointsvc.ledger.verification import verify_community
from pointsvc.shop.errors import (
    InsufficientPoints,
    LimitReached,
    OutOfStock,
    PinRequired,
    RefundExceeds,
)
from pointsvc.shop.queries.stock import batches_of
from pointsvc.shop.rules import BatchFacts
from pointsvc.shop.service import orders
from pointsvc.shop.shelf import Shelf
from tests.shop.conftest import Shop, count_the_day

T = TypeVar("T")


def at_once(app: Flask, works: Sequence[Callable[[], T]]) -> tuple[list[T], list[Exception]]:
    """Let all start together, each in a context of its own; results and refusals."""
    start = Barrier(len(works))

    def run(work: Callable[[], T]) -> T | Exception:
        with app.app_context():
            start.wait(30)
            try:
                return work()
            except Exception as error:  # noqa: BLE001 - the refusals are what is looked at
                return error
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(works)) as threads:
        ended = list(threads.map(run, works))
    db.session.rollback()
    refused = [each for each in ended if isinstance(each, Exception)]
    return [each for each in ended if not isinstance(each, Exception)], refused


def test_two_tills_spend_the_last_points_once(shop: Shop, app: Flask) -> None:
    """docs/ledger.md case 1."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 40)
    shop.card(shop.cast.limei)
    works = [lambda: shop.buy(shop.cast.limei, (shop.soap, 1))] * 2
    receipts, refused = at_once(app, works)
    assert (len(receipts), [type(each) for each in refused]) == (1, [InsufficientPoints])
    assert (shop.balance(shop.cast.limei), shop.on_hand(shop.soap)) == (0, 9)


def test_five_tills_sell_the_last_one_once(shop: Shop, app: Flask) -> None:
    """docs/ledger.md case 35: one sale, and nobody is told "out" falsely."""
    shop.stock(shop.soap, 1)
    shop.points(shop.cast.limei, 1000)
    shop.card(shop.cast.limei)
    works = [lambda: shop.buy(shop.cast.limei, (shop.soap, 1))] * 5
    receipts, refused = at_once(app, works)
    assert (len(receipts), [type(each) for each in refused]) == (1, [OutOfStock] * 4)
    assert verify_community(shop.community_id).ok


def test_nobody_is_told_out_while_there_is_enough(shop: Shop, app: Flask) -> None:
    """docs/ledger.md case 35, the other half: ten tills, ten units in three batches."""
    for units in (3, 3, 4):
        shop.stock(shop.soap, units)
    shop.points(shop.cast.limei, 1000)
    shop.card(shop.cast.limei)
    receipts, refused = at_once(app, [lambda: shop.buy(shop.cast.limei, (shop.soap, 1))] * 10)
    assert (len(receipts), refused) == (10, [])
    assert len({receipt.receipt_no for receipt in receipts}) == 10


def test_two_tills_do_not_pass_the_households_limit(shop: Shop, app: Flask) -> None:
    """docs/ledger.md case 14, at the counter."""
    shop.stock(shop.rice, 10)
    shop.points(shop.cast.limei, 2000)
    shop.card(shop.cast.limei)
    receipts, refused = at_once(app, [lambda: shop.buy(shop.cast.limei, (shop.rice, 2))] * 2)
    assert (len(receipts), [type(each) for each in refused]) == (1, [LimitReached])


def test_fifty_refunds_at_once_are_one(shop: Shop, app: Flask) -> None:
    """docs/ledger.md case 27."""
    shop.stock(shop.soap, 3)
    shop.points(shop.cast.limei, 100)
    order_id = shop.buy(shop.cast.limei, (shop.soap, 2)).order_id
    line_id = shop.lines(order_id)[0].id
    shop.card(shop.cast.hedu)
    receipts, refused = at_once(app, [lambda: shop.refund(order_id, (line_id, 2))] * 50)
    assert (len(receipts), {type(each) for each in refused}) == (1, {RefundExceeds})
    assert (shop.balance(shop.cast.limei), shop.on_hand(shop.soap)) == (100, 3)


def test_opposite_baskets_do_not_lock_each_other_out(shop: Shop, app: Flask) -> None:
    """Products are locked by id, whatever the order of the lines (docs/ledger.md §3)."""
    shop.stock(shop.soap, 50)
    shop.stock(shop.rice, 50)
    people = [shop.cast.limei, shop.cast.liuyang]
    for person in people:
        shop.points(person, 100_000)
        shop.card(person)
    baskets = [((shop.soap, 1), (shop.rice, 1)), ((shop.rice, 1), (shop.soap, 1))]
    works = [
        lambda person=person, basket=basket: shop.buy(person, *basket)
        for person, basket in zip(people * 2, baskets * 2, strict=True)
    ]
    receipts, refused = at_once(app, works)
    assert (len(receipts), refused) == (4, [])


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_two_tills_want_the_last_one_and_the_check_refuses(
    shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race exists; the constraint has the last word."""
    shop.stock(shop.soap, 3)
    for person in (shop.cast.limei, shop.cast.liuyang):
        shop.points(person, 100)
        shop.buy(person, (shop.soap, 1))
    both_have_read = Barrier(2)
    monkeypatch.setattr(orders, "open_shelf", _unlocked(both_have_read))
    people = (shop.cast.limei, shop.cast.liuyang)
    works = [lambda person=person: shop.buy(person, (shop.soap, 1)) for person in people]
    receipts, refused = at_once(app, works)
    assert (len(receipts), [type(each) for each in refused]) == (1, [IntegrityError])
    assert "on_hand_floor" in str(refused[0])


def _unlocked(both_have_read: Barrier) -> Callable[..., Shelf]:
    def open_without_locking(*, community_id: UUID, product_ids: set[UUID]) -> Shelf:
        [product_id] = product_ids
        [row] = batches_of(community_id, product_id, today=date(2026, 11, 21))
        batch = BatchFacts(row.id, product_id, None, None, row.received_on, row.on_hand)
        both_have_read.wait(30)
        return Shelf(community_id, {product_id: row.on_hand}, {row.id: batch})

    return open_without_locking


@pytest.mark.parametrize("looks_again", [True, False])
def test_two_tills_do_not_empty_a_card_without_its_pin(
    shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch, *, looks_again: bool
) -> None:
    """What the day has paid is looked at under the lock; without that look both would be paid."""
    count_the_day(shop)
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 1000)
    shop.card(shop.cast.limei)
    monkeypatch.setattr(orders, "_check_pin", _looking(orders._check_pin, again=looks_again))
    works = [lambda: shop.buy(shop.cast.limei, (shop.soap, 2), pin="absent")] * 2
    receipts, refused = at_once(app, works)
    assert (len(receipts), {type(each) for each in refused}) == (
        (1, {PinRequired}) if looks_again else (2, set())
    )


def _looking(look: Callable[..., None], *, again: bool) -> Callable[..., None]:
    """The first look of a till waits a moment for the other's; the second is taken or not."""
    both_have_looked, looked = Barrier(2), threading.local()

    def wait(*args: Any) -> None:
        if getattr(looked, "once", False):
            if again:
                look(*args)
            return
        look(*args)
        looked.once = True
        with suppress(BrokenBarrierError):
            both_have_looked.wait(2)

    return wait
