"""Scans that come at once share a transaction; each keeps its answer, its sender and its trail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from pointsvc.audit.models import AuditEvent
from pointsvc.checkin import together
from pointsvc.checkin.scans import ScanReceipt, ScanRequest, Sent
from pointsvc.checkin.service import record_sent
from pointsvc.checkin.together import Recorded, record_together
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.request_id import set_request_id
from pointsvc.ledger.models import Transfer
from tests.checkin.duty import Duty
from tests.kernel.test_together import await_line
from tests.support.cast import Cast, Person
from tests.support.rivals import at_once

pytestmark = pytest.mark.usefixtures("database")


class Held:
    """The first transaction waits until the others stand in line; how many each one wrote."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, others: int) -> None:
        current_app.extensions.pop(together.LINES, None)  # nobody waited here a test ago
        self.sizes: list[int] = []
        self.others = others
        self.is_first = threading.Lock()
        monkeypatch.setattr(together, "record_sent", self._record)

    def _record(self, *, community_id: Any, sent: Sequence[Sent], now: Any) -> list[Any]:
        if self.is_first.acquire(blocking=False):
            await_line(together._line(community_id), self.others)
        self.sizes.append(len(sent))
        return record_sent(community_id=community_id, sent=sent, now=now)


def scanning(
    duty: Duty, sender: Person, scanned: Person, request_id: str = "-", **of: Any
) -> Callable[[], Recorded]:
    """A request of the sender that brings the scanned person's card."""
    scan = ScanRequest(new_id(), "in", code=duty.card(scanned), shift_id=duty.shift_id, **of)
    caller = duty.caller(sender)
    return lambda: _sent(duty, caller, scan, request_id)


def _sent(duty: Duty, caller: Caller, scan: ScanRequest, request_id: str) -> Recorded:
    set_request_id(request_id)
    return record_together(community_id=duty.community_id, caller=caller, scans=[scan])


def verdicts(done: Sequence[Any]) -> list[Any]:
    """What each request was told."""
    outcomes = [each.outcomes[0] for each in done]
    return [each.verdict if isinstance(each, ScanReceipt) else type(each) for each in outcomes]


def test_those_who_wait_share_a_transaction(
    duty: Duty, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, others=2)
    asked = [
        scanning(duty, cast.wangqiang, cast.limei),
        scanning(duty, cast.zhaofang, cast.liuyang),
        scanning(duty, cast.wangqiang, cast.zhangdian),
    ]
    assert verdicts(at_once(app, asked)) == ["accepted"] * 3
    assert (held.sizes, verify_everything().ok) == ([1, 2], True)


def test_each_scan_is_recorded_by_its_own_sender_and_request(
    duty: Duty, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, others=2)
    asked = [
        scanning(duty, cast.wangqiang, cast.limei, "first"),
        scanning(duty, cast.zhaofang, cast.liuyang, "second"),
        scanning(duty, cast.wangqiang, cast.zhangdian, "third"),
    ]
    at_once(app, asked)
    assert held.sizes == [1, 2]
    wanted = select(AuditEvent.request_id, AuditEvent.actor_id).where(
        AuditEvent.action == "checkin.scan_accepted"
    )
    trail = {row.request_id: row.actor_id for row in db.session.execute(wanted)}
    assert trail == {
        "first": cast.wangqiang.id,
        "second": cast.zhaofang.id,
        "third": cast.wangqiang.id,
    }


def test_what_one_earns_is_recorded_by_who_scanned_that_one(
    duty: Duty, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = duty.open_station()
    held = Held(monkeypatch, others=1)
    drops = [
        ScanRequest(new_id(), "drop", code=duty.card(person), shift_id=station)
        for person in (cast.limei, cast.liuyang)
    ]
    senders = [duty.caller(cast.sungang), duty.scanner(cast.station_id)]
    pairs = list(zip(senders, drops, strict=True))
    done = at_once(app, [partial(_sent, duty, sender, drop, "-") for sender, drop in pairs])
    assert (verdicts(done), held.sizes) == (["accepted"] * 2, [1, 1])
    kept = dict(db.session.execute(select(Transfer.source_id, Transfer.recorded_by_id)).all())
    assert kept == {drop.scan_id: sender.id for sender, drop in pairs}


def test_a_double_tap_in_one_transaction_is_one_scan(
    duty: Duty, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, others=2)
    tap = scanning(duty, cast.wangqiang, cast.limei)
    done = at_once(app, [scanning(duty, cast.wangqiang, cast.liuyang), tap, tap])
    assert (verdicts(done), held.sizes) == (["accepted"] * 3, [1, 2])
    assert done[1].outcomes == done[2].outcomes  # type: ignore[union-attr]


def test_the_same_id_of_another_sender_is_refused_in_one_transaction(
    duty: Duty, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, others=2)
    scan = ScanRequest(new_id(), "in", code=duty.card(cast.limei), shift_id=duty.shift_id)
    asked = [scanning(duty, cast.wangqiang, cast.liuyang)] + [
        partial(_sent, duty, duty.caller(who), scan, "-") for who in (cast.wangqiang, cast.zhaofang)
    ]
    told = [str(each) for each in verdicts(at_once(app, asked))]
    assert min(told[1:]).endswith("ScanIdReused'>")
    assert (told.count("accepted"), held.sizes) == (2, [1, 2])


def test_an_unknown_shift_is_the_refusal_of_its_scan_alone(
    duty: Duty, cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, others=2)
    lost = ScanRequest(new_id(), "in", code=duty.card(cast.liuyang), shift_id=new_id())
    leader = duty.caller(cast.wangqiang)
    asked = [
        scanning(duty, cast.wangqiang, cast.limei),
        lambda: _sent(duty, leader, lost, "-"),
        scanning(duty, cast.wangqiang, cast.zhangdian),
    ]
    assert verdicts(at_once(app, asked)) == ["accepted", NotFound, "accepted"]
    assert held.sizes == [1, 2]
