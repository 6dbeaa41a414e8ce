"""The clock against what knows better: the database's, the last rows, the time since the start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select, text

from pointsvc.audit.models import AuditEvent
from pointsvc.cli.doctor.findings import Finding, Said, fault, ok
from pointsvc.communities.queries import community_ids
from pointsvc.extensions import db
from pointsvc.jobs.steadiness import STEADY, jump_between, last_reading, read_clocks
from pointsvc.kernel.last_runs import last_runs

APART_MAX: Final = timedelta(seconds=5)
AHEAD_MAX: Final = timedelta(minutes=2)
_SET: Final = Said(
    "打开对时（timedatectl set-ntp true）。钟已经对了，就 pointsvc jobs run-due --trust-clock",
    "let the machine keep time (timedatectl set-ntp true). Where it is right by now: "
    "pointsvc jobs run-due --trust-clock",
)


def check_clock(instance: Path, now: datetime) -> Iterator[Finding]:
    """Three witnesses; none of them changes anything."""
    found = [*_against_database(now), *_against_rows(now), *_against_start(instance, now)]
    yield from found or [ok("clock", f"{now:%F %T} UTC", f"{now:%F %T} UTC")]


def _against_database(now: datetime) -> Iterator[Finding]:
    if db.engine.dialect.name != "postgresql":
        return
    theirs = db.session.scalar(text("SELECT clock_timestamp()"))
    apart = abs(theirs - now) if theirs else STEADY
    if apart > APART_MAX:
        yield fault(
            "clock.apart",
            Said(f"与数据库的钟差 {apart}", f"{apart} apart from the database's clock"),
            _SET,
        )


def _against_rows(now: datetime) -> Iterator[Finding]:
    """Nothing was written after now."""
    newest = max((_moment(id_) for id_ in _newest_events()), default=now)
    ends = [run.done_at for run in last_runs().values() if run.done_at]
    ahead = max([newest, *ends]) - now
    if ahead > AHEAD_MAX:
        yield fault(
            "clock.behind",
            Said(
                f"钟慢了：账上有 {ahead} 之后写的",
                f"behind: something was written {ahead} from now",
            ),
            _SET,
        )


def _against_start(instance: Path, now: datetime) -> Iterator[Finding]:
    before = last_reading(instance)
    jump = jump_between(before, read_clocks(now)) if before else STEADY
    if jump != STEADY:
        yield fault(
            "clock.jumped",
            Said(f"钟跳了 {jump}，到期和封账都停着", f"jumped by {jump}: expiry and seals wait"),
            _SET,
        )


def _newest_events() -> Iterator[UUID]:
    """The last deed of each community, by the index of their ids, which begin with the moment."""
    for community_id in community_ids():
        newest = db.session.scalar(
            select(AuditEvent.id)
            .where(AuditEvent.community_id == community_id)
            .order_by(AuditEvent.id.desc())
            .limit(1)
        )
        if newest is not None and newest.version == 7:  # noqa: PLR2004 - RFC 9562
            yield newest


def _moment(id_: UUID) -> datetime:
    return datetime.fromtimestamp((id_.int >> 80) / 1000, UTC)
