"""From the scan of a person to their receipt each step asks the database a few questions, once each."""

from __future__ import annotations

import re
from typing import Final

import pytest

from pointsvc.extensions import db
from tests.shop.conftest import SOAP, Shop
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.distribution import recorded

PART: Final = {"HX-Request": "true"}
MOST: Final = {"person": 15, "goods": 15, "receipt": 40}  # with the sign-in and the frame


class Till:
    """A keeper's screen that follows the forms as htmx does, and counts what each step asks."""

    def __init__(self, client: HouseClient, shop: Shop) -> None:
        self.client, self.shop = client, shop
        self.form: dict[str, str | list[str]] = {"shop_id": str(shop.cast.shop_id)}
        self.asked: dict[str, list[str]] = {}

    def step(self, name: str, path: str, **typed: str) -> str:
        with recorded(db.engine) as statements:
            answer = self.client.post(path, data=self.form | typed, headers=PART)
        assert answer.status_code == 200
        self.asked[name] = [each for each in statements if each != "BEGIN"]
        if found := re.search(r'name="ticket" value="([^"]+)"', answer.text):
            self.form["ticket"] = found[1]
        return answer.text


@pytest.mark.engines("sqlite")
def test_a_step_at_the_counter_asks_few_questions(shop: Shop, client: HouseClient) -> None:
    shop.stock(shop.soap, 5)
    shop.stock(shop.rice, 5)
    shop.points(shop.cast.limei, 100)
    sign_in_cookie(client, shop.cast.zhangdian)
    till = Till(client, shop)
    till.step("person", "/shop/counter", scan=shop.card(shop.cast.limei))
    till.step("goods", "/shop/counter", scan=SOAP.barcode or "")
    till.form |= {"line": [shop.soap.hex], "quantity": ["1"]}
    assert "已兑换" in till.step("receipt", "/shop/exchange")
    over = {name: asked for name, asked in till.asked.items() if len(asked) > MOST[name]}
    assert not over, over
