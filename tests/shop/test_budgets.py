"""Whose money may pay, to choose from."""

from __future__ import annotations

import pytest

from pointsvc.shop.pages.budgets import budgets_of
from pointsvc.shop.queries import money
from pointsvc.shop.service.purchases import BoughtLine
from tests.shop.conftest import Shop
from tests.shop.giving import Giving


@pytest.mark.engines("sqlite")
def test_whoever_pays_already_is_there_however_old(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (Giving(shop).sponsor(5000) for _ in range(2))
    monkeypatch.setattr(money, "LIST_MAX", 1)
    offered = [each for each, _words in budgets_of(shop.community_id, old)]
    assert offered == [new, old]


@pytest.mark.engines("sqlite")
def test_spent_budgets_leave_room_for_those_with_something_left(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    giving = Giving(shop)
    old, spent = giving.sponsor(5000), giving.sponsor(900)
    giving.buy(giving.supplier(), BoughtLine(shop.soap, 2, 900), sponsorship_id=spent)
    monkeypatch.setattr(money, "LIST_MAX", 1)
    assert [each for each, _words in budgets_of(shop.community_id)] == [old]
