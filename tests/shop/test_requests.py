"""Taking an exchange back with a supervisor who answers by their own sign-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop.errors import (
    ApproverNotAllowed,
    OwnPhoneNeeded,
    RefundExceeds,
    RequestEnded,
    RequestWaiting,
    VoidTooLate,
)
from pointsvc.shop.models import ShopRequest
from pointsvc.shop.queries.requests import get_request, waiting_requests
from pointsvc.shop.service import asking, requests
from pointsvc.shop.service.requests import withdraw_return
from pointsvc.web.messages import messages_of
from tests.checkin.households import share_a_door
from tests.shop.asking import ask, decide, make_supervisor
from tests.shop.conftest import Shop
from tests.support.cast import Person
from tests.support.clocks import FrozenClock
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once


@pytest.fixture
def order_id(shop: Shop) -> UUID:
    """李梅 has three soaps."""
    shop.stock(shop.soap, 10)
    shop.points(shop.cast.limei, 200)
    return shop.buy(shop.cast.limei, (shop.soap, 3)).order_id


def test_nothing_moves_before_a_supervisor_agrees(shop: Shop, order_id: UUID) -> None:
    request_id = ask(shop, order_id)
    assert (shop.on_hand(shop.soap), shop.balance(shop.cast.limei)) == (7, 80)
    receipt = decide(shop, request_id)
    assert receipt is not None
    assert (receipt.total_points, shop.on_hand(shop.soap)) == (120, 10)
    found = get_request(shop.community_id, request_id)
    assert (found.state, found.refund_id) == ("approved", receipt.refund_id)


def test_the_supervisor_hears_of_it_and_the_keeper_of_the_answer(
    shop: Shop, order_id: UUID
) -> None:
    decide(shop, ask(shop, order_id), approve=False)
    [asked] = messages_of(shop.community_id, shop.cast.hedu.id).rows
    [answered] = messages_of(shop.community_id, shop.cast.zhangdian.id).rows
    assert (asked.text, asked.endpoint) == (
        "张店想退小票 1，请您看看，同意或不同意都说一声。",
        "shop.requests",
    )
    assert answered.text == "小票 1 的退兑，何督没有同意，原因写在申请里。"


@pytest.mark.parametrize("name", ["zhangdian", "limei", "zhaofang", "zhoumin"])
def test_case_39_nobody_but_a_third_person_agrees(shop: Shop, order_id: UUID, name: str) -> None:
    person: Person = getattr(shop.cast, name)
    if name in {"zhangdian", "limei"}:
        make_supervisor(shop, person)
    with pytest.raises(ApproverNotAllowed):
        decide(shop, ask(shop, order_id), person)


@pytest.mark.parametrize("name", ["zhangdian", "limei"])
def test_case_39_a_relative_of_keeper_or_member_does_not_agree(
    shop: Shop, order_id: UUID, name: str
) -> None:
    share_a_door(getattr(shop.cast, name), shop.cast.hedu)
    with pytest.raises(ApproverNotAllowed):
        decide(shop, ask(shop, order_id))


def test_case_39_the_database_refuses_one_person(shop: Shop, order_id: UUID) -> None:
    request_id = ask(shop, order_id)
    decide(shop, request_id, approve=False)
    alone = update(ShopRequest).values(decided_by_id=shop.cast.zhangdian.id)
    with pytest.raises(IntegrityError, match="two_persons"):
        transact(lambda: db.session.execute(alone))


def test_nobody_agrees_at_a_till(shop: Shop, order_id: UUID) -> None:
    with pytest.raises(OwnPhoneNeeded):
        decide(shop, ask(shop, order_id), on_device_id=new_id())


def test_one_request_waits_for_an_exchange(shop: Shop, order_id: UUID) -> None:
    ask(shop, order_id)
    with pytest.raises(RequestWaiting):
        ask(shop, order_id)


def test_what_nobody_decided_in_time_makes_room(
    shop: Shop, order_id: UUID, clock: FrozenClock
) -> None:
    late = ask(shop, order_id)
    clock.advance(hours=24)
    with pytest.raises(RequestEnded):
        decide(shop, late)
    assert waiting_requests(shop.community_id, clocks.now()) == []
    decide(shop, ask(shop, order_id))
    assert get_request(shop.community_id, late).state == "expired"


def test_who_asked_takes_it_back_alone(shop: Shop, order_id: UUID) -> None:
    request_id = ask(shop, order_id)

    def withdraw(person: Person) -> Callable[[], None]:
        whose = {"community_id": shop.community_id, "keeper_id": person.id}
        return lambda: withdraw_return(**whose, request_id=request_id, now=clocks.now())

    with pytest.raises(Forbidden):
        transact(withdraw(shop.cast.limei))
    transact(withdraw(shop.cast.zhangdian))
    with pytest.raises(RequestEnded):
        decide(shop, request_id)


def test_a_void_takes_all_within_minutes(shop: Shop, order_id: UUID, clock: FrozenClock) -> None:
    clock.advance(minutes=10)
    decide(shop, ask(shop, order_id, kind="void"))
    assert (shop.on_hand(shop.soap), shop.balance(shop.cast.limei)) == (10, 200)


def test_a_void_is_too_late_after_ten_minutes(
    shop: Shop, order_id: UUID, clock: FrozenClock
) -> None:
    clock.advance(minutes=11)
    with pytest.raises(VoidTooLate):
        ask(shop, order_id, kind="void")


def test_case_28_asked_pieces_never_exceed_what_was_handed_out(shop: Shop, order_id: UUID) -> None:
    [line] = shop.lines(order_id)
    for _turn in range(3):
        decide(shop, ask(shop, order_id, (line.id, 1)))
    with pytest.raises(RefundExceeds):
        ask(shop, order_id, (line.id, 1))
    assert shop.balance(shop.cast.limei) == 200


def test_case_28_what_came_back_meanwhile_is_not_agreed_to(shop: Shop, order_id: UUID) -> None:
    """A program gave it back by the API while the request waited."""
    request_id = ask(shop, order_id)
    shop.refund(order_id, (shop.lines(order_id)[0].id, 1))
    with pytest.raises(RefundExceeds):
        decide(shop, request_id)
    assert get_request(shop.community_id, request_id).state == "asked"


# -- two supervisors at once ----------------------------------------------------------------


def both(shop: Shop, app: Flask, request_id: UUID) -> list[Any]:
    """何督 and 刘洋 say no at the same moment."""
    people = (shop.cast.hedu, shop.cast.liuyang)
    works: list[Callable[[], Any]] = [
        partial(decide, shop, request_id, person, approve=False) for person in people
    ]
    return at_once(app, works)


def test_case_27_a_request_is_decided_once(shop: Shop, app: Flask, order_id: UUID) -> None:
    make_supervisor(shop, shop.cast.liuyang)
    request_id = ask(shop, order_id)
    works = [lambda: decide(shop, request_id), lambda: decide(shop, request_id, shop.cast.liuyang)]
    ended = at_once(app, works)
    assert sorted(type(each).__name__ for each in ended) == ["RefundReceipt", "RequestEnded"]
    assert (shop.on_hand(shop.soap), shop.balance(shop.cast.limei)) == (10, 200)


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_both_have_decided(
    shop: Shop, app: Flask, order_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_supervisor(shop, shop.cast.liuyang)
    request_id = ask(shop, order_id)
    row_locks_off(monkeypatch)
    meet_before_checking(monkeypatch)
    assert both(shop, app, request_id) == [None, None]


def meet_before_checking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the request before either goes on."""
    meeting, check = Meeting(2), asking.check_answer

    def slow(*given: Any, **named: Any) -> None:
        meeting.wait()
        check(*given, **named)

    monkeypatch.setattr(requests, "check_answer", slow)
