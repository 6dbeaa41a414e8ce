"""Every statement of the hot verbs carries its community, so that the tables can be distributed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.ledger.jobs import expire_due, seal_yesterday
from tests.checkin.duty import Duty
from tests.house.test_tables import OF_NO_COMMUNITY
from tests.shop.conftest import Answer, post, raise_shop
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient
from tests.support.distribution import recorded, strays_in, tables_of_communities

TABLES = tables_of_communities(frozenset(OF_NO_COMMUNITY))

# The one statement that cannot say it: of a caller only the token is known (see organisation/callers.py),
# and all else hangs on the community of the visit. Distributed, it asks every shard.
FOUND_BY_TOKEN = "FROM sign_ins LEFT OUTER JOIN members"
JOINED = "SELECT 1 FROM scans JOIN members ON members"


@pytest.mark.parametrize(
    ("statement", "strays"),
    [
        ("SELECT a.id FROM accounts AS a WHERE a.community_id = ? AND a.id = ?", []),
        ("SELECT accounts.id FROM accounts WHERE accounts.id = ?", ["accounts"]),
        ("UPDATE accounts SET balance = ? WHERE id = %(id)s", ["accounts"]),
        ("UPDATE accounts SET balance = ? WHERE community_id = %(c)s::UUID", []),
        ("DELETE FROM limit_uses WHERE limit_uses.id = ?", ["limit_uses"]),
        ("INSERT INTO scans (id, at) VALUES (?, ?)", ["scans"]),
        ("INSERT INTO scans (community_id, id) VALUES (?, ?)", []),
        (f"{JOINED}.community_id = scans.community_id WHERE scans.community_id = ?", []),
        (f"{JOINED}.id = scans.member_id WHERE scans.community_id = ?", ["members"]),
        ("SELECT 1 FROM scans, members WHERE scans.community_id = ?", ["members"]),
        ("SELECT 1 FROM (SELECT id FROM scans WHERE scans.at > ?) AS anon_1", ["scans"]),
        ("SELECT 1 FROM scans WHERE (scans.community_id, scans.id) IN ((?, ?))", []),
        ("SELECT 1 FROM throttles WHERE subject = ?", []),
    ],
)
def test_a_statement_without_its_community_is_found(statement: str, strays: list[str]) -> None:
    assert strays_in(statement, TABLES) == strays


@pytest.fixture
def statements(app: Flask, client: HouseClient, cast: Cast) -> Iterator[list[str]]:
    """What reaches the database while people scan, exchange, refund and read, and points expire."""
    with app.app_context():
        duty, shop = Duty(cast), raise_shop(cast)
        shop.stock(shop.soap, 10)
        shop.points(cast.limei, 500)
        card, approver = duty.card(cast.limei), shop.code(cast.hedu)
        buyer = shop.code(cast.limei)
        with recorded(db.engine) as found:
            scan(client, cast, duty, card)
            exchange(client, cast, shop.soap, buyer, approver)
            for path in ("/me", "/me/statement", "/me/code", "/products"):
                reply = client.get(f"/api/v1{path}", headers=bearer(cast.limei))
                assert reply.status_code == 200, path
            assert expire_due(clocks.now() + timedelta(days=1200)) > 0
            seal_yesterday(clocks.now())
        yield found


def scan(client: HouseClient, cast: Cast, duty: Duty, card: str) -> None:
    one = {"scan_id": str(duty.request(card).scan_id), "code": card, "direction": "in"}
    at = {"shift_id": str(duty.shift_id)}
    assert_ok(post(client, "/scans", one | at, cast.wangqiang))
    two = one | {"scan_id": str(duty.request(card).scan_id), "direction": "out"} | at
    assert_ok(post(client, "/scans/batch", {"scans": [two]}, cast.wangqiang))


def exchange(client: HouseClient, cast: Cast, soap: object, buyer: str, approver: str) -> None:
    line = {"product_id": str(soap), "quantity": 2}
    order = {"member_code": buyer, "lines": [line]}
    sold = post(client, "/orders", order, cast.zhangdian)
    assert_ok(sold)
    back = {"order_line_id": sold.json["lines"][0]["id"], "quantity": 1}
    refund = {"lines": [back], "reason": "拿错了", "approver_code": approver}
    assert_ok(post(client, f"/orders/{sold.json['id']}/refunds", refund, cast.zhangdian))


def assert_ok(answer: Answer) -> None:
    assert answer.status in {200, 201}, answer.json


def test_every_statement_of_the_hot_verbs_names_its_community(statements: list[str]) -> None:
    verbs = {"INSERT", "UPDATE", "SELECT"}
    assert verbs <= {statement.split(maxsplit=1)[0] for statement in statements}
    assert any("INSERT INTO refund_lines" in statement for statement in statements)
    strays = {
        statement: found
        for statement in statements
        if FOUND_BY_TOKEN not in statement and (found := strays_in(statement, TABLES))
    }
    assert strays == {}


def test_who_is_calling_is_tied_to_the_community_of_the_visit(statements: list[str]) -> None:
    [asked] = {statement for statement in statements if FOUND_BY_TOKEN in statement}
    known = asked.replace("\nWHERE ", "\nWHERE sign_ins.community_id = ? AND ")
    assert strays_in(asked, TABLES) != strays_in(known, TABLES) == []
