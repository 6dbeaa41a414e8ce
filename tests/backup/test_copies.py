"""Backup while the server runs, and restores that verify before they replace anything."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, func, select, text

from pointsvc.backup.errors import (
    BooksBroken,
    KeysMissing,
    ServerRunning,
    WouldReplace,
)
from pointsvc.cli.serving import serving
from pointsvc.communities.queries import find_community_named, find_places
from pointsvc.extensions import Base, db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.members.service import NewMember, register_member
from pointsvc.plots.models import CarePlan
from pointsvc.plots.service import know_plot
from tests.backup.older import older_copy
from tests.backup.settings import (
    OTHER_KEY,
    Environment,
    engine_of,
    file_of,
    is_refused,
    rows_of,
)
from tests.backup.test_damaged_copies import spoilt
from tests.plots.years import SATURDAYS
from tests.support.commands import pointsvc
from tests.support.databases import SECRET_KEY, Stand

slow = pytest.mark.slow


def test_a_copy_is_for_its_owner_and_holds_no_key(copy: Path) -> None:
    assert copy.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(copy) as opened:
        names = set(opened.namelist())
        text = b"".join(opened.read(name) for name in names)
    assert "secret.key" not in names
    assert SECRET_KEY.encode() not in text
    assert b"13800000001" not in text


@pytest.mark.engines("sqlite")
def test_a_command_knows_every_table_before_there_is_an_application() -> None:
    """What is not known would make every copy no copy of ours."""
    asks = "from pointsvc.doors import load_tables; from pointsvc.extensions import Base; load_tables()"
    said = subprocess.run(
        [sys.executable, "-c", f"{asks}; print(*sorted(Base.metadata.tables))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == sorted(Base.metadata.tables)


@slow
def test_what_is_restored_is_what_was_copied(
    copy: Path, lived_in: Environment, elsewhere: Environment
) -> None:
    said = pointsvc("restore", copy, environment=elsewhere)
    assert said.code == 0, said.err
    assert rows_of(elsewhere) == rows_of(lived_in)
    assert pointsvc("ledger", "verify", environment=elsewhere).code == 0


@slow
@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("revision", ["0003", "0007"])
def test_a_copy_of_an_older_version_is_restored_and_brought_up(
    copy: Path, elsewhere: Environment, lived_in: Environment, revision: str
) -> None:
    old = older_copy(copy, revision)
    with zipfile.ZipFile(old) as opened:
        assert "stock_takes.jsonl" not in opened.namelist()
    said = pointsvc("restore", old, environment=elsewhere)
    assert said.code == 0, said.err
    restored, was = rows_of(elsewhere), rows_of(lived_in)
    assert restored["entries"] == was["entries"]
    assert restored["stock_takes"] == []


@slow
@pytest.mark.engines("sqlite")
def test_an_embedded_database_moves_up_to_postgresql(
    copy: Path,
    lived_in: Environment,
    elsewhere: Environment,
    open_stand: Callable[[str], Stand],
) -> None:
    url = open_stand("postgresql").store.make_empty("moved")
    target = {**elsewhere, "POINTSVC_DATABASE_URL": url}
    said = pointsvc("restore", copy, environment=target)
    assert said.code == 0, said.err
    assert rows_of(target) == rows_of(lived_in)
    assert pointsvc("ledger", "verify", environment=target).code == 0
    refused = pointsvc("restore", copy, environment=target)
    assert is_refused(refused, WouldReplace.code)


@pytest.mark.engines("sqlite")
def test_without_the_keys_nothing_is_restored(copy: Path, elsewhere: Environment) -> None:
    target = {**elsewhere, "POINTSVC_SECRET_KEY": OTHER_KEY}
    assert is_refused(pointsvc("restore", copy, environment=target), KeysMissing.code)
    assert not file_of(target).exists()


@slow
@pytest.mark.engines("sqlite")
def test_a_copy_with_keys_brings_them(
    lived_in: Environment, elsewhere: Environment, tmp_path: Path
) -> None:
    file = tmp_path / "with-keys.zip"
    assert pointsvc("backup", file, "--with-keys", environment=lived_in).code == 0
    target = {"POINTSVC_INSTANCE": elsewhere["POINTSVC_INSTANCE"]}
    said = pointsvc("restore", file, environment=target)
    assert said.code == 0, said.err
    key = file_of(target).with_name("secret.key")
    assert key.read_text().split() == [SECRET_KEY], "no key of its own, which might clash"
    assert key.stat().st_mode & 0o777 == 0o600


@slow
@pytest.mark.engines("sqlite")
def test_books_that_do_not_verify_replace_nothing(
    copy: Path, lived_in: Environment, elsewhere: Environment
) -> None:
    """Somebody gave themselves points in the copy, and mended its hashes."""
    assert pointsvc("restore", copy, environment=elsewhere).code == 0
    before = rows_of(elsewhere)
    said = pointsvc("restore", enriched(copy), "--replace", environment=elsewhere)
    assert is_refused(said, BooksBroken.code), said.err
    assert rows_of(elsewhere) == before == rows_of(lived_in)
    assert not list(file_of(elsewhere).parent.glob("*.restoring*"))


def enriched(copy: Path) -> Path:
    """The copy with a member's balance raised and the manifest made to fit."""

    def richer(line: bytes) -> bytes:
        row: dict[str, Any] = json.loads(line)
        if row["spendable"] == 980:
            row["spendable"] = 99_980
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    with zipfile.ZipFile(copy) as opened:
        lines = opened.read("passbooks.jsonl").splitlines()
    data = b"".join(map(richer, lines))

    def mended(text: bytes) -> bytes:
        manifest: dict[str, Any] = json.loads(text)
        manifest["tables"]["passbooks"]["sha256"] = hashlib.sha256(data).hexdigest()
        return json.dumps(manifest).encode()

    once = shutil.copy(
        spoilt(copy, "passbooks.jsonl", lambda _old: data), copy.with_name("one.zip")
    )
    return spoilt(Path(once), "manifest.json", mended)


