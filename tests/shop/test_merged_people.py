"""Two accounts of one person become one: sums are exact, limits neither double nor begin anew."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from pointsvc.cli.verification import verify_everything
from pointsvc.earning.limits import Wish, take_allowances
from pointsvc.earning.moving import uses_of
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.books import open_books
from pointsvc.ledger.errors import AccountClosed
from pointsvc.ledger.service import (
    Award,
    award,
    correcting,
    end_review,
    merging as ledger_merging,
    payments,
    take_back,
)
from pointsvc.ledger.transfers import NewTransfer, Recording, Side
from pointsvc.members.erasure_errors import MergeRefused, RolesDiffer
from pointsvc.members.errors import NotActive
from pointsvc.members.heirs import heir_of
from pointsvc.members.queries import holders_of
from pointsvc.members.rules import Door
from pointsvc.shop.errors import ApproverNotAllowed, LimitReached
from pointsvc.shop.models import Proxy, StockRequest
from pointsvc.shop.service.proxies import name_proxy
from tests.earning.office import Office
from tests.shop.asking_stock import ask_waste, decide_asked
from tests.shop.conftest import Shop
from tests.shop.keeping import Keeping
from tests.support.merging import merge, move, twin
from tests.support.rivals import at_once

EARLY, LATE = date(2026, 12, 31), date(2027, 12, 31)


def broken() -> list[str]:
    return [check.id for check in verify_everything().checks if not check.ok]


def test_points_go_over_by_date_and_the_books_hold(shop: Shop) -> None:
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.points(limei, 64, LATE)
    for points, day in ((128, EARLY), (256, LATE)):
        shop.points(other, points, day)
    merge(shop.cast, other.id, limei.id)
    assert shop.balance(limei) == 64 + 128 + 256
    assert shop.balance(other) == 0
    assert broken() == []


def test_a_refund_after_the_merge_goes_to_the_survivor(shop: Shop) -> None:
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.stock(shop.soap, 5)
    shop.points(other, 100)
    bought = shop.buy(other, (shop.soap, 2))
    merge(shop.cast, other.id, limei.id)
    [line] = shop.lines(bought.order_id)
    shop.refund(bought.order_id, (line.id, 1))
    assert (shop.balance(limei), shop.balance(other)) == (20 + 40, 0)
    assert broken() == []


def test_what_both_used_of_a_month_is_used_by_the_one(shop: Shop) -> None:
    """The other account had no household, so it had a month of its own."""
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.stock(shop.rice, 5)
    for person in (limei, other):
        shop.points(person, 1000)
        shop.buy(person, (shop.rice, 1))
    merge(shop.cast, other.id, limei.id)
    with pytest.raises(LimitReached):
        shop.buy(limei, (shop.rice, 1))
    assert broken() == []


def test_what_comes_late_is_the_survivors_and_the_old_account_takes_nothing(shop: Shop) -> None:
    limei, other = shop.cast.limei, twin(shop.cast)
    merge(shop.cast, other.id, limei.id)
    shop.points(other, 32)
    assert (shop.balance(limei), shop.balance(other)) == (32, 0)
    books = open_books(community_id=shop.community_id, owner_ids={other.id}, unit="points")
    issuance, wallet = Side(shop.community_id, "issuance"), Side(other.id, "wallet", LATE)
    facts = (1, "award", "x", "attendance", new_id(), "award/-/0")
    given = NewTransfer(new_id(), "points", issuance, wallet, *facts)
    with pytest.raises(AccountClosed):
        books.post([given], Recording(None, clock.now(), shop.today))


@pytest.mark.engines("sqlite")
def test_neither_chains_nor_oneself_nor_the_clerk_nor_an_auditor_who_keeps(shop: Shop) -> None:
    cast = shop.cast
    first, second = twin(cast), twin(cast, "李 梅", door=Door("9", "", "901"))
    merge(cast, first.id, cast.limei.id)
    for gone, kept in ((second, first), (first, second)):
        with pytest.raises(NotActive):
            merge(cast, gone.id, kept.id)
    for gone, kept in ((second, second), (second, cast.zhaofang)):
        with pytest.raises(MergeRefused):
            merge(cast, gone.id, kept.id)
    with pytest.raises(RolesDiffer):
        merge(cast, cast.zhoumin.id, cast.zhangdian.id)


def test_both_ways_at_once_the_second_is_refused(shop: Shop, app: Flask) -> None:
    limei, other = shop.cast.limei.id, twin(shop.cast).id
    shop.points(shop.cast.limei, 64)
    ended: list[Any] = at_once(
        app, [lambda: merge(shop.cast, other, limei), lambda: merge(shop.cast, limei, other)]
    )
    assert sorted(type(each).__name__ for each in ended) == ["NoneType", "NotActive"]
    assert broken() == []


def test_who_spends_while_they_are_merged_spends_or_is_refused(shop: Shop, app: Flask) -> None:
    """docs/ledger.md case 32: whoever was first, the sum is exact and the merged account is empty."""
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.stock(shop.soap, 5)
    shop.points(other, 128)
    shop.card(other)
    ended: list[Any] = at_once(
        app,
        [
            lambda: shop.buy(other, (shop.soap, 1)),
            lambda: merge(shop.cast, other.id, limei.id),
        ],
    )
    assert ended[1] is None
    refused = isinstance(ended[0], Conflict)
    assert shop.balance(limei) == (128 if refused else 88)
    assert (shop.balance(other), broken()) == (0, [])


def test_without_the_guard_points_fall_into_an_account_that_is_nobodys(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is that a merged passbook is closed: an award that was under way would land there."""
    limei, other = shop.cast.limei, twin(shop.cast)
    monkeypatch.setattr(ledger_merging, "close_accounts", lambda *_of: None)
    merge(shop.cast, other.id, limei.id)
    shop.points(other, 32)
    assert shop.balance(other) == 32
    assert broken() == ["H2"]


