"""Idempotency-Key: what a key led to is decided once (L9, docs/ledger.md cases 2 to 8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from pointsvc.communities.service import create_community
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Conflict, Forbidden, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage, StoredOutcome
from pointsvc.kernel.outbox import Message, leave_messages
from pointsvc.kernel.outcomes import (
    KeyMalformed,
    KeyMissing,
    KeyReused,
    Outcome,
    RememberedRefusal,
    canonical_hash,
    check_key,
    remembered,
    result_or_refusal,
)
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.errors import InsufficientPoints
from tests.shop.conftest import Shop, post, raise_shop
from tests.support.cast import Cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

BODY = {"member_code": "x", "lines": [1, 2]}


class Keys:
    """Requests of one actor in one community, each leaving a message when it is done."""

    def __init__(self, database: SQLAlchemy) -> None:
        self.session = database.session
        self.community_id, self.actor_id = self.found(), new_id()
        self.runs = 0

    def found(self) -> UUID:
        community_id = new_id()
        name, now = f"小区 {community_id}", moments.now()
        transact(lambda: create_community(community_id=community_id, name=name, now=now))
        return community_id

    def ask(
        self,
        key: str,
        body: dict[str, Any] = BODY,
        *,
        refusal: Exception | None = None,
        community_id: UUID | None = None,
        actor_id: UUID | None = None,
    ) -> Outcome:
        def work() -> dict[str, Any]:
            self.runs += 1
            leave_messages(
                community_id=self.community_id,
                messages=[Message(self.actor_id, "test", {"run": self.runs})],
                now=moments.now(),
            )
            if refusal is not None:
                raise refusal
            return {"run": self.runs}

        return transact(
            lambda: remembered(
                community_id=community_id or self.community_id,
                actor_id=actor_id or self.actor_id,
                key=key,
                body_hash=canonical_hash(body),
                now=moments.now(),
                work=work,
            )
        )

    def count(self, model: type[Any]) -> int:
        self.session.rollback()
        return self.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def keys(database: SQLAlchemy) -> Keys:
    return Keys(database)


def test_a_double_tap_is_one_effect_with_the_same_answer(keys: Keys) -> None:
    """Case 2."""
    first, second = keys.ask("k"), keys.ask("k")
    assert (first.result, second.result) == ({"run": 1}, {"run": 1})
    assert (first.is_first, second.is_first, keys.count(OutboxMessage)) == (True, False, 1)


def test_the_same_key_with_another_body_is_refused(keys: Keys) -> None:
    """Case 3."""
    keys.ask("k")
    with pytest.raises(KeyReused):
        keys.ask("k", BODY | {"lines": [1]})
    assert (keys.runs, keys.count(OutboxMessage)) == (1, 1)


def test_the_reply_is_the_first_one_days_later(keys: Keys, clock: FrozenClock) -> None:
    """Case 5."""
    keys.ask("k")
    clock.advance(days=1)
    assert keys.ask("k").result == {"run": 1}


def test_a_rules_refusal_is_an_outcome_and_leaves_nothing_else(keys: Keys) -> None:
    """Case 6: what the work wrote is undone, the refusal stays, whatever has changed since."""
    keys.ask("k", refusal=InsufficientPoints(balance_points=1, total_points=2))
    again = keys.ask("k")
    with pytest.raises(RememberedRefusal) as refused:
        result_or_refusal(again)
    assert (refused.value.code, refused.value.status) == ("ledger.insufficient_points", 409)
    assert refused.value.context == {"balance_points": 1, "total_points": 2}
    assert "1" in refused.value.detail
    assert (keys.runs, keys.count(OutboxMessage), keys.count(StoredOutcome)) == (1, 0, 1)


def test_a_new_key_works_where_the_old_is_still_refused(keys: Keys) -> None:
    keys.ask("old", refusal=Conflict())
    assert result_or_refusal(keys.ask("new")) == {"run": 2}


@pytest.mark.parametrize("refusal", [NotFound(), Forbidden(), ZeroDivisionError()])
def test_other_refusals_leave_no_row(keys: Keys, refusal: Exception) -> None:
    """L9: 401, 403, 404, 422, 429 and 5xx are no outcomes; the key may be used again."""
    with pytest.raises(type(refusal)):
        keys.ask("k", refusal=refusal)
    assert keys.count(StoredOutcome) == 0
    assert keys.ask("k").is_first


def test_keys_of_others_and_elsewhere_never_meet(keys: Keys) -> None:
    """Case 7."""
    elsewhere = keys.found()
    outcomes = [
        keys.ask("k"),
        keys.ask("k", {"other": "body"}, actor_id=new_id()),
        keys.ask("k", {"another": "body"}, community_id=elsewhere),
    ]
    assert [outcome.is_first for outcome in outcomes] == [True] * 3


@pytest.mark.parametrize("key", ["", "k" * 256, "k" * 10_000, "a\0b", "kéy", "键", "a\nb"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    """Case 8."""
    with pytest.raises(KeyMalformed):
        check_key(key)


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(KeyMissing):
        check_key(None)


def test_the_order_of_a_bodys_fields_is_no_difference() -> None:
    assert canonical_hash({"a": 1, "b": [1, 2]}) == canonical_hash({"b": [1, 2], "a": 1})
    assert canonical_hash({"b": [1, 2]}) != canonical_hash({"b": [2, 1]})


@pytest.fixture
def shop(cast: Cast, database: SQLAlchemy) -> Shop:  # noqa: ARG001 - the shop needs its context
    made = raise_shop(cast)
    made.stock(made.soap, 10)
    return made


def test_refused_for_too_few_points_the_old_key_stays_refused(
    shop: Shop, client: HouseClient
) -> None:
    """Case 6, at the side door: points arrive; the old key is refused, a new one works."""
    line = {"product_id": str(shop.soap), "quantity": 1}
    body = {"member_code": shop.card(shop.cast.limei), "lines": [line]}
    first = post(client, "/orders", body, shop.cast.zhangdian, "old")
    shop.points(shop.cast.limei, 64)
    again = post(client, "/orders", body, shop.cast.zhangdian, "old")
    assert (first.status, first.json["code"]) == (409, "shop.insufficient_points")
    assert (again.status, again.json["context"]) == (409, first.json["context"])
    assert post(client, "/orders", body, shop.cast.zhangdian, "new").status == 201
    assert shop.balance(shop.cast.limei) == 24


def test_a_lost_reply_is_given_again_next_day_though_the_code_has_changed(
    shop: Shop, client: HouseClient, clock: FrozenClock
) -> None:
    """Case 5, with a phone's code that was spent and has long expired."""
    shop.points(shop.cast.limei, 64)
    line = {"product_id": str(shop.soap), "quantity": 1}
    body = {"member_code": shop.code(shop.cast.limei), "lines": [line]}
    first = post(client, "/orders", body, shop.cast.zhangdian, "k")
    clock.advance(days=1)
    again = post(client, "/orders", body, shop.cast.zhangdian, "k")
    assert (first.status, again.status, again.json) == (201, 201, first.json)
    assert shop.balance(shop.cast.limei) == 24


def test_another_amount_under_the_same_key_is_409_and_writes_nothing(
    shop: Shop, client: HouseClient
) -> None:
    """Case 3, at the side door."""
    shop.points(shop.cast.limei, 256)
    line = {"product_id": str(shop.soap), "quantity": 1}
    body = {"member_code": shop.card(shop.cast.limei), "lines": [line]}
    post(client, "/orders", body, shop.cast.zhangdian, "k")
    other = body | {"lines": [line | {"quantity": 2}]}
    answer = post(client, "/orders", other, shop.cast.zhangdian, "k")
    assert (answer.status, answer.json["code"]) == (409, "idempotency.key_reused")
    assert (shop.balance(shop.cast.limei), shop.on_hand(shop.soap)) == (216, 9)
