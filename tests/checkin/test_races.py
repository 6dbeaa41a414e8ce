"""Two at once: each race is shown to exist with the guards off, and closed with them on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from pointsvc.checkin.errors import DecidedBefore
from pointsvc.checkin.jobs import close_forgotten
from pointsvc.checkin.models import Attendance, Scan
from pointsvc.checkin.presences import presences_of
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.checkin.service import known
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.checkin.households import share_a_door
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock
from tests.support.guards import row_locks_off
from tests.support.rivals import Meeting, at_once

Work = Callable[[], Any]
GUARDS = ("uq_attendances_live", "uq_attendances_open")


def sending(duty: Duty, caller: Caller, *scans: ScanRequest) -> Work:
    return lambda: duty.record(caller, scans)


def answers(ended: Sequence[Any]) -> Counter[tuple[str, str | None]]:
    """How often each verdict and reason was given."""
    receipts = [receipt for some in ended for receipt in some]
    return Counter((receipt.verdict, receipt.reason) for receipt in receipts)


def leader_and_member(duty: Duty, direction: str) -> list[Work]:
    """王强 scans 李梅's card while she scans the shift's code on his phone."""
    cast = duty.cast
    return [
        sending(duty, duty.caller(cast.wangqiang), duty.request(duty.card(cast.limei), direction)),
        sending(
            duty,
            duty.caller(cast.limei),
            duty.request(duty.shift_url(), direction, shift_id=None),
        ),
    ]


def attendances() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_leader_and_member_scan_at_once(
    duty: Duty, cast: Cast, app: Flask, clock: FrozenClock
) -> None:
    """docs/ledger.md case 12."""
    came = answers(at_once(app, leader_and_member(duty, "in")))
    clock.advance(hours=2)
    left = answers(at_once(app, leader_and_member(duty, "out")))
    assert came == Counter({("accepted", None): 1, ("refused", "scan.already_in"): 1})
    assert left == Counter({("accepted", None): 1, ("refused", "scan.already_out"): 1})
    assert (attendances(), duty.points(cast.limei), duty.minutes(cast.limei)) == (1, 20, 120)
    assert verify_everything().ok


def test_a_double_tap_is_one_scan_with_one_answer(duty: Duty, cast: Cast, app: Flask) -> None:
    scan, caller = duty.request(duty.card(cast.limei)), duty.caller(cast.wangqiang)
    first, *others = at_once(app, [sending(duty, caller, scan)] * 5)
    assert isinstance(first, list)
    assert isinstance(first[0], ScanReceipt)
    assert others == [first] * 4
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 1


def test_an_afternoon_uploaded_by_two_tabs_at_once(
    duty: Duty, cast: Cast, app: Flask, clock: FrozenClock
) -> None:
    """docs/ledger.md case 40."""
    scans = [
        duty.request(duty.card(person), direction, claimed_at=duty.at(hour))
        for person in (cast.limei, cast.liuyang, cast.zhangdian)
        for direction, hour in (("in", "09:00"), ("out", "10:50"))
    ]
    clock.advance(hours=3)
    caller = duty.caller(cast.wangqiang)
    forth, back = at_once(app, [sending(duty, caller, *order) for order in (scans, scans[::-1])])
    assert forth == list(reversed(back))  # type: ignore[arg-type]
    assert [duty.points(person) for person in (cast.limei, cast.liuyang)] == [15, 15]
    assert (attendances(), verify_everything().ok) == (3, True)


def in_two_places(duty: Duty) -> list[Work]:
    """李梅's card is scanned on the plot and at the station in the same second."""
    cast = duty.cast
    bins = duty.open_shift(
        duty.now(), duty.later(hours=2), kind="WASTE_DUTY", place_id=cast.station_id
    )
    card = duty.card(cast.limei)
    return [
        sending(duty, duty.caller(cast.wangqiang), duty.request(card)),
        sending(duty, duty.caller(cast.sungang), duty.request(card, shift_id=bins)),
    ]


def test_nobody_is_checked_in_twice_at_once(duty: Duty, app: Flask) -> None:
    ended = answers(at_once(app, in_two_places(duty)))
    assert ended == Counter({("accepted", None): 1, ("refused", "scan.overlap"): 1})
    assert attendances() == 1


def test_a_households_cap_reached_by_two_at_once(duty: Duty, cast: Cast, app: Flask) -> None:
    """docs/ledger.md case 14: Σ ≤ cap, and nobody is refused for it."""
    share_a_door(cast.limei, cast.liuyang)
    station, caller = duty.open_station(), duty.caller(cast.sungang)
    works = [
        sending(duty, caller, duty.request(duty.card(person), "drop", shift_id=station))
        for person in (cast.limei, cast.liuyang) * 3
    ]
    ended = answers(at_once(app, works))
    assert ended == Counter({("accepted", None): 2, ("accepted", "scan.capped"): 4})
    assert duty.points(cast.limei) + duty.points(cast.liuyang) == 4
    assert verify_everything().ok


def test_two_decisions_at_once_are_one(
    duty: Duty, cast: Cast, app: Flask, clock: FrozenClock
) -> None:
    duty.scan(cast.limei, duty.sign())
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out")
    works = [lambda: duty.decide(cast.wangqiang, left), lambda: duty.decide(cast.zhaofang, left)]
    ended = at_once(app, works)
    assert Counter(isinstance(each, DecidedBefore) for each in ended) == {True: 1, False: 1}
    assert (duty.points(cast.limei), verify_everything().ok) == (20, True)


def test_the_job_and_a_late_check_out_pay_once(
    duty: Duty, cast: Cast, app: Flask, clock: FrozenClock
) -> None:
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=4)
    out = duty.request(duty.card(cast.limei), "out", claimed_at=duty.at("11:00"))
    now = duty.now()
    at_once(app, [sending(duty, duty.caller(cast.zhaofang), out), lambda: close_forgotten(now)])
    assert (duty.points(cast.limei), duty.review(cast.limei)) == (20, 0)
    assert (duty.minutes(cast.limei), verify_everything().ok) == (120, True)


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock nobody, and let both have read before either writes."""
    both_have_read, read = Meeting(2), presences_of

    def reading(**of: Any) -> Any:
        found = read(**of)
        both_have_read.wait()
        return found

    row_locks_off(monkeypatch)
    monkeypatch.setattr(known, "presences_of", reading)


RACES = [(lambda duty: leader_and_member(duty, "in")), in_two_places]


@pytest.mark.engines("postgresql")  # SQLite has one writer: there is no lock to leave out
@pytest.mark.parametrize("works", RACES, ids=["one shift", "two places"])
def test_without_lock_and_constraint_there_are_two(
    duty: Duty, app: Flask, monkeypatch: pytest.MonkeyPatch, works: Callable[[Duty], list[Work]]
) -> None:
    """The race exists."""
    racing = works(duty)
    transact(lambda: [db.session.execute(text(f"DROP INDEX {name}")) for name in GUARDS])
    unlocked(monkeypatch)
    assert answers(at_once(app, racing)) == Counter({("accepted", None): 2})
    assert attendances() == 2


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("works", RACES, ids=["one shift", "two places"])
def test_without_the_lock_the_constraint_has_the_last_word(
    duty: Duty, app: Flask, monkeypatch: pytest.MonkeyPatch, works: Callable[[Duty], list[Work]]
) -> None:
    """The second is refused by the database, tried again, and finds the first."""
    racing = works(duty)
    unlocked(monkeypatch)
    ended = answers(at_once(app, racing))
    assert ended[("accepted", None)] == 1
    assert sum(ended.values()) == 2
    assert attendances() == 1
