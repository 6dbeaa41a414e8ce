"""What has to happen again and again: migrations, guards, jobs, verification, copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pointsvc.backup.keeping import read_record
from pointsvc.cli.doctor.findings import Finding, Said, fault, ok, warning
from pointsvc.cli.running import find_revision
from pointsvc.config import Settings
from pointsvc.demo.renewal import renew
from pointsvc.jobs.timetable import TIMETABLE
from pointsvc.kernel.last_runs import VERIFY, LastRun, held_leases, last_runs
from pointsvc.kernel.leases import LEASE
from pointsvc.kernel.read_only import is_read_only
from pointsvc.kernel.revisions import brought
from pointsvc.ledger.verification import check_guards
from pointsvc.members.cards import count_unreadable_cards
from pointsvc.messages.adapters import connected
from pointsvc.messages.queries import deliveries_in
from pointsvc.web.vitals.facts import waiting_messages

JOB_AGE_MAX: Final = timedelta(minutes=15)
COPY_AGE_MAX: Final = timedelta(hours=26)
COPY_AGE_FAULT: Final = timedelta(days=3)
DELIVERY_AGE_MAX: Final = timedelta(hours=12)  # a night's quiet is no fault
DEAD_AGE: Final = timedelta(days=7)
VERIFY_AGE_MAX: Final = timedelta(days=8)
_VERIFY: Final = Said("运行 pointsvc ledger verify", "run pointsvc ledger verify")
_COPY: Final = Said(
    "systemctl status pointsvc-copy；修好后 systemctl start pointsvc-copy",
    "systemctl status pointsvc-copy; mend it, then systemctl start pointsvc-copy",
)


def check_migrations() -> Iterator[Finding]:
    """The database is this program's: neither older nor newer."""
    stands, known = find_revision(), brought()
    if stands == known[-1]:
        yield ok("migrations", f"版本 {stands}", f"at {stands}")
        return
    is_newer = stands is not None and stands not in known
    yield fault(
        "migrations.newer" if is_newer else "migrations.pending",
        Said(
            f"数据库在 {stands}，程序在 {known[-1]}", f"database at {stands}, program {known[-1]}"
        ),
        Said("装更新的程序", "install the newer program")
        if is_newer
        else Said("先做一份副本，再重启服务", "make a copy, then restart the service"),
    )


def check_standing() -> Iterator[Finding]:
    """The books are not older than what was published: a copy that was put back may be."""
    if is_read_only():
        yield fault(
            "restore.read_only",
            Said(
                "恢复了较早的副本，账本比公示过的旧，现在只能看",
                "an older copy was put back: the books may only be read",
            ),
            Said(
                "有更新的副本就恢复它；没有，运营员到 /operator/gap 写明缺了哪几天",
                "restore a newer copy; where none is, the operator declares the gap at /operator/gap",
            ),
        )


def check_history() -> Iterator[Finding]:
    """The guards of history stand (L3)."""
    guards = check_guards()
    if guards.ok:
        yield ok("guards", f"{guards.count} 个触发器都在", f"{guards.count} triggers stand")
        return
    names = ", ".join(guards.broken)
    yield fault(
        "guards.down",
        Said(
            f"保护历史的触发器不在或被改：{names}",
            f"guards of history are down or changed: {names}",
        ),
        Said(
            "查是谁动的；先 pointsvc ledger verify，再从核对过的副本恢复",
            "find out who did it; pointsvc ledger verify, then restore a verified copy",
        ),
    )


def check_cards() -> Iterator[Finding]:
    """Every card in use can be read with the keys that are here."""
    lost = count_unreadable_cards()
    if lost:
        yield fault(
            "keys.cards",
            Said(f"{lost} 张在用的卡读不出来", f"{lost} cards in use cannot be read"),
            Said(
                "把打印它们的密钥放回，排在后面",
                "put the key of their printing back, after the others",
            ),
        )


