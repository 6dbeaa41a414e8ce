"""`pointsvc imports workbook`: figures, exit codes, and what it leaves, by the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.models import Community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.models import Transfer
from pointsvc.members.models import Member
from pointsvc.web.new_community import found_community

DATA = Path(__file__).parents[1] / "imports" / "data"
WORKBOOK = DATA / "shangcheng-office-workbook.xlsx"
FACTS: dict[str, Any] = json.loads(
    (DATA / "shangcheng-office-workbook.facts.json").read_text("utf-8")
)
EXPECTED: dict[str, Any] = {
    "roster": {
        "people": FACTS["roster"]["people_importable"],
        "without_phone": FACTS["roster"]["people_without_phone"],
        "duplicates": FACTS["defects"]["exact_duplicate_rows"],
    },
    "plots": [
        {**{key: plot[key] for key in ("no", "leader", "volunteers")}, "area_m2": plot["area"]}
        for plot in FACTS["plots"]
    ],
    "ledger": {key: FACTS["ledger"][key] for key in ("rows", "total_points", "balances")},
    "donations": FACTS["donations"],
    "catalogue": FACTS["catalogue"],
}


class Shell:
    """Runs `pointsvc` on the test's database."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**os.environ, **environment}

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """The command's code, output and complaints."""
        return subprocess.run(
            [sys.executable, "-m", "pointsvc", *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def read(self, *words: str | Path) -> dict[str, Any]:
        """What a successful command prints as JSON."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document


@pytest.fixture
def shell(environment: dict[str, str]) -> Shell:
    """A terminal on the fresh database."""
    return Shell(environment)


def found(name: str) -> None:
    """A community without anybody."""
    transact(
        lambda: found_community(
            community_id=new_id(),
            name=name,
            zone="Asia/Shanghai",
            actor=SYSTEM,
            now=clock.now(),
        )
    )


def counts(app: Flask) -> list[int]:
    """Communities, members, transfers."""
    with app.app_context():
        tables = (Community, Member, Transfer)
        return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


@pytest.mark.engines("sqlite")  # the importers are tested on both
def test_every_figure_is_that_of_the_facts_and_nothing_is_written(shell: Shell, app: Flask) -> None:
    printed = shell.read("imports", "workbook", WORKBOOK)
    assert {part: printed[part] for part in EXPECTED} == EXPECTED
    assert len(printed["errors"]) == 8
    assert all(
        set(each) == {"sheet", "row", "column", "code", "value"} for each in printed["errors"]
    )
    assert {each["code"] for each in printed["warnings"]} == {"imports.person_repeated"}
    assert counts(app) == [0, 0, 0]


def test_committing_to_an_empty_database_makes_the_community_once(shell: Shell, app: Flask) -> None:
    first = shell.run("imports", "workbook", WORKBOOK, "--commit", "--json")
    assert first.returncode == 0, first.stderr
    assert "新建社区 · made a community: 尚城名邸小区" in first.stderr
    assert {part: json.loads(first.stdout)[part] for part in EXPECTED} == EXPECTED
    holders = len(FACTS["ledger"]["balances"])
    assert counts(app) == [1, 158, holders]
    again = shell.run("imports", "workbook", WORKBOOK, "--commit", "--json")
    assert "made a community" not in again.stderr
    assert {part: json.loads(again.stdout)[part] for part in EXPECTED} == EXPECTED
    assert counts(app) == [1, 158, holders]
    _check_books(shell, holders)


def _check_books(shell: Shell, transfers: int) -> None:
    books = shell.read("ledger", "verify")
    assert set(books) == {"ok", "accounts", "transfers", "checks", "root"}
    assert (books["ok"], books["transfers"]) == (True, transfers)
    assert {"id": "L4", "ok": True, "count": transfers} in books["checks"]
    assert len(bytes.fromhex(books["root"])) == 32


@pytest.mark.engines("sqlite")  # the importers are tested on both
def test_one_of_several_communities_must_be_named(shell: Shell, app: Flask) -> None:
    with app.app_context():
        found("东苑")
        found("西苑")
    unnamed = shell.run("imports", "workbook", WORKBOOK, "--commit")
    assert (unnamed.returncode, "东苑" in unnamed.stderr) == (2, True)
    unknown = shell.run("imports", "workbook", WORKBOOK, "--commit", "--community", "北苑")
    assert (unknown.returncode, "not_found" in unknown.stderr) == (2, True)
    assert counts(app) == [2, 0, 0]
    named = shell.run("imports", "workbook", WORKBOOK, "--commit", "--community", "西苑")
    assert named.returncode == 0
    assert "158 人可导入" in named.stdout
    assert "居民花名册 第 105 行“联系电话”" in named.stdout
    assert counts(app)[1] == 158


@pytest.mark.engines("sqlite")  # no database is asked
@pytest.mark.parametrize("content", [b"%PDF-1.7 renamed", b""], ids=["pdf", "empty"])
def test_a_file_that_is_no_workbook_ends_with_2(
    shell: Shell, app: Flask, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "renamed.xlsx"
    file.write_bytes(content)
    refused = shell.run("imports", "workbook", file, "--commit", "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "[imports.not_a_workbook]" in refused.stderr
    assert shell.run("imports", "workbook", tmp_path / "absent.xlsx").returncode == 2
    assert counts(app) == [0, 0, 0]
