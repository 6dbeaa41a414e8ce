"""What the community told a member, in words: from the deed itself to the page."""

from __future__ import annotations

import ast
import re
from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.web.message_words import WORDS
from tests.checkin.duty import Duty
from tests.shop.conftest import raise_shop
from tests.support import tree
from tests.support.cast import Cast, Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """Tariffs, and an open shift on plot 1."""
    return Duty(cast)


def told(client: HouseClient, person: Person) -> list[str]:
    """The person's messages as they read them, newest first."""
    sign_in_cookie(client, person)
    page = client.get("/me/messages").get_data(as_text=True)
    return re.findall(r'<span class="cell-title">(.*?)</span>', page)


def topics() -> set[str]:
    """Every topic that a room leaves a message under by its whole name."""
    return {
        literal.value
        for source in tree.package()
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("leave_message")
        for keyword in call.keywords
        if keyword.arg == "topic"
        for literal in ast.walk(keyword.value)
        if isinstance(literal, ast.Constant) and isinstance(literal.value, str)
    }


def test_every_topic_has_words() -> None:
    assert len(topics()) >= 5
    assert topics() - WORDS.keys() == set(), "pointsvc/web/messages.py"


def test_service_is_told_with_points_and_minutes(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, "in")
    clock.advance(minutes=110)
    duty.scan(duty.cast.wangqiang, card, "out")
    assert told(client, duty.cast.limei) == ["“责任田养护”记上了 15 分，服务 110 分钟。"]
    assert told(client, duty.cast.chenjing) == []


def test_a_correction_tells_what_was_taken_back(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    card, began = duty.card(duty.cast.limei), duty.now()
    duty.scan(duty.cast.wangqiang, card, "in")
    clock.advance(minutes=110)
    left = duty.scan(duty.cast.wangqiang, card, "out")
    times = (began, began + timedelta(minutes=80))
    duty.approve(duty.cast.hedu, duty.ask_correction(duty.cast.zhaofang, left, *times))
    assert set(told(client, duty.cast.limei)[:2]) == {
        "“责任田养护”的考勤更正了，原来记的 15 分收回了。有疑问请找社区专干。",
        "“责任田养护”记上了 10 分，服务 80 分钟。",
    }


def test_a_drop_is_told_without_minutes(duty: Duty, client: HouseClient) -> None:
    shift_id = duty.open_station()
    duty.scan(duty.cast.sungang, duty.card(duty.cast.limei), "drop", shift_id=shift_id, quantity=2)
    assert told(client, duty.cast.limei) == ["“居民正确分类投放”记上了 4 分。"]


def test_an_exchange_and_its_refund_are_told(cast: Cast, duty: Duty, client: HouseClient) -> None:
    shop = raise_shop(duty.cast)
    shop.stock(shop.soap, 5)
    shop.points(cast.limei, 100)
    order = shop.buy(cast.limei, (shop.soap, 1))
    shop.refund(order.order_id, (shop.lines(order.order_id)[0].id, 1))
    assert told(client, cast.limei) == [
        "退回 40 分，退货单号 1，现有 100 分。",
        "兑换成功：用去 40 分，小票号 1，还有 60 分。",
    ]
