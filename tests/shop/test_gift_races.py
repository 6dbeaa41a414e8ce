"""The last unit for a purpose, the last fen of a budget, one invoice twice: one of two gets it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from pointsvc.shop.gift_errors import BudgetExceeded, InvoiceKnown, IssueExceeds
from pointsvc.shop.queries.money import list_sponsorships
from pointsvc.shop.service import corrections, issues, purchases
from pointsvc.shop.service.purchases import BoughtLine
from pointsvc.shop.verification import shop_checks
from tests.shop.asking_stock import ask_right, decide_asked
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once


def kinds(ended: list[Any]) -> list[str]:
    return sorted(type(each).__name__ for each in ended)


def test_the_last_unit_for_a_purpose_goes_to_one(shop: Shop, app: Flask) -> None:
    giving = Giving(shop)
    batch_id = giving.restricted(1)
    ended = at_once(app, [lambda: giving.issue(batch_id, 1)] * 3)
    assert kinds(ended) == [IssueExceeds.__name__] * 2 + ["int"]
    assert shop.on_hand(shop.soap) == 0
    assert [check.id for check in shop_checks(shop.community_id) if not check.ok] == []


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_two_want_the_last_unit_and_the_check_refuses(
    shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race exists; the constraint has the last word."""
    giving = Giving(shop)
    batch_id = giving.restricted(1)
    row_locks_off(monkeypatch)
    _meet(monkeypatch, issues, "decide_issue")
    ended = at_once(app, [lambda: giving.issue(batch_id, 1)] * 2)
    assert kinds(ended) == [IntegrityError.__name__, "int"]


def test_a_budget_is_not_spent_twice(shop: Shop, app: Flask) -> None:
    giving = Giving(shop)
    supplier_id, sponsorship_id = giving.supplier(), giving.sponsor(1000)
    ended = at_once(app, [_spender(giving, supplier_id, sponsorship_id)] * 2)
    assert kinds(ended) == [BudgetExceeded.__name__, "UUID"]
    [left] = [each.left_fen for each in list_sponsorships(shop.community_id)]
    assert (left, shop.on_hand(shop.soap)) == (300, 7)


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_two_spend_the_budget_and_the_check_refuses(
    shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    giving = Giving(shop)
    supplier_id, sponsorship_id = giving.supplier(), giving.sponsor(1000)
    row_locks_off(monkeypatch)
    _meet(monkeypatch, purchases, "_check_budget")
    ended = at_once(app, [_spender(giving, supplier_id, sponsorship_id)] * 2)
    assert kinds(ended) == [IntegrityError.__name__, "UUID"]


def test_an_invoice_is_entered_once(shop: Shop, app: Flask) -> None:
    giving = Giving(shop)
    supplier_id = giving.supplier()
    works = [lambda: giving.buy(supplier_id, BoughtLine(shop.soap, 5, 100), invoice_no="A1")] * 2
    ended = at_once(app, works)
    assert kinds(ended) == [InvoiceKnown.__name__, "UUID"]
    assert shop.on_hand(shop.soap) == 5


def _spender(giving: Giving, supplier_id: UUID, sponsorship_id: UUID) -> Callable[[], UUID]:
    line = BoughtLine(giving.shop.soap, 7, 700)
    return lambda: giving.buy(supplier_id, line, sponsorship_id=sponsorship_id)


def _meet(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Let both come as far as the decision before either goes on."""
    meeting, decide = Meeting(2), getattr(module, name)

    def decided(*facts: Any, **named: Any) -> Any:
        decision = decide(*facts, **named)
        meeting.wait()
        return decision

    monkeypatch.setattr(module, name, decided)


def test_a_number_is_given_by_one_of_two_corrections(shop: Shop, app: Flask) -> None:
    ended = at_once(app, _corrections_to_one_number(Giving(shop)))
    assert kinds(ended) == [InvoiceKnown.__name__, "NoneType"]
    assert [check.id for check in shop_checks(shop.community_id) if not check.ok] == []


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_two_corrections_give_one_number_and_the_check_sees_it(
    shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = _corrections_to_one_number(Giving(shop))
    row_locks_off(monkeypatch)
    _meet(monkeypatch, corrections, "refuse_known")
    assert kinds(at_once(app, works)) == ["NoneType"] * 2
    assert [check.id for check in shop_checks(shop.community_id) if not check.ok] == ["M1"]


def _corrections_to_one_number(giving: Giving) -> list[Callable[[], None]]:
    supplier_id = giving.supplier()
    bought = [giving.buy(supplier_id, BoughtLine(giving.shop.soap, 1, 100)) for _time in range(2)]
    asked = [ask_right(giving.shop, each, invoice_no="B9") for each in bought]
    return [partial(decide_asked, giving.shop, each) for each in asked]
