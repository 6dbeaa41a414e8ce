"""The commands that an operator types, and how they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask_sqlalchemy import SQLAlchemy

from pointsvc.cli.main import pointsvc as command_line
from pointsvc.config import Settings
from pointsvc.organisation.queries import roles_of
from tests.support.cast import Cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.support.commands import bare, pointsvc

pytestmark = pytest.mark.engines("sqlite")  # what commands write is the rooms' own, tested on both
COMMANDS = [
    "serve",
    "demo",
    "communities create",
    "members invite",
    "imports workbook",
    "ledger verify",
    "backup",
    "restore",
    "jobs run-due",
    "plots holidays",
    "plots calendars",
    "doctor",
]
Environment = dict[str, str]


@pytest.mark.parametrize("words", ["", *COMMANDS])
def test_every_command_explains_itself(words: str) -> None:
    said = CliRunner().invoke(command_line, [*words.split(), "--help"])
    assert said.exit_code == 0
    assert len(said.output) > 100


@pytest.mark.parametrize(
    ("setting", "text", "words"),
    [
        ("POINTSVC_DATBASE_URL", "x", "POINTSVC_DATBASE_URL"),
        ("POINTSVC_WORKERS", "two", "POINTSVC_WORKERS"),
        ("POINTSVC_WORKERS", "0", "POINTSVC_WORKERS"),
        ("POINTSVC_LOG_LEVEL", "LOUD", "POINTSVC_LOG_LEVEL"),
        ("POINTSVC_DATABASE_URL", "mysql://geheim@127.0.0.1/x", "POINTSVC_DATABASE_URL"),
        ("POINTSVC_DATABASE_URL", "postgresql+psycopg://127.0.0.1:9/x", "数据库用不了"),
        ("POINTSVC_INSTANCE", "/proc/none", "文件用不了"),
        ("POINTSVC_SECRET_KEY", "short", ""),
    ],
)
def test_a_setting_that_cannot_be_stops_with_a_message(
    tmp_path: Path, setting: str, text: str, words: str
) -> None:
    settings = {"POINTSVC_INSTANCE": str(tmp_path / "instance"), setting: text}
    said = pointsvc("ledger", "verify", environment=settings)
    assert said.code == 2
    assert words in said.err
    assert "geheim" not in said.err
    assert "Traceback" not in said.err
    assert not list(tmp_path.glob("instance/*.sqlite3"))


@pytest.mark.parametrize(("url", "workers"), [("sqlite:///x", 1), ("postgresql+psycopg://x/y", 2)])
def test_a_database_with_one_writer_is_served_by_one_process(
    monkeypatch: pytest.MonkeyPatch, url: str, workers: int
) -> None:
    monkeypatch.delenv("POINTSVC_WORKERS", raising=False)
    monkeypatch.setenv("POINTSVC_DATABASE_URL", url)
    assert Settings.from_environment().workers == workers


def test_a_community_and_its_first_clerk(
    client: HouseClient, environment: Environment, clock: FrozenClock
) -> None:
    clock.run()
    made = pointsvc(
        "communities", "create", "新家园", "--zone", "Asia/Urumqi", environment=environment
    )
    assert made.code == 0
    UUID(made.out.split()[0])
    invite = ("members", "invite", "--community", "新家园", "--phone", "13911112222")
    said = pointsvc(*invite, "--role", "clerk", environment=environment)
    assert said.code == 0
    path = urlsplit(said.out.strip()).path
    assert client.get(path).status_code == 200
    form = {"name": "钱专干", "password": "xin-de-mima", "again": "xin-de-mima"}
    assert client.post(path, data=form).status_code == 303
    assert client.get("/members").status_code == 200
    assert client.get(path).status_code == 404
    again = pointsvc("communities", "create", "新家园", environment=environment)
    assert (again.code, "communities.name_taken" in again.err) == (2, True)


def test_the_operator_takes_next_year_s_holidays(
    environment: Environment, clock: FrozenClock, tmp_path: Path
) -> None:
    clock.run()
    days = tmp_path / "2027.csv"
    days.write_text("2027-10-01,国庆节,休\n2027-10-09,国庆节调休,班\n", encoding="utf-8")
    said = pointsvc("plots", "holidays", str(days), environment=environment)
    assert (said.code, "2 days of 2027" in said.err) == (0, True)
    assert "2027-10-09,国庆节调休,班" in said.out
    days.write_text("十月一日,国庆节,休\n", encoding="utf-8")
    said = pointsvc("plots", "holidays", str(days), environment=environment)
    assert said.code == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("--community", "无此社区", "--phone", "13911112222", "--role", "clerk"),
        ("--community", "尚城名邸", "--phone", "139", "--role", "clerk"),
        ("--community", "尚城名邸", "--phone", "13911112222", "--role", "king"),
        ("--community", "尚城名邸", "--phone", "13911112222"),
        ("--community", "尚城名邸", "--phone", "13911112222", "--role", "keeper", "--number", "9"),
    ],
    ids=["community", "phone", "role", "missing", "number"],
)
@pytest.mark.usefixtures("cast")
def test_an_invitation_that_cannot_be_ends_with_2(
    environment: Environment, words: tuple[str, ...]
) -> None:
    said = pointsvc("members", "invite", *words, environment=environment)
    assert said.code == 2
    assert "Traceback" not in said.err
    assert "/sign-in/" not in said.out


def test_a_role_with_a_place_is_invited_to_the_only_one(
    environment: Environment, cast: Cast, database: SQLAlchemy
) -> None:
    invite = ("members", "invite", "--community", "尚城名邸", "--phone", cast.limei.phone)
    for role in ("leader", "keeper"):
        said = pointsvc(*invite, "--role", role, environment=environment)
        assert said.code == 0, said.err
    database.session.rollback()
    assert {"leader", "keeper"} <= roles_of(cast.community_id, cast.limei.id)


@pytest.mark.usefixtures("cast")
def test_verify_prints_what_other_programs_read(environment: Environment) -> None:
    said = pointsvc("ledger", "verify", "--json", environment=environment)
    found = json.loads(said.out)
    assert said.code == 0
    assert set(found) == {"ok", "accounts", "transfers", "checks", "root"}
    assert found["ok"] is True
    assert {"L1", "L4", "L5", "L8"} <= {check["id"] for check in found["checks"]}
    assert all(set(check) == {"id", "ok", "count"} for check in found["checks"])
    bytes.fromhex(found["root"])


def test_a_demo_is_not_put_beside_real_communities(environment: Environment, cast: Cast) -> None:
    said = pointsvc("demo", "--port", "8", environment=environment)
    assert said.code == 2
    assert "not a demo" in said.err
    assert cast.limei.name not in said.out


@pytest.mark.slow
@pytest.mark.usefixtures("cast")
def test_jobs_run_twice_at_the_same_time(environment: Environment) -> None:
    command = [sys.executable, "-m", "pointsvc", "jobs", "run-due"]
    running = [
        subprocess.Popen(command, env=bare(environment), stdout=subprocess.PIPE, text=True)
        for _runner in range(2)
    ]
    said = [runner.communicate(timeout=120)[0] for runner in running]
    assert [runner.returncode for runner in running] == [0, 0]
    assert all("failed" not in text for text in said)
    assert all("ledger.seal_yesterday" in text for text in said)
