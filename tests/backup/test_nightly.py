"""The nightly copy: kept only when it could be restored and its books hold; a failure is loud."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from pointsvc.backup.keeping import SUM, CopyRecord, read_record
from tests.backup.settings import OTHER_KEY, Environment, engine_of, rows_of
from tests.support.commands import Said, pointsvc

slow = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the copies are kept."""
    return tmp_path / "copies"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A copy key."""
    file = tmp_path / "copy.key"
    pointsvc("keys", "new-copy-key", file, environment={})
    return file


@pytest.fixture
def night(lived_in: Environment, tmp_path: Path) -> Environment:
    """The same database, with an instance whose files are this test's own."""
    return {**lived_in, "POINTSVC_INSTANCE": str(tmp_path / "instance")}


def nightly(settings: Environment, folder: Path, *words: object) -> Said:
    return pointsvc("copies", "nightly", folder, *words, environment=settings)


def record_of(settings: Environment) -> CopyRecord:
    return read_record(Path(settings["POINTSVC_INSTANCE"]))


@slow
def test_an_encrypted_copy_is_verified_by_a_machine_that_cannot_read_it(
    night: Environment, folder: Path, key: Path, elsewhere: Environment
) -> None:
    said = nightly(night, folder, "--encrypt-to", key.with_name("copy.key.pub"))
    assert said.code == 0, said.err
    [copy, sum_] = sorted(folder.iterdir())
    assert (copy.suffix, sum_.name) == (".age", copy.name + SUM)
    subprocess.run(["sha256sum", "--check", "--status", sum_.name], cwd=folder, check=True)
    found = record_of(night)
    assert (found.file, found.is_encrypted, found.failed_at) == (str(copy), True, None)
    restored = pointsvc("restore", copy, "--key", key, environment=elsewhere)
    assert restored.code == 0, restored.err
    assert rows_of(elsewhere) == rows_of(night)
    left = {file.name for file in Path(night["POINTSVC_INSTANCE"]).iterdir()}
    assert left == {"last-copy.json", "upgrade.lock"}


@slow
def test_the_last_good_night_is_remembered_when_one_fails(night: Environment, folder: Path) -> None:
    assert nightly(night, folder).code == 0
    good, kept = record_of(night), set(folder.iterdir())
    wrong = {**night, "POINTSVC_SECRET_KEY": OTHER_KEY}
    failed = nightly(wrong, folder)
    assert failed.code != 0
    assert "[restore.keys_missing]" in failed.err
    found = record_of(night)
    assert (found.verified_at, found.file) == (good.verified_at, good.file)
    assert found.failed_because == "restore.keys_missing"
    assert set(folder.iterdir()) == kept


@slow
@pytest.mark.engines("sqlite")
def test_books_that_do_not_hold_are_no_copy(night: Environment, folder: Path) -> None:
    """Somebody switched the guards off and gave themselves points in the database itself."""
    engine = engine_of(night)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER transfers_no_update"))
        connection.execute(text("UPDATE transfers SET amount = amount + 1 WHERE kind = 'award'"))
    failed = nightly(night, folder)
    assert failed.code != 0
    assert "[restore.books_broken]" in failed.err
    assert list(folder.iterdir()) == []
    assert record_of(night).failed_because == "restore.books_broken"


@slow
@pytest.mark.engines("sqlite")
def test_a_kept_copy_can_be_verified_again_without_replacing(
    night: Environment, folder: Path, key: Path, elsewhere: Environment
) -> None:
    nightly(night, folder, "--encrypt-to", key.with_name("copy.key.pub"))
    [copy] = folder.glob("*.age")
    said = pointsvc("copies", "verify", copy, "--key", key, environment=elsewhere)
    assert said.code == 0, said.err
    assert not (Path(elsewhere["POINTSVC_INSTANCE"]) / "pointsvc.sqlite3").exists()
