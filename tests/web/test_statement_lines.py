"""The member's statement in plain words: what for, where and when, how many, what is left."""

from __future__ import annotations

import re

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.checkin.duty import Duty
from tests.disclosure.office import Office
from tests.shop.conftest import raise_shop
from tests.shop.keeping import Keeping
from tests.support.cast import Cast, Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def duty(cast: Cast, database: SQLAlchemy) -> Duty:  # noqa: ARG001 - its context
    """Tariffs, and an open shift on plot 1."""
    return Duty(cast)


@pytest.fixture
def office(cast: Cast, database: SQLAlchemy, clock: FrozenClock) -> Office:  # noqa: ARG001
    """An office with soap to sell."""
    return Office(raise_shop(cast), clock)


def lines_of(client: HouseClient, person: Person, address: str = "/me/statement") -> list[str]:
    """The words of each line, as the person reads it."""
    sign_in_cookie(client, person)
    page, *_what_expires = client.get(address).get_data(as_text=True).split('id="expiring"')
    cells = re.findall(r'<li class="cell">(.*?)</li>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in cells]


def serve(duty: Duty, clock: FrozenClock) -> None:
    """李梅 tends plot 1 for 110 minutes."""
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, "in")
    clock.advance(minutes=110)
    duty.scan(duty.cast.wangqiang, card, "out")


def test_service_says_which_activity_where_and_when(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    serve(duty, clock)
    [line] = lines_of(client, duty.cast.limei)
    assert line.startswith("责任田养护 1号田 · 2026年11月21日 09:00–10:50 · 余 15 分 +15")


def test_an_award_leads_to_its_tariff(duty: Duty, client: HouseClient, clock: FrozenClock) -> None:
    serve(duty, clock)
    sign_in_cookie(client, duty.cast.limei)
    page = client.get("/me/statement").get_data(as_text=True)
    [address] = re.findall(r'class="cell-body" href="([^"]*PLOT_CARE[^"]*)"', page)
    assert client.get(address).status_code == 200


def test_a_drop_says_where_and_how_many(duty: Duty, client: HouseClient) -> None:
    shift_id = duty.open_station()
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.sungang, card, "drop", shift_id=shift_id, quantity=2)
    [line] = lines_of(client, duty.cast.limei)
    assert "1号投放点 · 2026年11月21日 09:00 · 2 袋 · 余 4 分 +4" in line


def test_an_exchange_says_what_was_taken_and_its_receipt(
    office: Office, client: HouseClient
) -> None:
    office.receive("红色物业")
    office.earn(office.cast.limei, 200)
    office.shop.buy(office.cast.limei, (office.shop.soap, 3))
    newest, _award = lines_of(client, office.cast.limei)
    assert newest == "积分超市兑换 2026年11月21日 09:00 · 香皂 × 3 · 小票 1 · 余 80 分 −120"


def test_what_was_kept_is_told_when_put_aside_and_when_fetched(
    office: Office, client: HouseClient
) -> None:
    office.receive("红色物业")
    office.earn(office.cast.limei, 200)
    keeping = Keeping(office.shop)
    keeping.fetch(keeping.code(keeping.book(office.cast.limei, (office.shop.soap, 1))))
    fetched, kept, _award = lines_of(client, office.cast.limei)
    assert fetched.startswith("积分超市兑换（取走了，用的是预留的积分）")
    assert fetched.endswith("香皂 × 1 · 小票 1 · 余 160 分")
    assert kept.endswith("预约单 1 · 香皂 × 1 · 余 160 分 −40")
    every = lines_of(client, office.cast.limei, "/me/statement?all=1")
    assert [line.rpartition(" ")[2] for line in every[:3]] == ["−40", "+40", "−40"]


def test_what_was_taken_back_after_spending_says_both_parts(
    office: Office, client: HouseClient
) -> None:
    office.receive("红色物业")
    deed = office.earn(office.cast.limei, 100)
    office.shop.buy(office.cast.limei, (office.shop.soap, 2))
    office.take_back(deed)
    owed, back, *_rest = lines_of(client, office.cast.limei)
    assert owed.startswith("待抵扣（已经花掉的，记为待抵扣）")
    assert back.startswith("积分更正扣回")
    assert back.endswith("余 0 分 −20")


def test_points_in_review_say_that_they_cannot_be_spent_yet(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    duty.scan(duty.cast.limei, duty.sign(), "in")
    clock.advance(minutes=110)
    duty.scan(duty.cast.limei, duty.sign(), "out")
    lines = lines_of(client, duty.cast.limei)
    assert ["待公示" in line for line in lines] == [True] * len(lines)


def test_the_landing_shows_the_same_lines(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    serve(duty, clock)
    [line] = lines_of(client, duty.cast.limei)
    assert line in lines_of(client, duty.cast.limei, "/me")


def test_everybody_reads_only_their_own(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    serve(duty, clock)
    assert lines_of(client, duty.cast.liuyang) == []
    assert lines_of(client, duty.cast.chenjing) == []
