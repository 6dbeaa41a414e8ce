"""The checker finds nothing in honest books, and every loss and every double that is planted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from pointsvc.kernel.append_only import without_guards
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.torture.checker import Findings, check
from tests.torture.crowd import Answer, Body, Client, Programme, Write
from tests.torture.scene import PRICES, START, Scene, set_scene

AGAIN = (
    "INSERT INTO transfers (community_id, id, unit, debit_account_id, credit_account_id, amount,"
    " kind, reason, source_type, source_id, effect, recorded_at, business_on)"
    " SELECT community_id, source_id, unit, debit_account_id, credit_account_id, amount, kind,"
    " reason, source_type, source_id, 'again', recorded_at, business_on FROM transfers"
    " WHERE {which}"
)
GONE = "DELETE FROM transfers WHERE {which}"
DROP = "kind = 'award' AND amount = 8"
SERVICE = "kind = 'award' AND amount = 32"
EXCHANGE = "kind = 'payment' AND source_id IN (SELECT id FROM order_lines WHERE price_points = 64)"


class Nearby(Client):
    """Asks without a server."""

    def __init__(self, programme: Programme, log: Path, asking: HouseClient) -> None:
        super().__init__(programme, lambda: 0, log, seed=7)
        self.asking = asking

    def _send(self, write: Write, body: Body) -> Answer:
        headers = {"Authorization": f"Bearer {write.token}", "Idempotency-Key": write.name}
        answer = self.asking.post(f"/api/v1{write.path}", json=body, headers=headers)
        told: Body = dict(answer.json or {})
        told.pop("request_id", None)
        return answer.status_code, told


@pytest.fixture
def logs(
    app: Flask, database: SQLAlchemy, client: HouseClient, clock: FrozenClock, tmp_path: Path
) -> Path:
    """What a member's whole programme was answered, and what they had at the start."""
    clock.at("2026-11-21T09:00")
    scene = set_scene(1)
    known = Nearby(Programme(scene), tmp_path / "client.jsonl", client)
    known.work()
    assert known.contradictions == []
    (tmp_path / "stage.jsonl").write_text("".join(starts(scene)))
    database.session.rollback()
    assert app.testing
    return tmp_path


def starts(scene: Scene) -> Iterator[str]:
    for member in scene.members:
        for points in (PRICES[-1], START - PRICES[-1]):
            line: dict[str, Any] = {"kind": "service", "name": str(points), "member": member.id}
            yield json.dumps(line | {"intends": points}) + "\n"
            yield json.dumps(line | {"status": 200, "answer": {}}) + "\n"


@pytest.fixture
def tamper(database: SQLAlchemy, engine_name: str) -> Callable[[str], None]:
    """Change the books by hand, all guards away."""

    def change(statement: str) -> None:
        with database.engine.connect() as connection:
            _disarm(connection.connection.driver_connection, engine_name)
            for each in (*without_guards(engine_name), statement):
                assert connection.execute(text(each)) is not None
            connection.commit()
            connection.invalidate()

    return change


def _disarm(driver: Any, engine_name: str) -> None:
    if engine_name == "sqlite":
        driver.execute("PRAGMA foreign_keys=OFF")
    else:
        driver.execute("SET session_replication_role = replica")
        driver.execute("ALTER TABLE transfers DISABLE TRIGGER ALL")
        driver.commit()


def found(logs: Path, engine_url: str) -> Findings:
    return check(logs, engine_url)


def test_honest_books_have_nothing_lost_and_nothing_doubled(logs: Path, engine_url: str) -> None:
    findings = found(logs, engine_url)
    assert (findings.is_clean, findings.unknown, findings.refused) == (True, 0, [])
    assert findings.acknowledged >= 5 + 1 + len(PRICES)


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("which", "said"),
    [(DROP, "drop of 8"), (SERVICE, "service of 32"), (EXCHANGE, "order of 64")],
)
def test_a_planted_loss_is_found(
    logs: Path, engine_url: str, tamper: Callable[[str], None], which: str, said: str
) -> None:
    tamper(GONE.format(which=which))
    findings = found(logs, engine_url)
    assert [each.startswith(f"{said} by ") for each in findings.lost] == [True]
    assert findings.doubled == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("which", "said"), [(DROP, "drop of 8"), (SERVICE, "service of 32")])
def test_a_planted_double_is_found(
    logs: Path, engine_url: str, tamper: Callable[[str], None], which: str, said: str
) -> None:
    tamper(AGAIN.format(which=which))
    findings = found(logs, engine_url)
    assert [each.startswith(f"{said} by ") for each in findings.doubled] == [True]
    assert findings.lost == []


def test_a_point_too_many_in_a_balance_is_found(
    logs: Path, engine_url: str, tamper: Callable[[str], None]
) -> None:
    tamper("UPDATE passbooks SET spendable = spendable + 1 WHERE unit = 'points'")
    findings = found(logs, engine_url)
    assert (findings.lost, findings.doubled, len(findings.balances)) == ([], [], 1)


@pytest.mark.engines("sqlite")
def test_an_answer_that_the_books_do_not_know_is_a_loss(logs: Path, engine_url: str) -> None:
    """As when a server answers before it has committed."""
    line = {"kind": "drop", "name": "x", "member": "nobody"}
    told = {"status": 200, "answer": {"award_points": 4}}
    with (logs / "client.jsonl").open("a") as log:
        log.writelines(json.dumps(line | more) + "\n" for more in ({"intends": 4}, told))
    findings = found(logs, engine_url)
    assert findings.lost == ["drop of 4 by nobody, 1 time(s)"]
    assert findings.answers == ["scan x: 4 were told, None are kept"]


@pytest.mark.engines("sqlite")
def test_a_write_without_an_answer_may_be_in_the_books_or_not(logs: Path, engine_url: str) -> None:
    lines = [json.loads(each) for each in (logs / "client.jsonl").read_text().splitlines()]
    kept = [line for line in lines if line["kind"] != "drop" or "intends" in line]
    kept.append({"kind": "drop", "name": "x", "member": "nobody", "intends": 4})
    (logs / "client.jsonl").write_text("".join(json.dumps(line) + "\n" for line in kept))
    findings = found(logs, engine_url)
    assert (findings.is_clean, findings.unknown) == (True, 6)
