"""Good stock is written off, a count corrected, when a supervisor agrees by their own sign-in."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop.asking_jobs import end_requests
from pointsvc.shop.errors import ApproverNotAllowed, OwnPhoneNeeded, RequestEnded, WasteExceeds
from pointsvc.shop.errors.asking import BooksSaidOtherwise, StockRequestWaiting
from pointsvc.shop.models import StockRequest
from pointsvc.shop.queries.stock_requests import get_stock_request, waiting_stock_requests
from pointsvc.shop.service import asking, stock_requests
from pointsvc.shop.service.stock import record_count
from pointsvc.web.messages import messages_of
from tests.checkin.households import share_a_door
from tests.shop.asking import make_supervisor
from tests.shop.asking_stock import ask_count, ask_waste, decide_asked
from tests.shop.conftest import Shop
from tests.support.cast import Person
from tests.support.clocks import FrozenClock
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once


@pytest.fixture
def batch_id(shop: Shop) -> UUID:
    """Ten soaps."""
    return shop.stock(shop.soap, 10)


def state(shop: Shop, request_id: UUID) -> str:
    return get_stock_request(shop.community_id, request_id).state


def told(shop: Shop, person: Person) -> list[str]:
    return [one.text for one in messages_of(shop.community_id, person.id).rows]


def test_nothing_moves_before_a_supervisor_agrees(shop: Shop, batch_id: UUID) -> None:
    request_id = ask_waste(shop, batch_id, 2)
    assert shop.on_hand(shop.soap) == 10
    decide_asked(shop, request_id)
    assert (shop.on_hand(shop.soap), state(shop, request_id)) == (8, "approved")
    assert verify_everything().ok
    assert told(shop, shop.cast.hedu) == ["张店想报损 2 件，请您看看，同意或不同意都说一声。"]
    assert "何督同意了，已经记账" in told(shop, shop.cast.zhangdian)[0]


def test_case_36_a_corrected_count_keeps_what_was_sold_since(shop: Shop, batch_id: UUID) -> None:
    request_id = ask_count(shop, batch_id, 10, 9)
    shop.points(shop.cast.limei, 100)
    shop.buy(shop.cast.limei, (shop.soap, 2))
    decide_asked(shop, request_id)
    assert shop.on_hand(shop.soap) == 7
    assert verify_everything().ok


def test_what_a_count_set_right_is_not_set_right_twice(shop: Shop, batch_id: UUID) -> None:
    """Two keepers opened the page before either asked."""
    decide_asked(shop, ask_count(shop, batch_id, 10, 8))
    with pytest.raises(BooksSaidOtherwise):
        ask_count(shop, batch_id, 10, 8)
    assert shop.on_hand(shop.soap) == 8


def test_what_was_counted_meanwhile_is_not_set_right_again(shop: Shop, batch_id: UUID) -> None:
    """A count that waits, and another that found the same two missing and was recorded at once."""
    waiting = ask_count(shop, batch_id, 10, 8)
    transact(
        lambda: record_count(
            community_id=shop.community_id,
            batch_id=batch_id,
            expected=10,
            counted=8,
            reason="少了两块",
            count_id=new_id(),
            moving=shop.moving(shop.cast.hedu),
        )
    )
    with pytest.raises(BooksSaidOtherwise):
        decide_asked(shop, waiting)
    db.session.rollback()
    assert shop.on_hand(shop.soap) == 8


def test_declined_says_why_and_moves_nothing(shop: Shop, batch_id: UUID) -> None:
    request_id = ask_waste(shop, batch_id, 2)
    decide_asked(shop, request_id, approve=False)
    found = get_stock_request(shop.community_id, request_id)
    assert (found.state, found.answer, shop.on_hand(shop.soap)) == ("declined", "没有坏", 10)
    assert "没有同意" in told(shop, shop.cast.zhangdian)[0]


def test_the_same_request_again_is_the_first_and_another_waits(shop: Shop, batch_id: UUID) -> None:
    request_id = new_id()
    asked = [ask_waste(shop, batch_id, 2, request_id=request_id) for _tap in range(2)]
    assert asked == [request_id, request_id]
    with pytest.raises(StockRequestWaiting):
        ask_count(shop, batch_id, 10, 9)


@pytest.mark.parametrize("name", ["zhangdian", "zhaofang", "relative", "till"])
def test_case_39_nobody_near_agrees(shop: Shop, batch_id: UUID, name: str) -> None:
    """The keeper themself, who is no supervisor, who lives with the keeper, whoever stands at a till."""
    cast, refused = shop.cast, OwnPhoneNeeded if name == "till" else ApproverNotAllowed
    person = getattr(cast, name, cast.hedu)
    make_supervisor(shop, cast.zhangdian)
    if name == "relative":
        share_a_door(cast.zhangdian, cast.hedu)
    request_id = ask_waste(shop, batch_id, 2)
    with pytest.raises(refused):
        decide_asked(shop, request_id, person, on_device_id=new_id() if name == "till" else None)
    alone = update(StockRequest).values(
        state="declined", decided_by_id=cast.zhangdian.id, ended_at=clocks.now()
    )
    with pytest.raises(IntegrityError, match="two_persons"):
        transact(lambda: db.session.execute(alone))


def test_what_was_sold_meanwhile_is_said_and_the_request_waits_on(
    shop: Shop, batch_id: UUID
) -> None:
    request_id = ask_waste(shop, batch_id, 9)
    shop.points(shop.cast.limei, 100)
    shop.buy(shop.cast.limei, (shop.soap, 2))
    with pytest.raises(WasteExceeds):
        decide_asked(shop, request_id)
    assert state(shop, request_id) == "asked"


def test_what_nobody_decided_ends_by_itself_and_the_keeper_is_told(
    shop: Shop, batch_id: UUID, clock: FrozenClock
) -> None:
    request_id = ask_waste(shop, batch_id, 2)
    clock.advance(hours=72)
    assert waiting_stock_requests(shop.community_id, clocks.now()) == []
    with pytest.raises(RequestEnded):
        decide_asked(shop, request_id)
    assert [end_requests(clocks.now()) for _turn in range(2)] == ["1 requests", "0 requests"]
    assert state(shop, request_id) == "expired"
    assert "没有监督员答复" in told(shop, shop.cast.zhangdian)[0]


# -- two supervisors at once ----------------------------------------------------------------


def both(shop: Shop, app: Flask, request_id: UUID, *, approve: bool) -> list[Any]:
    """何督 and 刘洋 answer at the same moment."""
    people = (shop.cast.hedu, shop.cast.liuyang)
    works = [partial(decide_asked, shop, request_id, one, approve=approve) for one in people]
    return at_once(app, works)


def test_case_27_a_stock_request_is_decided_once(shop: Shop, app: Flask, batch_id: UUID) -> None:
    make_supervisor(shop, shop.cast.liuyang)
    ended = both(shop, app, ask_waste(shop, batch_id, 2), approve=True)
    assert sorted(type(each).__name__ for each in ended) == ["NoneType", "RequestEnded"]
    assert shop.on_hand(shop.soap) == 8


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_both_have_decided_about_stock(
    shop: Shop, app: Flask, batch_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_supervisor(shop, shop.cast.liuyang)
    request_id = ask_waste(shop, batch_id, 2)
    row_locks_off(monkeypatch)
    meeting, check = Meeting(2), asking.check_answer

    def slow(*given: Any, **named: Any) -> None:
        meeting.wait()
        check(*given, **named)

    monkeypatch.setattr(stock_requests, "check_answer", slow)
    assert both(shop, app, request_id, approve=False) == [None, None]
