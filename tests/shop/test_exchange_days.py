"""Exchange days: wishes, a draw that can be checked, a waiting list, the make-up day, the end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.shop.draws import allot, commitment, order_of
from pointsvc.shop.errors import (
    AlreadyDrawn,
    AlreadyWished,
    DayOver,
    DrawTooEarly,
    OutOfStock,
    WishesClosed,
)
from pointsvc.shop.jobs import keep_promises
from pointsvc.shop.queries.exchange_days import get_day
from pointsvc.shop.service.exchange_days import cancel_day
from pointsvc.shop.service.sharing import tickets_of
from tests.shop.conftest import Shop
from tests.shop.sharing import Sharing
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")  # the simulation plays a day through on both


@pytest.fixture
def sharing(shop: Shop) -> Sharing:
    """Two bars of soap, three people who can pay."""
    shop.stock(shop.soap, 2)
    for person in (shop.cast.limei, shop.cast.liuyang, shop.cast.wangqiang):
        shop.points(person, 100)
    return Sharing(shop)


@pytest.fixture
def wished(sharing: Sharing) -> Sharing:
    """Two bars of soap on an exchange day, three who wish for one."""
    sharing.day_id = day_id = sharing.plan((sharing.shop.soap, 2))
    for name in ("limei", "liuyang", "wangqiang"):
        sharing.wish(day_id, getattr(sharing.shop.cast, name), sharing.shop.soap)
    return sharing


def test_what_a_day_shares_out_is_kept_for_it_from_the_start(sharing: Sharing) -> None:
    shop = sharing.shop
    sharing.plan((shop.soap, 2))
    with pytest.raises(OutOfStock):
        shop.buy(shop.cast.limei, (shop.soap, 1))
    with pytest.raises(OutOfStock):
        sharing.plan((shop.soap, 1))
    assert verify_everything().ok


def test_the_draw_gives_each_unit_to_one_and_lets_the_others_wait(
    wished: Sharing, clock: FrozenClock
) -> None:
    day_id, shop = wished.day_id, wished.shop
    clock.advance(days=2)
    wished.draw(day_id)
    assert (len(wished.of(day_id, "given")), len(wished.of(day_id, "waiting"))) == (2, 1)
    assert (shop.on_hand(shop.soap), shop.product(shop.soap).reserved) == (2, 2)
    assert verify_everything().ok


def test_anybody_gets_the_same_result_from_seed_words_and_list(
    wished: Sharing, clock: FrozenClock
) -> None:
    day_id = wished.day_id
    before = get_day(wished.shop.community_id, day_id)
    clock.advance(days=2)
    wished.draw(day_id, " 大吉  大利 ")
    day, wishes = get_day(wished.shop.community_id, day_id), wished.wishes(day_id)
    assert before.drawn_seed is None
    assert day.drawn_seed is not None
    assert commitment(day.drawn_seed) == before.seed_hash.hex()
    ordered = order_of(day.drawn_seed, "大吉 大利", tickets_of(wishes))
    lots = {lot.ticket.number: lot for lot in allot(ordered, {str(wished.shop.soap): 2})}
    assert {w.ticket: (w.state, w.place) for w in wishes} == {
        number: (lot.outcome, lot.place) for number, lot in lots.items()
    }


def test_who_does_not_come_leaves_it_to_who_waits_on_the_makeup_day(
    wished: Sharing, clock: FrozenClock
) -> None:
    day_id, shop = wished.day_id, wished.shop
    clock.advance(days=2)
    wished.draw(day_id)
    [waiting] = wished.of(day_id, "waiting")
    clock.advance(days=1, hours=1)
    assert keep_promises(clocks.now()) == "2 ended, 0 blocked, 1 served"
    assert wished.of(day_id, "given").count(waiting) == 1
    clock.advance(days=7, hours=1)
    keep_promises(clocks.now())
    assert (wished.state(day_id), shop.product(shop.soap).reserved) == ("over", 0)
    assert verify_everything().ok


def test_who_went_home_with_nothing_comes_first_next_time(
    wished: Sharing, clock: FrozenClock
) -> None:
    day_id, shop, cast = wished.day_id, wished.shop, wished.shop.cast
    clock.advance(days=2)
    wished.draw(day_id)
    [unlucky] = wished.of(day_id, "waiting")
    for wish in wished.wishes(day_id):
        if wish.reservation_id:
            wished.keeping.fetch(wished.keeping.code(wish.reservation_id))
    clock.advance(days=9)
    keep_promises(clocks.now())
    shop.stock(shop.soap, 1)
    again = wished.plan((shop.soap, 1))
    for person in (cast.limei, cast.liuyang, cast.wangqiang):
        wished.wish(again, person, shop.soap)
    clock.advance(days=2)
    wished.draw(again)
    assert wished.of(again, "given") == [unlucky]


def test_who_joins_the_list_after_the_draw_does_not_come_first_next_time(
    sharing: Sharing, clock: FrozenClock
) -> None:
    shop, cast = sharing.shop, sharing.shop.cast
    first = sharing.plan((shop.soap, 1), makeup=False)
    sharing.wish(first, cast.limei, shop.soap)
    clock.advance(days=2)
    sharing.draw(first)
    sharing.wish(first, cast.liuyang, shop.soap)
    clock.advance(days=9)
    keep_promises(clocks.now())
    second = sharing.plan((shop.soap, 1))
    sharing.wish(second, cast.liuyang, shop.soap)
    clock.advance(days=2)
    sharing.draw(second)
    assert [wish.had_nothing for wish in sharing.wishes(second)] == [False]


def test_who_cannot_pay_is_passed_over_and_told(sharing: Sharing, clock: FrozenClock) -> None:
    shop = sharing.shop
    day_id = sharing.plan((shop.soap, 1))
    sharing.wish(day_id, shop.cast.sungang, shop.soap)
    clock.advance(days=2)
    sharing.draw(day_id)
    assert sharing.of(day_id, "passed") == [shop.cast.sungang.id]
    topics = select(OutboxMessage.topic).where(OutboxMessage.recipient_id == shop.cast.sungang.id)
    assert set(db.session.scalars(topics)) <= {"shop.day_planned", "shop.day_passed"}


def test_a_late_wish_gets_what_nobody_wanted(sharing: Sharing, clock: FrozenClock) -> None:
    shop = sharing.shop
    day_id = sharing.plan((shop.soap, 2))
    sharing.wish(day_id, shop.cast.limei, shop.soap)
    clock.advance(days=2)
    sharing.draw(day_id)
    sharing.wish(day_id, shop.cast.liuyang, shop.soap, slot=2)
    assert sharing.serve(day_id) == 1
    assert sharing.of(day_id, "given") == [shop.cast.limei.id, shop.cast.liuyang.id]


def test_a_full_slot_leads_to_the_next(sharing: Sharing, clock: FrozenClock) -> None:
    shop = sharing.shop
    day_id = sharing.plan((shop.soap, 2), seats=1)
    for person in (shop.cast.limei, shop.cast.liuyang):
        sharing.wish(day_id, person, shop.soap, slot=1)
    clock.advance(days=2)
    sharing.draw(day_id)
    kept = [sharing.keeping.facts(w.reservation_id) for w in sharing.wishes(day_id)]  # type: ignore[arg-type]
    assert len({each.slot_id for each in kept}) == 2
    assert {each.queue_no for each in kept} == {1, 2}


def test_what_cannot_be_is_refused_in_its_time(wished: Sharing, clock: FrozenClock) -> None:
    day_id, shop = wished.day_id, wished.shop
    with pytest.raises(AlreadyWished):
        wished.wish(day_id, shop.cast.limei, shop.soap)
    with pytest.raises(DrawTooEarly):
        wished.draw(day_id)
    clock.advance(days=2)
    with pytest.raises(WishesClosed):
        wished.wish(day_id, shop.cast.sungang, shop.soap)
    wished.draw(day_id)
    with pytest.raises(AlreadyDrawn):
        wished.draw(day_id)
    with pytest.raises(DayOver):
        cancel(wished)


def test_the_job_draws_where_nobody_did(wished: Sharing, clock: FrozenClock) -> None:
    day_id = wished.day_id
    clock.advance(days=2, hours=2)
    keep_promises(clocks.now())
    assert wished.state(day_id) == "drawn"


def cancel(wished: Sharing) -> None:
    transact(
        lambda: cancel_day(
            community_id=wished.shop.community_id,
            day_id=wished.day_id,
            by_id=wished.shop.cast.zhaofang.id,
            now=clocks.now(),
        )
    )
