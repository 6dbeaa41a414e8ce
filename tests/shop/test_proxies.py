"""代领: who may collect for whom, how often, and that the member hears of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pointsvc.communities.service import update_settings
from pointsvc.extensions import db
from pointsvc.kernel.outcomes import RememberedRefusal
from pointsvc.kernel.transaction import transact
from pointsvc.shop import counter, tills
from pointsvc.shop.errors import ApproverNotAllowed, ProxyExists, ProxyMonthFull, ProxyNotAllowed
from pointsvc.shop.models import Proxy, ProxyPickup
from pointsvc.shop.queries.proxies import proxies_of, served_in_month
from pointsvc.shop.service import proxies
from pointsvc.shop.tills import Placed, Wanted
from pointsvc.web.messages import messages_of
from tests.checkin.households import share_a_door
from tests.shop.asking import ask, collect, decide, make_supervisor, name, take_back
from tests.shop.conftest import Shop
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """Soap, and points with 李梅 and 王强; one person collects for one member a month."""
    shop.stock(shop.soap, 20)
    for person in (shop.cast.limei, shop.cast.wangqiang):
        shop.points(person, 200)
        shop.card(person)
    transact(
        lambda: update_settings(community_id=shop.community_id, changes={"proxy_members_max": 1})
    )
    return shop


def test_both_are_recorded_and_the_member_is_told(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    done = collect(shop, cast.limei, name(shop, cast.limei, cast.liuyang))
    [row] = db.session.scalars(select(ProxyPickup)).all()
    assert (row.order_id, row.member_id, row.proxy_member_id, row.keeper_id) == (
        *(done.order.id, cast.limei.id),
        *(cast.liuyang.id, cast.zhangdian.id),
    )
    told = messages_of(shop.community_id, cast.limei.id).rows
    assert told[0].text.startswith("刘洋替您领走了小票 1 的东西，用去 40 分")


def test_again_for_the_same_member_is_no_other_member(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    proxy_id = name(shop, cast.limei, cast.liuyang)
    for count in (1, 2):
        collect(shop, cast.limei, proxy_id, count)
    assert shop.balance(cast.limei) == 80


def test_a_second_member_in_a_month_is_one_too_many(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    collect(shop, cast.limei, name(shop, cast.limei, cast.liuyang))
    with pytest.raises(RememberedRefusal, match=ProxyMonthFull.code):
        collect(shop, cast.wangqiang, name(shop, cast.wangqiang, cast.liuyang))
    assert shop.balance(cast.wangqiang) == 200


def test_what_was_taken_back_collects_nothing(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    proxy_id = name(shop, cast.limei, cast.liuyang)
    take_back(shop, proxy_id, cast.limei)
    assert proxies_of(shop.community_id, cast.limei.id) == []
    with pytest.raises(RememberedRefusal, match=ProxyNotAllowed.code):
        collect(shop, cast.limei, proxy_id)


def test_a_naming_is_for_its_own_member(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    with pytest.raises(RememberedRefusal, match=ProxyNotAllowed.code):
        collect(shop, cast.wangqiang, name(shop, cast.limei, cast.liuyang))


def test_case_39_the_keeper_and_their_household_collect_for_nobody(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    proxy_id = name(shop, cast.limei, cast.liuyang)
    share_a_door(cast.zhangdian, cast.liuyang)
    with pytest.raises(RememberedRefusal, match=ProxyNotAllowed.code):
        collect(shop, cast.limei, proxy_id)


def test_nobody_names_themself_nor_twice(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    name(shop, cast.limei, cast.liuyang)
    with pytest.raises(ProxyExists):
        name(shop, cast.limei, cast.liuyang)
    for member, by in ((cast.liuyang, cast.liuyang), (cast.wangqiang, cast.liuyang)):
        with pytest.raises(ProxyNotAllowed):
            name(shop, member, cast.liuyang, by)


def test_the_database_refuses_a_member_as_their_own_proxy(open_shop: Shop) -> None:
    shop, cast = open_shop, open_shop.cast
    proxy = db.session.get_one(
        Proxy, (shop.community_id, name(shop, cast.limei, cast.liuyang, cast.zhaofang))
    )
    proxy.proxy_member_id = cast.limei.id
    with pytest.raises(IntegrityError, match="two_persons"):
        db.session.flush()
    db.session.rollback()


def alone(*, community_id: UUID, wanted: Wanted) -> Placed:
    """As in a server process of its own, where nobody waits in the same line."""
    return tills._place(community_id, [wanted])[0]


def at_two_tills(shop: Shop, app: Flask) -> list[Any]:
    """刘洋 stands at two tills with the cards of two members."""
    members = (shop.cast.limei, shop.cast.wangqiang)
    named = [(member, name(shop, member, shop.cast.liuyang)) for member in members]
    return at_once(app, [partial(collect, shop, member, proxy_id) for member, proxy_id in named])


def test_at_two_tills_the_month_is_not_passed(
    open_shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter, "exchange_together", alone)
    ended = at_two_tills(open_shop, app)
    assert sorted(getattr(each, "code", "done") for each in ended) == [
        "done",
        "shop.proxy_month_full",
    ]


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_the_lock_the_month_is_passed(
    open_shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_locks_off(monkeypatch)
    meeting, read = Meeting(2), served_in_month

    def slow(*given: Any) -> Any:
        found = read(*given)
        meeting.wait()
        return found

    monkeypatch.setattr(proxies, "served_in_month", slow)
    monkeypatch.setattr(counter, "exchange_together", alone)
    ended = at_two_tills(open_shop, app)
    assert [getattr(each, "code", "done") for each in ended] == ["done", "done"]


def test_who_collected_does_not_agree_to_the_refund(open_shop: Shop) -> None:
    """Keeper and collector would give points back for goods that both have eaten."""
    shop = open_shop
    order_id = collect(
        shop, shop.cast.limei, name(shop, shop.cast.limei, shop.cast.liuyang)
    ).order.id
    make_supervisor(shop, shop.cast.liuyang)
    asked = ask(shop, order_id)
    with pytest.raises(ApproverNotAllowed):
        decide(shop, asked, shop.cast.liuyang)
