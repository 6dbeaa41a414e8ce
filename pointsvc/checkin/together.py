"""Scans of one community that come at the same time are recorded in one transaction.

At the start of a shift thirty phones send at once: what decides is read for all of them in the same few
statements, and one commit makes them last. Each keeps its own answer, its own sender and its own line
in the trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from flask import current_app

from pointsvc.checkin.scans import BATCH_MAX, ScanReceipt, ScanRequest, Sent
from pointsvc.checkin.service import Outcome, record_sent
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.request_id import current_request_id
from pointsvc.kernel.together import Together
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of

LINES: Final = "scans_together"
Upload = Sequence[Sent]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answers in the order of the scans, and what the people in them are called."""

    outcomes: list[Outcome]
    names: dict[UUID, str]


def record_together(
    *, community_id: UUID, caller: Caller, scans: Sequence[ScanRequest]
) -> Recorded:
    """`record_scans` in a transaction of its own, shared with who scans in the community just now.

    All of them happened before the moment at which the transaction begins.
    """
    db.session.rollback()  # who waits holds no connection
    sent = [Sent(scan, caller, current_request_id()) for scan in scans]
    return _line(community_id).do(sent)


def _line(community_id: UUID) -> Together[Upload, Recorded]:
    lines: dict[UUID, Together[Upload, Recorded]] = current_app.extensions.setdefault(LINES, {})
    if community_id not in lines:
        work = partial(_record, community_id)
        lines.setdefault(community_id, Together(work, weigh=len, most=BATCH_MAX))
    return lines[community_id]


def _record(community_id: UUID, uploads: Sequence[Upload]) -> list[Recorded]:
    now, sent = clock.now(), [each for upload in uploads for each in upload]
    done = transact(lambda: _recorded(community_id, sent, now))
    outcomes = iter(done.outcomes)
    return [Recorded([next(outcomes) for _ in upload], done.names) for upload in uploads]


def _recorded(community_id: UUID, sent: Upload, now: datetime) -> Recorded:
    outcomes = record_sent(community_id=community_id, sent=sent, now=now)
    people = {
        outcome.member_id
        for outcome in outcomes
        if isinstance(outcome, ScanReceipt) and outcome.member_id
    }
    return Recorded(outcomes, names_of(community_id, people))
