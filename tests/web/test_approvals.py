"""The supervisor's landing: what waits for a second person, and what they agreed to."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.checkin.service.correcting import request_correction
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.shop.conftest import Shop, raise_shop
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """Tariffs, and an open shift on plot 1."""
    return Duty(cast)


@pytest.fixture
def hedu(cast: Cast, duty: Duty, client: HouseClient) -> HouseClient:  # noqa: ARG001 - context
    """何督 at his landing."""
    sign_in_cookie(client, cast.hedu)
    return client


def page(client: HouseClient) -> str:
    return client.get("/approvals").get_data(as_text=True)


def ask_correction(duty: Duty, clock: FrozenClock) -> None:
    """李梅 came and went; the clerk says that it was not she."""
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, "in")
    clock.advance(minutes=110)
    receipt = duty.scan(duty.cast.wangqiang, card, "out")
    attendance_id = receipt.attendance_id
    assert attendance_id is not None
    transact(
        lambda: request_correction(
            community_id=duty.community_id,
            correction_id=new_id(),
            attendance_id=attendance_id,
            requested_by_id=duty.cast.zhaofang.id,
            reason="认错了人",
            now=duty.now(),
        )
    )


def refund(shop: Shop) -> None:
    """Soap bought and brought back, with 何督's card."""
    shop.stock(shop.soap, 5)
    shop.points(shop.cast.limei, 100)
    order = shop.buy(shop.cast.limei, (shop.soap, 1))
    shop.refund(order.order_id, (shop.lines(order.order_id)[0].id, 1))


def test_a_supervisor_lands_here(hedu: HouseClient) -> None:
    assert hedu.get("/").location == "/approvals"


def test_with_nothing_waiting_it_says_so_and_how_to_approve_a_refund(hedu: HouseClient) -> None:
    shown = page(hedu)
    for words in ("没有等着的更正", "没有待核实的扫码", "还没有同意过什么", "没有等您同意的申请"):
        assert words in shown


def test_a_correction_that_was_asked_for_waits_here(
    duty: Duty, hedu: HouseClient, clock: FrozenClock
) -> None:
    ask_correction(duty, clock)
    shown = page(hedu)
    assert "1 件在等您" in shown
    assert "作废考勤 · 认错了人" in shown
    assert "1号田 · 2026年11月21日 09:00–10:50 · 赵芳 申请" in shown


def test_scans_that_are_held_are_counted(duty: Duty, hedu: HouseClient) -> None:
    duty.scan(duty.cast.limei, duty.sign(), "in")
    assert "有 1 件等组长" in page(hedu)


def test_a_refund_that_one_agreed_to_is_remembered(cast: Cast, hedu: HouseClient) -> None:
    refund(raise_shop(cast))
    shown = page(hedu)
    assert "退兑 40 分 · 小票 1" in shown
    assert "张店 经手 · 拿错了" in shown


def test_another_community_s_matters_are_not_here(cast: Cast, hedu: HouseClient) -> None:
    assert "余丁家园" not in page(hedu)
    assert cast.chenjing.name not in page(hedu)


@pytest.mark.parametrize(
    "name", ["limei", "wangqiang", "zhangdian", "zhaofang", "zhoumin", "heyun", "chenjing"]
)
def test_only_supervisors_come_in(cast: Cast, hedu: HouseClient, name: str) -> None:
    sign_in_cookie(hedu, getattr(cast, name))
    assert hedu.get("/approvals").status_code == 403
