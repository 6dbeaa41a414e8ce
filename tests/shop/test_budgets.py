"""Whose money may pay, to choose from."""

from __future__ import annotations

import pytest

from pointsvc.shop.pages.budgets import budgets_of
from pointsvc.shop.queries import money
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
