"""A word and an annulment at once, two words at once: shown with the guards off, closed with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from pointsvc.checkin.errors import DecidedBefore, VouchedEnough
from pointsvc.checkin.models import ScanDecision
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.checkin.service import deciding, vouching
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.checkin.vouching import vouch
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once

Works = list[Callable[[], Any]]
GUARDS = (
    "DROP INDEX uq_scan_decisions_once",
    "ALTER TABLE scan_decisions DROP CONSTRAINT pk_scan_decisions",
)


@pytest.fixture
def left(duty: Duty, cast: Cast, clock: FrozenClock) -> ScanReceipt:
    """李梅 came by the leader's scan and left by the sign; 刘洋 was there all the time."""
    for person in (cast.liuyang, cast.limei):
        duty.scan(cast.wangqiang, duty.card(person))
    clock.advance(hours=2)
    return duty.scan(cast.limei, duty.sign(), "out")


@pytest.fixture
def works(duty: Duty, cast: Cast, left: ScanReceipt) -> Works:
    """The leader annuls her check-out while 刘洋 says that she saw her."""
    return [
        lambda: vouch(duty, cast.liuyang, left),
        lambda: duty.decide(cast.wangqiang, left, accept=False),
    ]


def unlocked(monkeypatch: pytest.MonkeyPatch, name: str, *rooms: Any) -> None:
    """Lock nobody, and let both have read before either writes."""
    both_have_read = Meeting(2)
    row_locks_off(monkeypatch)
    for room in rooms:
        read = getattr(room, name)

        def reading(*args: Any, read: Callable[..., Any] = read, **of: Any) -> Any:
            found = read(*args, **of)
            both_have_read.wait()
            return found

        monkeypatch.setattr(room, name, reading)


def decisions() -> int:
    return db.session.scalar(select(func.count()).select_from(ScanDecision)) or 0


def refused(ended: list[Any]) -> list[type]:
    return [type(each) for each in ended if isinstance(each, Exception)]


def test_a_word_and_an_annulment_at_once_are_one_decision(
    duty: Duty, cast: Cast, app: Flask, works: Works, left: ScanReceipt
) -> None:
    ended = at_once(app, works)
    assert (refused(ended), decisions()) == ([DecidedBefore], 1)
    is_vouched = not isinstance(ended[0], Exception)
    assert duty.points(cast.limei) == (20 if is_vouched else 0)
    assert duty.attendance(left).state == ("closed" if is_vouched else "open")
    assert verify_everything().ok


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_lock_and_constraints_there_are_two(
    app: Flask, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race exists."""
    transact(lambda: [db.session.execute(text(guard)) for guard in GUARDS])
    unlocked(monkeypatch, "waiting_scans", deciding, vouching)
    ended = at_once(app, works)
    assert (refused(ended), decisions()) == ([], 2)


@pytest.mark.engines("postgresql")
def test_without_the_lock_the_constraint_has_the_last_word(
    app: Flask, works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked(monkeypatch, "waiting_scans", deciding, vouching)
    ended = at_once(app, works)
    assert (refused(ended), decisions()) == ([DecidedBefore], 1)
    assert verify_everything().ok


@pytest.fixture
def two_words(duty: Duty, cast: Cast) -> Works:
    """刘洋, who may vouch for one, taps for two neighbours at once."""
    duty.set(vouched_people_max=1)
    duty.scan(cast.wangqiang, duty.card(cast.liuyang))
    came = [duty.scan(person, duty.sign()) for person in (cast.limei, cast.hedu)]
    return [lambda scan=scan: vouch(duty, cast.liuyang, scan) for scan in came]  # type: ignore[misc]


def test_two_words_at_once_stay_within_their_number(app: Flask, two_words: Works) -> None:
    assert refused(at_once(app, two_words)) == [VouchedEnough]
    assert decisions() == 1


@pytest.mark.engines("postgresql")
def test_without_the_witness_lock_there_is_one_too_many(
    app: Flask, two_words: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race exists."""
    unlocked(monkeypatch, "vouched_for", vouching)
    assert refused(at_once(app, two_words)) == []
    assert decisions() == 2
