"""No unit is lost between a gift and a hand, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import update

from pointsvc.extensions import db
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop import service
from pointsvc.shop.models import Batch, Sponsorship
from pointsvc.shop.queries.donations import DonationFacts
from pointsvc.shop.queries.gifts import batches_of_lines
from pointsvc.shop.service import DonatedLine
from pointsvc.shop.service.purchases import BoughtLine
from pointsvc.shop.verification import shop_checks
from tests.shop.conftest import Shop
from tests.shop.giving import ELDERS, Giving

STEPS = 25


class Afternoon:
    """A gift of open and of restricted soap, and a chance to do anything with it."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.giving, self.dice = shop, Giving(shop), Random(seed)
        lines = (DonatedLine(shop.soap, 30), DonatedLine(shop.soap, 20, None, ELDERS))
        self.gift: DonationFacts = self.giving.give(*lines)
        self.open_id, self.kept_id = (
            batches_of_lines(shop.community_id, [line.id])[0] for line in self.gift.lines
        )
        self.sold: list[tuple[object, int]] = []
        shop.points(shop.cast.limei, 100_000)

    def step(self) -> None:
        """Something, refused or not."""
        deeds: list[Callable[[int], None]] = [
            *(self.sell, self.sell, self.give_back, self.hand_out, self.hand_out),
            *(self.throw_away, self.recount, self.agree),
        ]
        with suppress(Refusal):
            self.dice.choice(deeds)(self.dice.randint(1, 4))

    def sell(self, units: int) -> None:
        receipt = self.shop.buy(self.shop.cast.limei, (self.shop.soap, units))
        self.sold.append((receipt.order_id, units))

    def give_back(self, units: int) -> None:
        if self.sold:
            order_id, _units = self.dice.choice(self.sold)
            [line] = self.shop.lines(order_id)  # type: ignore[arg-type]
            self.shop.refund(order_id, (line.id, units))  # type: ignore[arg-type]

    def hand_out(self, units: int) -> None:
        self.giving.issue(self.kept_id, units)

    def throw_away(self, units: int) -> None:
        batch_id = self.dice.choice([self.open_id, self.kept_id])
        transact(
            lambda: service.write_off(
                community_id=self.shop.community_id,
                batch_id=batch_id,
                quantity=units,
                reason="破了",
                waste_id=new_id(),
                moving=self.shop.moving(self.shop.cast.hedu),
            )
        )

    def recount(self, units: int) -> None:
        on_hand = self.shop.batches(self.shop.soap).get(self.open_id, 0)
        transact(
            lambda: service.record_count(
                community_id=self.shop.community_id,
                batch_id=self.open_id,
                expected=on_hand,
                counted=max(0, on_hand + units - 2),
                reason="数过了",
                count_id=new_id(),
                moving=self.shop.moving(self.shop.cast.hedu),
            )
        )

    def agree(self, units: int) -> None:
        if units == 1:
            self.giving.repurpose(self.kept_id, self.dice.choice([None, "给学生", ELDERS]))


@pytest.mark.parametrize("seed", range(3))
def test_given_is_what_left_and_what_is_there(shop: Shop, seed: int) -> None:
    afternoon = Afternoon(shop, seed)
    for _step in range(STEPS):
        afternoon.step()
        fates = afternoon.giving.fates(afternoon.gift)
        assert all(fate.is_balanced and min(fate.left, fate.issued) >= 0 for fate in fates)
        assert sum(fate.left for fate in fates) == shop.on_hand(shop.soap)
    assert [check.id for check in shop_checks(shop.community_id) if not check.ok] == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("model", "values", "invariant"),
    [
        (Batch, {"restriction": "给店里"}, "G2"),
        (Sponsorship, {"spent_fen": 1}, "M2"),
    ],
)
def test_what_was_changed_by_hand_is_named(
    shop: Shop, model: type[Batch | Sponsorship], values: dict[str, object], invariant: str
) -> None:
    giving = Giving(shop)
    giving.restricted(2)
    giving.buy(
        giving.supplier(), BoughtLine(shop.soap, 2, 500), sponsorship_id=giving.sponsor(9000)
    )
    transact(lambda: db.session.execute(update(model).values(**values)))
    assert invariant in {c.id for c in shop_checks(shop.community_id) if not c.ok}
