"""Any order of the ledger's verbs gives what a small model gives, and books that verify.

The same examples run on both engines: they are drawn from the machine's own text, not from chance.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, Phase, note, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.ids import derived_id, new_id
from pointsvc.ledger.errors import InsufficientPoints
from tests.ledger.bookkeeper import found_books
from tests.ledger.model import Deed, Model

EXAMPLES = 30
VERIFIED_EVERY = 5
STEPS = 30
PEOPLE = [derived_id("state machine", number) for number in range(3)]
STEPS_SEEN: Counter[str] = Counter()

people = st.sampled_from(PEOPLE)
amounts = st.integers(1, 40)
lasting_days = st.sampled_from([0, 1, 3, 400])


class Machine(RuleBasedStateMachine):
    """The verbs on one side, the model on the other."""

    deeds = Bundle("deeds")
    lines = Bundle("lines")
    openings = Bundle("openings")

    def __init__(self) -> None:
        super().__init__()
        self.books = found_books()
        self.model = Model(self.books.today)

    @rule(
        target=deeds,
        member=people,
        points=amounts,
        minutes=st.sampled_from([0, 45, 120]),
        lasts=lasting_days,
        into_review=st.booleans(),
    )
    def award(self, member: UUID, points: int, minutes: int, lasts: int, into_review: bool) -> UUID:
        source, expires_on = new_id(), self.model.today + timedelta(days=lasts)
        at = "review" if into_review else "wallet"
        self.model.award(source, Deed(member, points, minutes, expires_on, at))
        self._award(source)
        return source

    @rule(source=deeds)
    def award_again(self, source: UUID) -> None:
        """A retry of what was awarded before, whatever became of it."""
        self._award(source)

    def _award(self, source: UUID) -> None:
        deed = self.model.deeds[source]
        award = self.books.deed(
            deed.member,
            deed.points,
            minutes=deed.minutes,
            expires_on=deed.expires_on,
            source=source,
            into_review=deed.at != "wallet",
        )
        assert self.books.award(award)[deed.member] == self.model.spendable(deed.member)

    @rule(source=deeds, release=st.booleans())
    def end_review(self, source: UUID, release: bool) -> None:
        refusal = self.model.end_review(source, release=release)
        self._expect(refusal, lambda: self.books.end_review(source, release=release))

    @rule(source=deeds)
    def take_back(self, source: UUID) -> None:
        refusal = self.model.take_back(source)
        self._expect(refusal, lambda: self.books.take_back(source))

    @rule(target=lines, member=people, points=st.lists(amounts, min_size=1, max_size=3))
    def pay(self, member: UUID, points: list[int]) -> object:
        ids = [new_id() for _ in points]
        enough = self.model.pay(member, dict(zip(ids, points, strict=True)))
        refusal = None if enough else InsufficientPoints.__name__
        self._expect(refusal, lambda: self.books.pay(member, *points, lines=ids))
        return multiple(*ids) if enough else multiple()

    @rule(line=lines, points=amounts)
    def refund(self, line: UUID, points: int) -> None:
        paid = self.model.lines[line]
        refusal = None if self.model.refund(line, points) else "CorrectionExceeds"
        number = paid.refunds or 1
        self._expect(refusal, lambda: self.books.refund(paid.member, line, points, number))

    @rule(member=people, points=st.integers(-20, 20).filter(bool), lasts=lasting_days)
    def adjust(self, member: UUID, points: int, lasts: int) -> None:
        key = (member, self.model.today + timedelta(days=lasts))
        enough = self.model.wallets[key] + points >= 0
        refusal = None if enough else InsufficientPoints.__name__
        self._expect(refusal, lambda: self.books.adjust(member, points, expires_on=key[1]))
        self.model.wallets[key] += points if enough else 0

    @rule(target=openings, member=people, points=amounts)
    def open_balance(self, member: UUID, points: int) -> tuple[UUID, UUID, int, date]:
        expires_on = self.model.today + timedelta(days=400)
        opening = (new_id(), member, points, expires_on)
        self.model.wallets[member, expires_on] += points
        assert self.books.open_balance(member, points, opening[0], expires_on) == 1
        return opening

    @rule(opening=consumes(openings))
    def open_balance_again(self, opening: tuple[UUID, UUID, int, date]) -> None:
        source, member, points, expires_on = opening
        assert self.books.open_balance(member, points, source, expires_on) == 0

    @rule()
    def expire(self) -> None:
        assert self.books.expire_all() == self.model.expire()

    @rule(days=st.sampled_from([1, 2, 31]))
    def sleep(self, days: int) -> None:
        self.books.seal()
        self.books.sleep(days)
        self.model.sleep(days)

    def _expect(self, refusal: str | None, verb: Callable[[], object]) -> None:
        """The verb does what the model did, or refuses with the very same refusal."""
        said = None
        try:
            verb()
        except Refusal as refused:
            said = type(refused).__name__
        note(f"{said or 'done'}, the model: {refusal or 'done'}")
        assert said == refusal

    @invariant()
    def everybody_has_what_the_model_says(self) -> None:
        STEPS_SEEN["steps"] += 1
        for member in PEOPLE:
            found = self.books.balances(member)
            assert found.balance_points == self.model.spendable(member)
            assert found.review_points == self.model.reviews[member]
            assert found.receivable_points == self.model.owed[member]
            assert found.service_minutes == self.model.minutes[member]
            usable = [(key[1], self.model.wallets[key]) for key in self.model.usable(member)]
            assert list(found.expiring) == usable

    @invariant()
    def every_invariant_holds_every_few_steps(self) -> None:
        if STEPS_SEEN["steps"] % VERIFIED_EVERY == 0:
            self._verify()

    def teardown(self) -> None:
        self._verify()

    def _verify(self) -> None:
        report = self.books.verify()
        assert [(check.id, check.broken) for check in report.checks if not check.ok] == []


@pytest.mark.usefixtures("database")
def test_any_order_of_verbs_gives_what_the_model_gives(database: SQLAlchemy) -> None:
    STEPS_SEEN.clear()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            phases=[Phase.generate],  # thirty steps are short enough to read
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    database.session.rollback()
    assert STEPS_SEEN["steps"] > EXAMPLES
    sys.stdout.write(f"{STEPS_SEEN['steps']} steps\n")
