"""Wrong amounts at every door that takes one: refused, and no effect in the books (case 16)."""

from __future__ import annotations

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.verification import verify_community
from tests.checkin.duty import Duty
from tests.shop.conftest import Shop, raise_shop
from tests.support.cast import Cast, Person, bearer
from tests.support.clients import HouseClient

WRONG = ("0", "-5", "1.5", '"12"', '"1e3"', "true", "1e3", str(2**63 - 1), "1000001", "[]", "null")
NO_JSON = ("NaN", "Infinity", "-Infinity", "01", "1_000", "１")


class Doors:
    """The writes of the side door that take an amount, as JSON text with a place for it."""

    def __init__(self, cast: Cast, client: HouseClient) -> None:
        self.cast, self.client = cast, client
        self.duty, self.shop = Duty(cast), raise_shop(cast)
        self.shop.stock(self.shop.soap, 10)
        self.shop.points(cast.limei, 500)
        order = self.shop.buy(cast.limei, (self.shop.soap, 2))
        self.order_id, [self.line] = order.order_id, self.shop.lines(order.order_id)
        self.station = self.duty.open_station()
        self.card = self.duty.card(cast.limei)

    def bodies(self) -> dict[str, tuple[Person, str]]:
        """Path → who writes there, and the body."""
        soap, line = self.shop.soap, self.line.id
        order = f'{{"member_code": "{self.card}", "lines": [{{"product_id": "{soap}", %s}}]}}'
        gift = f'{{"donor": "便民超市", "lines": [{{"product_id": "{soap}", %s}}]}}'
        back = f'"reason": "拿错了", "approver_code": "{self.shop.code(self.cast.hedu)}"'
        refund = f'{{{back}, "lines": [{{"order_line_id": "{line}", %s}}]}}'
        scan = f'"scan_id": "{new_id()}", "code": "{self.card}", "shift_id": "{self.station}"'
        keeper = self.cast.zhangdian
        return {
            "/orders": (keeper, order),
            "/donations": (keeper, gift),
            f"/orders/{self.order_id}/refunds": (keeper, refund),
            "/scans": (self.cast.sungang, f'{{{scan}, "direction": "drop", %s}}'),
            "/scans/batch": (
                self.cast.sungang,
                f'{{"scans": [{{{scan}, "direction": "drop", %s}}]}}',
            ),
        }

    def send(self, path: str, amount: str) -> tuple[int, str]:
        """The status and the code of the answer."""
        person, body = self.bodies()[path]
        answer = self.client.post(
            f"/api/v1{path}",
            data=(body % f'"quantity": {amount}').encode(),
            headers=bearer(person) | {"Idempotency-Key": str(new_id())},
            content_type="application/json",
        )
        said: Any = answer.json
        return answer.status_code, said.get("code", "")

    def books(self) -> tuple[int, int, int]:
        limei = self.cast.limei
        return self.shop.balance(limei), self.duty.points(limei), self.shop.on_hand(self.shop.soap)


@pytest.fixture
def doors(cast: Cast, client: HouseClient, database: SQLAlchemy) -> Doors:  # noqa: ARG001
    return Doors(cast, client)


def test_a_wrong_amount_is_422_at_every_door(doors: Doors) -> None:
    before = doors.books()
    for path in doors.bodies():
        for amount in WRONG:
            assert doors.send(path, amount) == (422, "invalid"), (path, amount)
    assert doors.books() == before
    assert verify_community(doors.cast.community_id).ok


def test_what_is_no_json_is_400_at_every_door(doors: Doors) -> None:
    before = doors.books()
    for path in doors.bodies():
        for amount in NO_JSON:
            assert doors.send(path, amount) == (400, "json.malformed"), (path, amount)
    assert doors.books() == before


def test_the_right_amount_passes_every_door(doors: Doors) -> None:
    """So that the refusals above are for the amount alone."""
    for path in doors.bodies():
        assert doors.send(path, "1")[0] in {200, 201}, path
    assert Shop(doors.cast, doors.shop.soap, doors.shop.rice).on_hand(doors.shop.soap) == 9
