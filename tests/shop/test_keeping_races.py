"""Kept goods at once: each race shown to exist with the guard off, and closed with it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pointsvc.cli.verification import verify_everything
from pointsvc.kernel import clock as clocks
from pointsvc.ledger.errors import CorrectionExceeds
from pointsvc.shop.errors import OutOfStock, PickupCodeWrong
from pointsvc.shop.service import orders, pickups, releasing, reserving
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once

BEFORE_WRITING = {
    "book": (reserving.Booker, "write"),
    "sell": (orders, "_write"),
    "fetch": (pickups, "_pay"),
    "expire": (releasing, "release"),
}


@pytest.fixture
def keeping(shop: Shop) -> Keeping:
    """李梅 and 刘洋 can pay."""
    for person in (shop.cast.limei, shop.cast.liuyang):
        shop.points(person, 1000)
        shop.card(person)
    return Keeping(shop)


def last_bar(keeping: Keeping) -> list[Callable[[], Any]]:
    """One bar, which both keep."""
    shop = keeping.shop
    shop.stock(shop.soap, 1)
    people = (shop.cast.limei, shop.cast.liuyang)
    return [partial(keeping.book, person, (shop.soap, 1)) for person in people]


def kept_or_sold(keeping: Keeping) -> list[Callable[[], Any]]:
    """One bar, which one keeps and the other buys."""
    shop = keeping.shop
    shop.stock(shop.soap, 1)
    return [
        lambda: keeping.book(shop.cast.limei, (shop.soap, 1)),
        lambda: shop.buy(shop.cast.liuyang, (shop.soap, 1)),
    ]


def one_code(keeping: Keeping) -> list[Callable[[], Any]]:
    """A code that two tills read, while there is more of it on the shelf."""
    shop = keeping.shop
    shop.stock(shop.soap, 5)
    code = keeping.code(keeping.book(shop.cast.limei, (shop.soap, 1)))
    return [lambda: keeping.fetch(code)] * 2


def late(keeping: Keeping) -> list[Callable[[], Any]]:
    """Somebody fetches while the job ends what is late."""
    shop = keeping.shop
    shop.stock(shop.soap, 5)
    made = keeping.book(shop.cast.limei, (shop.soap, 2), days=1)
    code, due = keeping.code(made), clocks.now() + timedelta(days=1)
    return [lambda: keeping.fetch(code), lambda: keeping.expire(due)]


@dataclass(frozen=True)
class Race:
    """Two who want one thing, where they meet with the guard off, and who refuses then."""

    works: Callable[[Keeping], list[Callable[[], Any]]]
    places: tuple[str, ...]
    refusal: type[Exception]
    last_word: type[Exception]


RACES = {
    "last_unit_reserved_by_two": Race(last_bar, ("book",), OutOfStock, IntegrityError),
    "reserved_or_sold": Race(kept_or_sold, ("book", "sell"), OutOfStock, IntegrityError),
    "two_tills_one_code": Race(one_code, ("fetch",), PickupCodeWrong, CorrectionExceeds),
    "expiry_or_pickup": Race(late, ("fetch", "expire"), PickupCodeWrong, CorrectionExceeds),
}


@pytest.mark.parametrize("name", RACES)
def test_of_two_at_once_one_has_it(keeping: Keeping, app: Flask, name: str) -> None:
    ended = at_once(app, RACES[name].works(keeping))
    refused = [each for each in ended if isinstance(each, RACES[name].refusal) or each == 0]
    assert len(refused) == 1, ended
    assert verify_everything().ok


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
@pytest.mark.parametrize("name", RACES)
def test_without_the_locks_both_want_it_and_a_constraint_refuses(
    keeping: Keeping, app: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Both have decided before either writes; docs/ledger.md cases 35 and 38, S1, S5, L10."""
    works, meeting = RACES[name].works(keeping), Meeting(2)
    row_locks_off(monkeypatch)
    for place in RACES[name].places:
        _wait_before(monkeypatch, *BEFORE_WRITING[place], meeting)
    ended = at_once(app, works)
    monkeypatch.undo()
    refused = [type(each) for each in ended if isinstance(each, Exception)]
    assert refused == [RACES[name].last_word]
    assert verify_everything().ok


def _wait_before(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, meeting: Meeting) -> None:
    write = getattr(where, name)

    def waiting(*args: Any, **kwargs: Any) -> Any:
        meeting.wait()
        return write(*args, **kwargs)

    monkeypatch.setattr(where, name, waiting)