@slow
@pytest.mark.engines("sqlite")
def test_a_standing_database_is_replaced_on_request_and_kept(
    copy: Path, elsewhere: Environment
) -> None:
    assert pointsvc("restore", copy, environment=elsewhere).code == 0
    pointsvc("communities", "create", "后来的家园", environment=elsewhere)
    later = rows_of(elsewhere)
    refused = pointsvc("restore", copy, environment=elsewhere)
    assert is_refused(refused, WouldReplace.code)
    assert rows_of(elsewhere) == later
    said = pointsvc("restore", copy, "--replace", environment=elsewhere)
    assert said.code == 0, said.err
    assert "后来的家园" not in str(rows_of(elsewhere)["communities"])
    [kept] = file_of(elsewhere).parent.glob("*.replaced-*")
    assert "后来的家园".encode() in kept.read_bytes()


@slow
@pytest.mark.engines("sqlite")
def test_what_a_killed_server_left_in_its_log_is_kept_too(
    copy: Path, elsewhere: Environment
) -> None:
    assert pointsvc("restore", copy, environment=elsewhere).code == 0
    rename = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute('PRAGMA wal_autocheckpoint=0');"
        "c.execute('UPDATE communities SET name = ?', ('写在日志里',)); c.commit(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", rename, file_of(elsewhere)], check=False)
    assert file_of(elsewhere).with_name("pointsvc.sqlite3-wal").stat().st_size
    assert pointsvc("restore", copy, "--replace", environment=elsewhere).code == 0
    [kept] = file_of(elsewhere).parent.glob("*.replaced-*")
    assert "写在日志里" in str(
        sqlite3.connect(kept).execute("SELECT name FROM communities").fetchall()
    )


@slow
@pytest.mark.engines("sqlite")
def test_nothing_is_restored_under_a_running_server(copy: Path, elsewhere: Environment) -> None:
    with serving(Path(elsewhere["POINTSVC_INSTANCE"])):
        said = pointsvc("restore", copy, environment=elsewhere)
    assert is_refused(said, ServerRunning.code)
    assert pointsvc("restore", copy, environment=elsewhere).code == 0
    reader = sqlite3.connect(file_of(elsewhere))
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM members").fetchone()
    said = pointsvc("restore", copy, "--replace", environment=elsewhere)
    assert is_refused(said, ServerRunning.code)
    reader.close()
    assert not list(file_of(elsewhere).parent.glob("*.restoring*"))


