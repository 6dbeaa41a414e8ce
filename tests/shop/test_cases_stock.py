"""docs/ledger.md §5 for stock: each case by its number, each race first shown with its guard off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.errors import Refusal
from pointsvc.shop.errors import CountClosed, OutOfStock, WasteExceeds
from pointsvc.shop.service import dates
from pointsvc.shop.shelf import Shelf, open_shelf
from tests.shop.conftest import Shop
from tests.shop.stockrooms import Count, Stockroom
from tests.support.clocks import FrozenClock
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once


@pytest.fixture
def room(shop: Shop) -> Stockroom:
    return Stockroom(shop)


def refusals(ended: Sequence[Any]) -> list[str]:
    return [each.code for each in ended if isinstance(each, Refusal)]


def test_case_35_the_last_ones_are_sold_or_sent_and_never_both(room: Stockroom, app: Flask) -> None:
    shop, other = room.shop, room.open_another()
    batch_id = shop.stock(shop.soap, 2)
    shop.points(shop.cast.limei, 100)
    shop.card(shop.cast.limei)
    works: list[Callable[[], object]] = [
        partial(shop.buy, shop.cast.limei, (shop.soap, 2)),
        partial(room.send, batch_id, 2, other),
    ]
    ended = at_once(app, works)
    assert refusals(ended) in ([OutOfStock.code], [WasteExceeds.code])
    assert shop.on_hand(shop.soap) == 0
    assert verify_everything().ok


def test_case_35_two_transfers_of_the_last_ones_send_them_once(room: Stockroom, app: Flask) -> None:
    shop, other = room.shop, room.open_another()
    batch_id = shop.stock(shop.soap, 3)
    ended = at_once(app, [partial(room.send, batch_id, 3, other)] * 2)
    assert refusals(ended) == [WasteExceeds.code]
    assert verify_everything().ok


@pytest.mark.engines("postgresql")
def test_case_35_without_row_locks_only_the_constraint_stands(
    room: Stockroom, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race is there: both see three, and the CHECK has the last word."""
    shop, other = room.shop, room.open_another()
    room.send(shop.stock(shop.soap, 1), 1, other)  # the product is known there
    batch_id = shop.stock(shop.soap, 3)
    row_locks_off(monkeypatch)
    meeting = Meeting(2)
    write = Shelf.write

    def met(shelf: Any) -> None:
        meeting.wait()
        write(shelf)

    monkeypatch.setattr(Shelf, "write", met)
    ended = at_once(app, [partial(room.send, batch_id, 3, other)] * 2)
    assert sum(isinstance(each, UUID) for each in ended) == 1
    assert any(isinstance(each, IntegrityError) for each in ended)


def test_case_36_what_is_sold_between_and_after_two_counts_stays_sold(room: Stockroom) -> None:
    shop, cast = room.shop, room.shop.cast
    shop.stock(shop.soap, 10)
    shop.points(cast.limei, 1000)
    count = Count.begin(shop)
    count.enter(cast.zhangdian, shop.soap, 9)  # one is missing of ten
    shop.buy(cast.limei, (shop.soap, 3))
    count.enter(cast.zhaofang, shop.soap, 6)  # and one of seven
    count.finish(cast.zhangdian)
    assert count.finish(cast.zhaofang) == "agreed"
    shop.buy(cast.limei, (shop.soap, 2))
    count.settle(cast.hedu)
    assert shop.on_hand(shop.soap) == 4
    assert verify_everything().ok


def test_case_36_two_approvals_at_once_correct_once(room: Stockroom, app: Flask) -> None:
    shop = room.shop
    shop.stock(shop.soap, 10)
    count = Count.begin(shop)
    count.agree(shop.soap, 8)
    ended = at_once(app, [partial(count.settle, shop.cast.hedu)] * 2)
    assert refusals(ended) == [CountClosed.code]
    assert shop.on_hand(shop.soap) == 8


def test_case_37_what_is_past_its_last_day_goes_to_waste_once(
    room: Stockroom, app: Flask, clock: FrozenClock
) -> None:
    shop = room.shop
    shop.stock(shop.soap, 5, shop.today)
    shop.stock(shop.soap, 7, shop.today + timedelta(days=30))
    clock.advance(days=1)
    removed = at_once(app, [partial(room.remove_past, shop.soap)] * 4)
    assert sorted(map(str, removed)) == ["0", "0", "0", "5"]
    assert room.moves(shop.soap)[2:] == [("waste", -5)]
    assert verify_everything().ok


@pytest.mark.engines("postgresql")
def test_case_37_without_the_lock_two_take_away_the_same(
    room: Stockroom, app: Flask, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    """The race is there: both see five, and the key of the day refuses the second."""
    shop = room.shop
    shop.stock(shop.soap, 5, shop.today)
    clock.advance(days=1)
    row_locks_off(monkeypatch)
    meeting = Meeting(2)
    tried: list[int] = []

    def met(**goods: Any) -> Any:
        shelf = open_shelf(**goods)
        meeting.wait()
        tried.append(sum(batch.on_hand for batch in shelf.batches.values()))
        return shelf

    monkeypatch.setattr(dates, "open_shelf", met)
    at_once(app, [partial(room.remove_past, shop.soap)] * 2)
    assert tried[:2] == [5, 5]
    assert room.moves(shop.soap)[1:] == [("waste", -5)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stock_count_entries SET counted = 0",
        "DELETE FROM stock_count_entries",
        "UPDATE stock_transfers SET quantity = 1",
        "DELETE FROM stock_transfers",
    ],
)
def test_case_19_history_of_the_stockroom_is_not_changed(room: Stockroom, statement: str) -> None:
    shop = room.shop
    room.send(shop.stock(shop.soap, 5), 2, room.open_another())
    Count.begin(shop).enter(shop.cast.zhangdian, shop.soap, 3)
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()
