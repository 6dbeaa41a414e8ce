"""Goods with a last day that are kept for people, or given with a use-by day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.shop.gift_errors import IssuePastDate
from pointsvc.shop.queries.issues import waiting_batches
from pointsvc.shop.queries.stock import batches_of
from pointsvc.shop.service.donations import DonatedLine
from pointsvc.shop.stock_jobs import remove_past_stock
from tests.shop.conftest import Shop
from tests.shop.giving import ELDERS, Giving
from tests.shop.keeping import Keeping
from tests.shop.screens import Screen
from tests.shop.sharing import Sharing
from tests.shop.stockrooms import Stockroom
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

LOCKED = ("limit_uses", "passbooks", "products.id, products.on_hand, products.reserved")


@contextmanager
def spoken(said: list[str]) -> Iterator[None]:
    """What is said to the database meanwhile."""

    def hear(*told: Any) -> None:
        said.append(told[2])

    event.listen(db.engine, "before_cursor_execute", hear)
    yield
    event.remove(db.engine, "before_cursor_execute", hear)


def test_who_had_kept_what_is_removed_gets_the_points_back_and_is_told(
    shop: Shop, clock: FrozenClock
) -> None:
    """docs/ledger.md case 37; what an exchange day has for nobody yet gives way too."""
    keeping = Keeping(shop)
    shop.stock(shop.soap, 3, shop.today + timedelta(days=10))
    shop.points(shop.cast.limei, 400)
    keeping.book(shop.cast.limei, (shop.soap, 2), days=10)
    Sharing(shop).plan((shop.soap, 1))
    clock.advance(days=11)
    assert Stockroom(shop).remove_past(shop.soap) == 0
    assert remove_past_stock(clocks.now()) == "3 units"
    assert (keeping.points(shop.cast.limei), keeping.reserved(shop.soap)) == ((400, 0), 0)
    told = select(func.count()).where(OutboxMessage.topic == "shop.kept_goods_spoiled")
    assert db.session.scalar(told) == 1
    assert verify_everything().ok


def test_a_gift_past_its_use_by_is_not_issued(shop: Shop, clock: FrozenClock) -> None:
    giving, last = Giving(shop), shop.today + timedelta(days=1)
    giving.give(DonatedLine(shop.soap, 3, None, ELDERS, use_by_on=last))
    [waiting] = waiting_batches(shop.community_id, shop.cast.shop_id, today=shop.today)
    assert (waiting.use_by_on, waiting.is_past) == (last, False)
    clock.advance(days=2)
    with pytest.raises(IssuePastDate):
        giving.issue(waiting.id, 1)
    assert transact(lambda: verify_everything().ok)


@pytest.mark.parametrize(("use_by", "kept"), [("2027-06-01", 1), ("2027-04-30", 0)])
def test_the_gift_form_asks_for_the_use_by_day(
    shop: Shop, client: HouseClient, use_by: str, kept: int
) -> None:
    keeper = Screen(client, shop.cast.zhangdian)
    keeper.show("/shop/donations/new")
    gift = {"product_id": str(shop.soap), "quantity": "20", "donor_kind": "anonymous", "save": "1"}
    keeper.send("/shop/donations/new", best_before="2027-05-01", use_by=use_by, **gift)
    found = batches_of(shop.community_id, shop.soap, today=shop.today)
    assert [str(batch.use_by_on) for batch in found] == [use_by] * kept


def test_what_spoils_is_locked_in_the_one_order(shop: Shop, clock: FrozenClock) -> None:
    """docs/ledger.md §3: limits, passbooks, products."""
    keeping, said = Keeping(shop), list[str]()
    Stockroom(shop).limit(5)
    shop.stock(shop.soap, 1, shop.today + timedelta(days=2))
    shop.points(shop.cast.limei, 400)
    keeping.book(shop.cast.limei, (shop.soap, 1), days=2)
    clock.advance(days=3)
    with spoken(said):
        assert keeping.block() == 40
    first = [next(n for n, text in enumerate(said) if table in text) for table in LOCKED]
    assert first == sorted(first)