def test_what_is_kept_goes_over_and_can_be_fetched(shop: Shop) -> None:
    keeping, limei, other = Keeping(shop), shop.cast.limei, twin(shop.cast)
    shop.stock(shop.soap, 5)
    shop.points(other, 100)
    kept = keeping.book(other, (shop.soap, 2))
    merge(shop.cast, other.id, limei.id)
    assert keeping.facts(kept).member_id == limei.id
    keeping.fetch(keeping.code(kept), (shop.soap, 1))
    assert keeping.cancel(kept, limei) == 40
    assert (shop.balance(limei), shop.balance(other), broken()) == (60, 0, [])


def test_what_one_used_goes_along_to_another_household(shop: Shop) -> None:
    """docs/ledger.md case 33: two a household and month, whoever moves on exchange day."""
    limei, wangqiang = shop.cast.limei, shop.cast.wangqiang
    shop.stock(shop.rice, 9)
    for person in (limei, wangqiang):
        shop.points(person, 2000)
    shop.buy(limei, (shop.rice, 2))
    shop.buy(wangqiang, (shop.rice, 1))
    move(shop.cast, limei, Door("1", "1", "102"))  # 王强's
    for person in (limei, wangqiang):
        with pytest.raises(LimitReached):
            shop.buy(person, (shop.rice, 1))
    move(shop.cast, limei, Door("9", "9", "909"))
    shop.buy(wangqiang, (shop.rice, 1))
    with pytest.raises(LimitReached):
        shop.buy(limei, (shop.rice, 1))
    assert broken() == []


@pytest.mark.engines("sqlite")
def test_proxies_between_the_two_end_and_others_go_over(shop: Shop) -> None:
    cast, other = shop.cast, twin(shop.cast)
    for who, by in ((cast.limei, other), (other, cast.liuyang), (cast.limei, cast.liuyang)):
        named = {"proxy_id": new_id(), "member_id": who.id, "proxy_member_id": by.id}
        transact(
            lambda named=named: name_proxy(  # type: ignore[misc]
                community_id=shop.community_id,
                relation="女儿",
                named_by_id=named["member_id"],
                now=clock.now(),
                **named,
            )
        )
    merge(cast, other.id, cast.limei.id)
    live = select(Proxy.member_id, Proxy.proxy_member_id).where(Proxy.revoked_at.is_(None))
    assert [tuple(row) for row in db.session.execute(live)] == [(cast.limei.id, cast.liuyang.id)]


def test_who_asked_by_another_account_of_theirs_does_not_decide(shop: Shop) -> None:
    """L15: the survivor is the asker of what waits, so the supervisor that they are may not agree."""
    asker, survivor = twin(shop.cast), shop.cast.hedu
    request_id = ask_waste(shop, shop.stock(shop.soap, 5), 1)
    with db.engine.begin() as books:
        books.execute(update(StockRequest).values(asked_by_id=asker.id))
    merge(shop.cast, asker.id, survivor.id)
    db.session.expire_all()
    waiting = db.session.get_one(StockRequest, (shop.community_id, request_id))
    assert waiting.asked_by_id == survivor.id
    with pytest.raises(ApproverNotAllowed):
        decide_asked(shop, request_id)


