"""The auditor's trail: who did what in plain words, and who agreed to what."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.actors import SYSTEM
from pointsvc.audit.service import note
from pointsvc.kernel import clock as moments
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service
from pointsvc.web.second_persons import page_of_agreed
from pointsvc.web.trail_words import ACTIONS
from tests.disclosure.office import appoint_auditor
from tests.shop.conftest import Shop, raise_shop
from tests.support import tree
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


@pytest.fixture
def shop(cast: Cast, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - its context
    """Soap sold to 李梅 and one of it brought back."""
    shop = raise_shop(cast)
    shop.stock(shop.soap, 5)
    shop.points(cast.limei, 100)
    order = shop.buy(cast.limei, (shop.soap, 2))
    shop.refund(order.order_id, (shop.lines(order.order_id)[0].id, 1))
    return shop


@pytest.fixture
def auditor(shop: Shop, client: HouseClient) -> HouseClient:
    """周敏 at the trail."""
    sign_in_cookie(client, shop.cast.zhoumin)
    return client


def rows(client: HouseClient, address: str = "/trail", **query: Any) -> list[str]:
    """The words of each row of the table."""
    page = client.get(address, query_string=query).get_data(as_text=True)
    found = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def leave(shop: Shop, action: str) -> None:
    """An event of an action that this version has no words for."""
    transact(
        lambda: note(
            community_id=shop.community_id,
            actor=SYSTEM,
            action=action,
            subject_id=None,
            now=moments.now(),
        )
    )


def waste(shop: Shop) -> None:
    """A soap is thrown away, with a second person."""
    batch_id = next(iter(shop.batches(shop.soap)))
    transact(
        lambda: service.write_off(
            community_id=shop.community_id,
            batch_id=batch_id,
            quantity=1,
            reason="受潮",
            waste_id=new_id(),
            moving=shop.moving(shop.cast.hedu),
        )
    )


def noted() -> set[str]:
    """Every action that is noted anywhere in the house by its whole name."""
    return {
        literal.value
        for source in tree.package()
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("note")
        for literal in ast.walk(call)
        if isinstance(literal, ast.Constant)
        and isinstance(literal.value, str)
        and ACTION.fullmatch(literal.value)
        and not literal.value.endswith("_")
    }


def test_every_action_that_the_house_notes_has_words() -> None:
    assert len(noted()) > 30
    assert noted() - ACTIONS.keys() == set(), "pointsvc/web/trail_words.py"


def test_a_deed_is_told_with_names_and_the_second_person(auditor: HouseClient) -> None:
    told = next(row for row in rows(auditor) if " 退兑 " in row)
    assert "2026年11月21日 09:00 张店 退兑 小票 1" in told
    assert "积分 40" in told
    assert "同意的人 何督" in told


def test_events_come_newest_first(auditor: HouseClient) -> None:
    told = [row for row in rows(auditor) if " 兑换 " in row or " 退兑 " in row]
    assert [" 退兑 " in row for row in told] == [True, False]


def test_the_trail_is_narrowed_to_a_person_an_action_a_day(
    auditor: HouseClient, clock: FrozenClock
) -> None:
    assert {row.split()[2] for row in rows(auditor, q="张店")} == {"张店"}
    assert [" 兑换 " in row for row in rows(auditor, action="shop.order_placed")] == [True]
    assert len(rows(auditor, on="2026-11-21")) == len(rows(auditor))
    clock.advance(days=1)
    assert rows(auditor, on="2026-11-22") == []


def test_nothing_found_offers_the_whole_trail(auditor: HouseClient) -> None:
    page = auditor.get("/trail?q=无此人").get_data(as_text=True)
    assert "没有找到这样的记录" in page


def test_a_day_that_is_none_is_said_beside_its_field(auditor: HouseClient) -> None:
    page = auditor.get("/trail?on=2026-02-30").get_data(as_text=True)
    assert "日期写成 2026-11-21 这样。" in page


def test_a_long_trail_is_read_page_by_page(shop: Shop, auditor: HouseClient) -> None:
    for number in range(55):
        leave(shop, f"scan.number_{number}")
    first = auditor.get("/trail").get_data(as_text=True)
    [after] = re.findall(r'rel="next" href="[^"]*after=([^"&]*)', first)
    told = [row.split()[3] for row in (*rows(auditor), *rows(auditor, after=after))]
    assert told[:55] == [f"scan.number_{number}" for number in range(54, -1, -1)]
    assert len(told) == len(set(told[:55])) + len(told[55:])


def test_two_people_s_deeds_are_read_page_by_page(shop: Shop) -> None:
    home, supervisor = shop.community_id, shop.cast.hedu.id
    shop.stock(shop.soap, 6)
    for _each in range(3):
        waste(shop)
    first = page_of_agreed(home, agreed_by_id=supervisor, limit=3)
    second = page_of_agreed(home, agreed_by_id=supervisor, limit=3, after=first.next)
    kinds = [row.kind for row in (*first.rows, *second.rows)]
    assert sorted(kinds) == ["refund", "stock", "stock", "stock"]
    assert second.next is None


def test_both_people_stand_side_by_side(auditor: HouseClient) -> None:
    assert rows(auditor, "/trail/agreed") == [
        "退兑 40 分 · 小票 1 2026年11月21日 09:00 张店 何督 拿错了"
    ]


def test_another_community_s_trail_is_its_own(shop: Shop, auditor: HouseClient) -> None:
    theirs = appoint_auditor(shop.cast.chenjing)
    sign_in_cookie(auditor, theirs)
    told = " ".join(rows(auditor))
    assert "陈静" in told
    assert [name for name in ("张店", "李梅", "赵芳") if name in told] == []
    assert rows(auditor, "/trail/agreed") == []


@pytest.mark.parametrize("name", ["limei", "zhaofang", "hedu", "heyun", "chenjing"])
@pytest.mark.parametrize("address", ["/trail", "/trail/agreed"])
def test_only_auditors_read_it(shop: Shop, client: HouseClient, name: str, address: str) -> None:
    sign_in_cookie(client, getattr(shop.cast, name))
    assert client.get(address).status_code == 403
