"""A lowered price is for the batch that it was lowered for, and ends as its last unit leaves."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from pointsvc.cli.verification import verify_everything
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop.errors import MarkdownExceeds
from pointsvc.shop.queries.catalogue import prices_of, products_by_id
from pointsvc.shop.service import baskets, orders, write_off
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.shop.stockrooms import Stockroom
from tests.support.rivals import at_once


@pytest.fixture
def marked(shop: Shop) -> Shop:
    """Two bars of soap at 25 instead of 40, and five newer ones."""
    batch_id = shop.stock(shop.soap, 2, shop.today + timedelta(days=3))
    shop.stock(shop.soap, 5)
    for person in (shop.cast.limei, shop.cast.liuyang):
        shop.points(person, 400)
    Stockroom(shop).mark_down(batch_id, 25)
    return shop


def test_more_than_the_marked_batch_is_refused_and_the_rest_costs_what_it_did(
    marked: Shop,
) -> None:
    limei = marked.cast.limei
    with pytest.raises(MarkdownExceeds) as refusal:
        marked.buy(limei, (marked.soap, 3))
    assert refusal.value.context["left"] == 2
    paid = [marked.buy(limei, (marked.soap, units)).total_points for units in (2, 1)]
    assert paid == [50, 40]
    assert verify_everything().ok


@pytest.mark.parametrize("looks_again", [True, False])
def test_two_tills_sell_the_marked_batch_at_its_price_once(
    marked: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch, *, looks_again: bool
) -> None:
    """Both saw the lowered price before either sold; without a look under the lock both get it."""
    seen = products_by_id(marked.community_id, [marked.soap])
    monkeypatch.setattr(baskets, "products_by_id", lambda *_asked: seen)
    if not looks_again:
        monkeypatch.setattr(orders, "decide_marked", lambda *_facts: None)
    people = (marked.cast.limei, marked.cast.liuyang)
    for person in people:
        marked.card(person)
    works = [partial(marked.buy, person, (marked.soap, 2)) for person in people]
    ended = at_once(app, works)
    refused = [each for each in ended if isinstance(each, MarkdownExceeds)]
    assert len(refused) == (1 if looks_again else 0)
    paid = [each.total_points for each in ended if not isinstance(each, Exception)]
    assert (paid, marked.on_hand(marked.soap)) == (([50], 5) if looks_again else ([50, 50], 3))


@pytest.mark.engines("sqlite")
def test_a_marked_batch_that_is_written_off_brings_the_price_back(marked: Shop) -> None:
    [batch_id] = [id_ for id_, units in marked.batches(marked.soap).items() if units == 2]
    transact(
        lambda: write_off(
            community_id=marked.community_id,
            batch_id=batch_id,
            quantity=2,
            reason="破了",
            waste_id=new_id(),
            moving=marked.moving(approved_by=marked.cast.hedu),
        )
    )
    points = [each.price_points for each in prices_of(marked.community_id, marked.soap)]
    assert points == [40, 25, 40]


@pytest.mark.engines("sqlite")
def test_what_is_kept_is_kept_at_the_regular_price(marked: Shop) -> None:
    keeping = Keeping(marked)
    kept = keeping.book(marked.cast.limei, (marked.soap, 3), days=2)
    assert keeping.points(marked.cast.limei) == (280, 120)
    assert keeping.fetch(keeping.code(kept)).total_points == 120
    assert marked.product(marked.soap).price_points == 40
    assert verify_everything().ok