def test_who_is_merged_on_takes_along_what_was_merged_before(shop: Shop) -> None:
    """A into B, B into C: what A paid and what A earns late is C's, and one step leads there (H2)."""
    limei, middle, first = shop.cast.limei, twin(shop.cast), twin(shop.cast, phone="13912345670")
    shop.stock(shop.soap, 5)
    shop.points(first, 100)
    bought = shop.buy(first, (shop.soap, 2))
    merge(shop.cast, first.id, middle.id)
    merge(shop.cast, middle.id, limei.id)
    [line] = shop.lines(bought.order_id)
    shop.refund(bought.order_id, (line.id, 1))
    shop.points(first, 8)
    assert (shop.balance(limei), shop.balance(middle)) == (20 + 40 + 8, 0)
    assert broken() == []


def test_a_merge_that_ends_while_a_refund_waits_for_the_books_is_seen(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who goes on is read before the books are held: what was read then is out of date."""
    limei, other = shop.cast.limei, twin(shop.cast)
    shop.stock(shop.soap, 5)
    shop.points(other, 100)
    bought = shop.buy(other, (shop.soap, 2))
    merge(shop.cast, other.id, limei.id)
    [line] = shop.lines(bought.order_id)
    answers, read = [other.id], heir_of
    monkeypatch.setattr(payments, "heir_of", lambda *of: answers.pop() if answers else read(*of))
    shop.refund(bought.order_id, (line.id, 1))
    assert (answers, shop.balance(limei)) == ([], 20 + 40)


@pytest.mark.parametrize("into_review", [True, False])
def test_a_merge_that_ends_while_an_award_is_undone_is_seen(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, *, into_review: bool
) -> None:
    limei, other, source = shop.cast.limei, twin(shop.cast), new_id()
    home = {"community_id": shop.community_id}
    given = {"recorded_by_id": None, "now": clock.now(), "business_on": shop.today}
    deed = Award(other.id, 32, 0, "attendance", source, 0, None, LATE, "x", into_review)
    transact(lambda: award(awards=[deed], **home, **given))  # type: ignore[arg-type]
    merge(shop.cast, other.id, limei.id)
    answers, read = [{other.id}], correcting.find_owners
    monkeypatch.setattr(
        correcting, "find_owners", lambda **of: answers.pop() if answers else read(**of)
    )
    undo = partial(end_review, release=False) if into_review else take_back
    of = {"source_type": "attendance", "source_id": source, "number": 0, "reason": "x"}
    transact(lambda: undo(**home, **of, **given))  # type: ignore[arg-type]
    assert (answers, shop.balance(limei), broken()) == ([], 0, [])


@pytest.mark.engines("sqlite")
def test_nobody_merges_the_accounts_of_their_own_household(shop: Shop) -> None:
    """Points go over: what nobody sells to their family, nobody gives to it either (L15)."""
    cast, home = shop.cast, Door("9", "", "901")
    theirs, other = twin(cast, "赵小芳", door=home), twin(cast)
    move(cast, cast.zhaofang, home)
    for gone, kept in ((theirs, other), (other, theirs)):
        with pytest.raises(MergeRefused):
            merge(cast, gone.id, kept.id)


@pytest.mark.engines("sqlite")
def test_who_takes_the_others_household_takes_along_what_they_used_of_its_caps(
    shop: Shop,
) -> None:
    """Else the household would have their share of the cap anew (S3)."""
    limei, lone = shop.cast.limei, twin(shop.cast)
    home, sorting = {"community_id": Office(shop.cast).community_id}, "WASTE_SORT"
    holder = holders_of(shop.community_id, [limei.id])[limei.id]
    for who, points in ((holder, 4), (lone.id, 2)):
        wish = Wish(sorting, who, shop.today, points, 10, 60)
        transact(partial(take_allowances, wishes=[wish], **home))  # type: ignore[arg-type]
    merge(shop.cast, limei.id, lone.id)
    [_day, month] = uses_of(holder_id=holder, subjects=[sorting], **home)
    assert month.amount == 6
