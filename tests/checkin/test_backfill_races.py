"""补录, two at once: the month's share, one waiting for a person, the decision, the job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from pointsvc.checkin.errors import BackfillAlready, BackfillQuotaUsed, DecidedBefore
from pointsvc.checkin.jobs import count_backfills
from pointsvc.checkin.models import Attendance, Backfill
from pointsvc.checkin.service import maturing
from pointsvc.cli.verification import verify_everything
from pointsvc.earning import limits
from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Busy
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.checkin.afterwards import Afterwards
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once

Work = Callable[[], Any]
SHARE = "ck_limit_uses_within_limit"


def asking_for_two(after: Afterwards) -> list[Work]:
    """王强 asks for 李梅 and for 刘洋 in the same second, with one left in his month."""
    after.duty.set(backfill_quota=1)
    works = [
        after.asking(None, after.asked(member), new_id())
        for member in (after.cast.limei, after.cast.liuyang)
    ]
    return [lambda work=work: transact(work) for work in works]  # type: ignore[misc]


def ends(ended: Sequence[Any]) -> Counter[str]:
    return Counter(type(each).__name__ for each in ended)


def asked() -> int:
    return db.session.scalar(select(func.count()).select_from(Backfill)) or 0


def test_two_at_once_never_ask_for_more_than_the_month_holds(after: Afterwards, app: Flask) -> None:
    ended = ends(at_once(app, asking_for_two(after)))
    assert ended == Counter({"BackfillFacts": 1, BackfillQuotaUsed.__name__: 1})
    assert (asked(), verify_everything().ok) == (1, True)


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock nothing, and let both have read the month's share before either takes of it."""
    both_have_read, read = Meeting(2), limits._read

    def reading(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        both_have_read.wait()
        return found

    row_locks_off(monkeypatch)
    monkeypatch.setattr(limits, "_read", reading)


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
def test_without_lock_and_constraint_the_month_holds_too_many(
    after: Afterwards, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race exists."""
    opened_before(after, cast)
    racing = asking_for_two(after)
    transact(lambda: db.session.execute(text(f"ALTER TABLE limit_uses DROP CONSTRAINT {SHARE}")))
    unlocked(monkeypatch)
    assert ends(at_once(app, racing)) == Counter({"BackfillFacts": 2})
    assert asked() == 2


@pytest.mark.engines("postgresql")
def test_without_the_lock_the_constraint_has_the_last_word(
    after: Afterwards, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_before(after, cast)
    racing = asking_for_two(after)
    unlocked(monkeypatch)
    at_once(app, racing)
    assert asked() == 1


def opened_before(after: Afterwards, cast: Cast) -> None:
    """The month's row is there already: 王强 asked and took it back."""
    after.withdraw(after.ask(member=cast.zhangdian))
    transact(lambda: db.session.execute(text("DELETE FROM backfills")))


def test_a_double_tap_is_one_backfill(after: Afterwards, app: Flask) -> None:
    work = after.asking(None, after.asked(), new_id())
    first, second = at_once(app, [lambda: transact(work)] * 2)
    assert first == second
    assert asked() == 1


def test_leader_and_clerk_ask_for_the_same_work_at_once(
    after: Afterwards, cast: Cast, app: Flask
) -> None:
    works = [
        after.asking(asker, after.asked(), new_id()) for asker in (cast.wangqiang, cast.zhaofang)
    ]
    ended = ends(at_once(app, [lambda work=work: transact(work) for work in works]))  # type: ignore[misc]
    assert ended == Counter({"BackfillFacts": 1, BackfillAlready.__name__: 1})


def test_two_who_agree_at_once_agree_once(after: Afterwards, cast: Cast, app: Flask) -> None:
    backfill_id = after.ask()
    works = [
        lambda: after.decide(backfill_id, cast.hedu),
        lambda: after.decide(backfill_id, cast.zhaofang),
    ]
    ended = at_once(app, works)
    assert Counter(isinstance(each, DecidedBefore) for each in ended) == {True: 1, False: 1}
    assert (after.duty.review(cast.limei), verify_everything().ok) == (20, True)


def test_the_job_twice_at_once_counts_once(
    after: Afterwards, cast: Cast, app: Flask, clock: FrozenClock
) -> None:
    after.agreed()
    clock.advance(hours=48)
    now = moments.now()
    counted = at_once(app, [lambda: count_backfills(now).count] * 2)
    assert sorted(counted) == [0, 1]  # type: ignore[type-var]
    assert (after.duty.points(cast.limei), after.duty.minutes(cast.limei)) == (20, 120)
    assert verify_everything().ok


def test_an_objection_and_the_job_at_once_do_not_both_happen(
    after: Afterwards, cast: Cast, app: Flask, clock: FrozenClock
) -> None:
    backfill_id = after.agreed()
    clock.advance(hours=48)
    now = moments.now()
    at_once(app, [lambda: after.stop(backfill_id), lambda: count_backfills(now)])
    points = {"counted": 20, "stopped": 0}[after.state(backfill_id)]
    assert (after.duty.points(cast.limei), after.duty.review(cast.limei)) == (points, 0)
    assert verify_everything().ok


@pytest.mark.parametrize("verb", ["decide", "count_due"])
def test_what_is_cut_off_half_way_is_as_if_it_had_not_begun(
    after: Afterwards, cast: Cast, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """The process dies after the books were written and before the commit; then it is done anew."""
    backfill_id = after.ask() if verb == "decide" else after.agreed()
    clock.advance(hours=48)
    work = after.count_due if verb == "count_due" else lambda: after.decide(backfill_id)
    before = after.state(backfill_id), after.duty.review(cast.limei), after.duty.points(cast.limei)
    with monkeypatch.context() as dying:
        dying.setattr(maturing, "tell", die)
        with pytest.raises(Busy):
            work()
    now = after.state(backfill_id), after.duty.review(cast.limei), after.duty.points(cast.limei)
    assert now == before
    work()
    assert after.state(backfill_id) == {"decide": "approved", "count_due": "counted"}[verb]
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 1
    assert verify_everything().ok


def die(*_args: Any, **_kwargs: Any) -> None:
    """As if the plug were pulled: nothing of ours runs any more."""
    raise Busy
