"""One run: a crowd writes, a tormentor hurts, a checker compares; figures come out."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.commands import pointsvc
from tests.torture.checker import Findings, check
from tests.torture.crowd import Crowd
from tests.torture.stage import Stage, set_stage
from tests.torture.torments import Tormentor

CLIENTS: Final = 8
WORKERS: Final = 3
WRITES_A_KILL: Final = 24
FEWEST_BETWEEN: Final = 4  # acknowledged writes from one torment to the next
STILL_SECONDS_MAX: Final = 60
REST_SECONDS: Final = 0.08
MEMBERS_A_KILL: Final = 1.6
FEWEST_MEMBERS: Final = 60
REPORT_EVERY: Final = 100


@dataclass(frozen=True)
class Figures:
    """What a run was, and what it found."""

    engine: str
    seconds: int
    kills: int
    torments: dict[str, int]
    failpoints: dict[str, int]
    acknowledged: int
    double_taps: int
    unanswered: dict[str, int]
    ended_unasked: int
    contradictions: list[str]
    findings: Findings
    verified: bool
    broken: list[str]

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing doubled, no answer that contradicts another, books that verify."""
        return self.findings.is_clean and self.verified and not self.contradictions


def torture(engine: str, kills: int, settings: dict[str, str] | None = None) -> Figures:
    """Kill so many times; the figures."""
    members = max(FEWEST_MEMBERS, int(kills * MEMBERS_A_KILL))
    with set_stage(engine, members, WORKERS, settings) as stage:
        stage.server.start()
        began = time.monotonic()
        crowd = Crowd(stage.scene, lambda: stage.server.port, stage.logs, CLIENTS)
        tormentor = Tormentor(stage, seed=kills)
        try:
            _torment(crowd, tormentor, kills)
        finally:
            crowd.finish()
        tormentor.finish_jobs()
        stage.server.stop()
        return _figures(engine, round(time.monotonic() - began), stage, crowd, tormentor)


def _torment(crowd: Crowd, tormentor: Tormentor, kills: int) -> None:
    """Again and again, each time amid work."""
    torments, next_report = 0, REPORT_EVERY
    while tormentor.kills < kills:
        _wait_for_work(crowd, tormentor, crowd.acknowledged + FEWEST_BETWEEN)
        tormentor.torment()
        torments += 1
        is_ahead = crowd.acknowledged > torments * WRITES_A_KILL
        crowd.pace(REST_SECONDS if is_ahead else 0)
        if tormentor.kills >= next_report:
            next_report += REPORT_EVERY
            sys.stdout.write(f"{tormentor.kills} kills, {crowd.acknowledged} writes\n")
            sys.stdout.flush()


def _wait_for_work(crowd: Crowd, tormentor: Tormentor, acknowledged: int) -> None:
    give_up_at = time.monotonic() + STILL_SECONDS_MAX
    while crowd.acknowledged < acknowledged:
        assert crowd.is_at_work, "the crowd has nothing left to write: more members are needed"
        assert time.monotonic() < give_up_at, "the crowd has come to a halt"
        tormentor.revive()
        time.sleep(0.005)


def _figures(
    engine: str, seconds: int, stage: Stage, crowd: Crowd, tormentor: Tormentor
) -> Figures:
    said = pointsvc("ledger", "verify", "--json", environment=stage.environment)
    report: dict[str, Any] = json.loads(said.out)
    blown = stage.boxes["worker"].reports()
    return Figures(
        engine=engine,
        seconds=seconds,
        kills=tormentor.kills,
        torments=dict(tormentor.done.most_common()),
        failpoints=dict(Counter(_place(line) for line in blown).most_common()),
        acknowledged=crowd.acknowledged,
        double_taps=sum(client.repeated for client in crowd.clients),
        unanswered=dict(sum((client.unanswered for client in crowd.clients), Counter())),
        ended_unasked=tormentor.ended_unasked,
        contradictions=[each for client in crowd.clients for each in client.contradictions],
        findings=check(stage.logs, stage.url),
        verified=report["ok"],
        broken=[each["id"] for each in report["checks"] if not each["ok"]],
    )


def _place(line: dict[str, Any]) -> str:
    """`orders 17 after`: the seventeenth statement of an exchange."""
    side = "after" if line["is_after"] else "before"
    return f"{line['where']} {line['count']} {side}"


def table(figures: Figures) -> str:
    """For whoever ran it."""
    found = figures.findings
    lines: dict[str, object] = {
        "engine": figures.engine,
        "seconds": figures.seconds,
        "kills": figures.kills,
        **{f"  {name}": count for name, count in figures.torments.items()},
        "different failpoints": len(figures.failpoints),
        "acknowledged writes": figures.acknowledged,
        "double taps": figures.double_taps,
        "sendings sent again": sum(figures.unanswered.values()),
        **{f"  got {what}": count for what, count in figures.unanswered.items()},
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "answers unlike the books": len(found.answers),
        "balances unlike the answers": len(found.balances),
        "contradictions": len(figures.contradictions),
        "refused": len(found.refused),
        "books": "verified" if figures.verified else f"BROKEN: {figures.broken}",
    }
    return "\n".join(f"{name:<32}{value}" for name, value in lines.items()) + "\n"


def write(figures: list[Figures], path: Path) -> None:
    """As JSON, with every finding."""
    path.write_text(json.dumps([asdict(each) for each in figures], ensure_ascii=False, indent=1))