@slow
@pytest.mark.engines("postgresql")
def test_roles_keep_their_rights_when_postgresql_is_restored(
    copy: Path, elsewhere: Environment, open_stand: Callable[[str], Stand]
) -> None:
    url = open_stand("postgresql").store.make_empty("regranted")
    target = {**elsewhere, "POINTSVC_DATABASE_URL": url}
    assert pointsvc("restore", copy, environment=target).code == 0
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE restored_app LOGIN"))
    granted = pointsvc(
        "database", "grants", "--role", "restored_app", "--execute", environment=target
    )
    assert granted.code == 0, granted.err
    before = rights_of(engine, "restored_app")
    with engine.connect():
        said = pointsvc("restore", copy, "--replace", environment=target)
        assert is_refused(said, ServerRunning.code)
    assert pointsvc("restore", copy, "--replace", environment=target).code == 0
    assert rights_of(engine, "restored_app") == before != set()


def rights_of(engine: Engine, role: str) -> set[tuple[str, str]]:
    """What the role may do with the tables that stand now."""
    wanted = text(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = :role AND table_schema = 'public'"
    )
    with engine.connect() as connection:
        return {(row[0], row[1]) for row in connection.execute(wanted, {"role": role})}


@slow
def test_a_copy_taken_while_people_work_is_of_one_moment(
    app: Flask, lived_in: Environment, elsewhere: Environment, tmp_path: Path
) -> None:
    file, stop = tmp_path / "busy.zip", threading.Event()
    worker = threading.Thread(target=work_on, args=(app, stop))
    worker.start()
    try:
        said = pointsvc("backup", file, environment=lived_in)
    finally:
        stop.set()
        worker.join()
    assert said.code == 0, said.err
    restored = pointsvc("restore", file, environment=elsewhere)
    assert restored.code == 0, restored.err
    assert pointsvc("ledger", "verify", environment=elsewhere).code == 0
    numbers = [numbers_of(settings) for settings in (elsewhere, lived_in)]
    assert 9 < numbers[0][0] == numbers[0][1] <= numbers[1][1]


def numbers_of(settings: Environment) -> tuple[int, int]:
    """How many members the first community has, and its highest volunteer number."""
    members = Base.metadata.tables["members"]
    engine = engine_of(settings)
    with engine.connect() as connection:
        grouped = (
            select(func.count(), func.max(members.c.volunteer_no))
            .group_by(members.c.community_id)
            .order_by(func.count().desc())
        )
        row = connection.execute(grouped).first()
    engine.dispose()
    assert row is not None
    return int(row[0]), int(row[1])


def work_on(app: Flask, stop: threading.Event) -> None:
    """Register one person after another."""
    with app.app_context():
        community = find_community_named("尚城名邸")
        assert community is not None
        number = 0
        while not stop.is_set():
            number += 1
            person = NewMember(f"新人{number}", phone=f"137{number:08}")
            transact(
                lambda person=person: register_member(  # type: ignore[misc]
                    community_id=community.id,
                    person=person,
                    recorded_by_id=None,
                    now=clocks.now(),
                )
            )


@slow
def test_a_plan_may_follow_one_whose_id_comes_later(
    app: Flask, lived_in: Environment, elsewhere: Environment, tmp_path: Path
) -> None:
    """A line of a care calendar that was changed: drafts have ids that were derived, of any order."""
    with app.app_context():
        home = find_community_named("尚城名邸")
        assert home is not None
        [plot, *_rest] = find_places(home.id, kind="plot")
        transact(lambda: know_plot(community_id=home.id, place_id=plot.id))
        last = UUID(int=2**128 - 1)
        lines = [_line(home.id, plot.id, last, None), _line(home.id, plot.id, UUID(int=1), last)]
        transact(lambda: db.session.add(lines[0]))
        transact(lambda: db.session.add(lines[1]))
    file = tmp_path / "plans.zip"
    assert pointsvc("backup", file, environment=lived_in).code == 0
    said = pointsvc("restore", file, environment=elsewhere)
    assert said.code == 0, said.err
    assert rows_of(elsewhere) == rows_of(lived_in)


def _line(community_id: UUID, place_id: UUID, id_: UUID, follows: UUID | None) -> CarePlan:
    return CarePlan(
        community_id=community_id,
        id=id_,
        place_id=place_id,
        follows_id=follows,
        starts_on=date(2026, 1, 1),
        created_by_id=id_,
        created_at=clocks.now(),
        **asdict(SATURDAYS),
    )