def check_jobs(now: datetime) -> Iterator[Finding]:
    """Each job was done lately, and none holds its lease past its time."""
    runs = last_runs()
    wanted = [job.name for job in TIMETABLE if job.run is not renew]
    late = [name for name in wanted if _is_late(runs.get(name, LastRun()), now)]
    failing = [name for name in wanted if _has_failed(runs.get(name, LastRun()))]
    stuck = [name for name, until in held_leases(now=now).items() if until > now + LEASE]
    for id_, names, words in (
        ("jobs.late", late, Said("没有按时做", "not done lately")),
        ("jobs.failing", failing, Said("上次没做成", "failed last time")),
        ("jobs.lease", stuck, Said("租约到期的时刻在将来，钟调过", "leases end in the future")),
    ):
        if names:
            listed = ", ".join(names)
            yield fault(
                id_,
                Said(f"任务{words.zh}：{listed}", f"jobs {words.en}: {listed}"),
                Said(
                    "服务在跑吗？看日志，或手工 pointsvc jobs run-due",
                    "does the service run? See its log, or run pointsvc jobs run-due",
                ),
            )
    if not (late or failing or stuck):
        yield ok("jobs", f"{len(wanted)} 项任务按时", f"{len(wanted)} jobs in time")


def _is_late(run: LastRun, now: datetime) -> bool:
    return run.done_at is None or now - run.done_at > JOB_AGE_MAX


def _has_failed(run: LastRun) -> bool:
    return run.failed_at is not None and (run.done_at is None or run.failed_at > run.done_at)


def check_outbox(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Messages leave by the ways that are set up, soon, and get through."""
    ways = ", ".join(sorted(connected(settings))) or "console"
    waiting, dead = deliveries_in("waiting", "sending"), deliveries_in("dead", since=now - DEAD_AGE)
    if waiting.oldest_at and now - waiting.oldest_at > DELIVERY_AGE_MAX:
        yield warning(
            "outbox.late",
            Said(
                f"{waiting.count} 条消息发不出去，最早的 {waiting.oldest_at:%F %R} UTC",
                f"{waiting.count} messages wait to leave, since {waiting.oldest_at:%F %R} UTC",
            ),
            Said(
                "看日志里的 undelivered；查 POINTSVC_MAIL_URL 等地址",
                "look for undelivered in the log; check POINTSVC_MAIL_URL and its like",
            ),
        )
    if dead.count:
        yield warning(
            "outbox.dead",
            Said(
                f"一周里 {dead.count} 条消息没有送到，本人在页面里看得到",
                f"{dead.count} messages of a week did not get through; the pages show them",
            ),
            Said(
                "看日志里的 undelivered：地址不对，还是通道不通",
                "look for undelivered in the log: wrong addresses, or a channel that is down",
            ),
        )
    count = waiting_messages().count
    yield ok(
        "outbox",
        f"{count} 条消息还没交出；渠道：{ways}",
        f"{count} messages not taken up yet; channels: {ways}",
    )


def check_verified(now: datetime) -> Iterator[Finding]:
    """The books were recomputed lately, and held."""
    run = last_runs().get(VERIFY, LastRun())
    if _has_failed(run):
        yield fault(
            "verify.broken",
            Said(
                f"{run.failed_at:%F} 核对时账不成立",
                f"on {run.failed_at:%F} the books did not hold",
            ),
            _VERIFY,
        )
    elif run.done_at is None or now - run.done_at > VERIFY_AGE_MAX:
        yield warning(
            "verify.old",
            Said("一个多星期没有核对账本", "the books were not verified for a week"),
            _VERIFY,
        )
    else:
        yield ok("verify", f"{run.done_at:%F} 核对过", f"verified on {run.done_at:%F}")


def check_copies(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The newest verified copy: how old, there, encrypted."""
    record = read_record(settings.instance)
    made = datetime.fromisoformat(record.verified_at) if record.verified_at else None
    failed = datetime.fromisoformat(record.failed_at) if record.failed_at else None
    if made is None or now - made > COPY_AGE_FAULT:
        what = Said("没有三天以内核对过的副本", "no verified copy of the last three days")
        yield fault("copies.none", what, _COPY)
    elif (failed and failed > made) or now - made > COPY_AGE_MAX:
        why = record.failed_because or ""
        what = Said(f"昨夜没有做成副本 {why}", f"last night brought no copy {why}")
        yield warning("copies.late", what, _COPY)
    elif not Path(record.file or "").exists():
        what = Said(f"最近的副本不见了：{record.file}", f"the last copy is gone: {record.file}")
        yield warning("copies.gone", what, _COPY)
    elif not record.is_encrypted:
        yield warning(
            "copies.plain",
            Said("副本没有加密", "copies are not encrypted"),
            Said("见 docs/copies.md §2", "see docs/copies.md §2"),
        )
    else:
        yield ok("copies", f"{made:%F %R} UTC 核对过", f"verified at {made:%F %R} UTC")
