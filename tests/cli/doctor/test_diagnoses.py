"""Each fault is planted, and named; and what is well is left alone."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest
from click.testing import CliRunner

from pointsvc.backup.keeping import CopyRecord, record_failure, record_success
from pointsvc.cli.doctor.surroundings import kind_of_disk
from pointsvc.cli.main import pointsvc
from pointsvc.jobs.steadiness import read_clocks
from pointsvc.kernel import clock
from pointsvc.kernel.last_runs import VERIFY, note_run
from pointsvc.kernel.leases import take_lease
from pointsvc.kernel.read_only import set_read_only
from pointsvc.kernel.transaction import transact
from tests.cli.doctor.patient import Patient

Plant = Callable[[Patient], object]
KEY: Final = "a-secret-that-nobody-else-has-0123456789"


def with_key(text: str, mode: int = 0o600) -> Plant:
    def plant(patient: Patient) -> None:
        patient.setting("SECRET_KEY", None)
        file = patient.instance / "secret.key"
        file.write_text(text)
        file.chmod(mode)

    return plant


def setting(name: str, value: str | None) -> Plant:
    return lambda patient: patient.setting(name, value)


def copied(hours: float, *, is_encrypted: bool = True, name: str = "copy.zip.age") -> Plant:
    return lambda patient: record_success(
        patient.instance,
        patient.instance / name,
        is_encrypted=is_encrypted,
        now=clock.now() - timedelta(hours=hours),
    )


def noted(name: str, ended: str, hours: float) -> Plant:
    at = timedelta(hours=hours)
    return lambda _patient: transact(
        lambda: note_run(name=name, ended=ended, by="x", now=clock.now() - at)  # type: ignore[arg-type]
    )


def jumped(patient: Patient) -> None:
    reading = read_clocks(clock.now() - timedelta(hours=3))
    said = {"wall": reading.wall, "running_seconds": reading.running_seconds, "boot": reading.boot}
    (patient.instance / "clock.json").write_text(json.dumps(said))


def leased(_patient: Patient) -> None:
    later = clock.now() + timedelta(hours=5)
    transact(lambda: take_lease(name="ledger.expire_due", holder="x", now=later))


PLANTED: Final[dict[str, Plant]] = {
    "settings": setting("WORKRES", "3"),
    "keys.absent": setting("SECRET_KEY", None),
    "keys.both": setting("SECRET_KEY_FILE", "/dev/null"),
    "keys.exposed": with_key(KEY, 0o644),
    "keys.weak": with_key("short"),
    "public_url.unset": setting("PUBLIC_URL", None),
    "public_url.http": setting("PUBLIC_URL", "http://g.cn"),
    "public_url.form": setting("PUBLIC_URL", "https://g.cn/points?x=1"),
    "public_url.long": setting("PUBLIC_URL", "https://points.of-a-county.example.cn"),
    "workers.many": setting("WORKERS", "4000"),
    "instance.absent": lambda patient: shutil.rmtree(patient.instance),
    "migrations.pending": lambda patient: patient.run(
        "UPDATE alembic_version SET version_num = '0001'"
    ),
    "migrations.newer": lambda patient: patient.run(
        "UPDATE alembic_version SET version_num = '9999'"
    ),
    "restore.read_only": lambda patient: set_read_only(patient.instance, [{"why": "a test"}]),
    "jobs.late": lambda patient: patient.run(
        "DELETE FROM leases WHERE name = 'ledger.expire_due done'"
    ),
    "jobs.failing": noted("ledger.seal_yesterday", "failed", -0.001),
    "jobs.lease": leased,
    "verify.old": noted(VERIFY, "done", 24 * 9),
    "verify.broken": noted(VERIFY, "failed", -0.001),
    "copies.none": lambda patient: (patient.instance / "last-copy.json").unlink(),
    "copies.late": copied(30),
    "copies.gone": copied(1, name="gone.zip.age"),
    "copies.plain": copied(1, is_encrypted=False, name="."),
    "clock.behind": noted("demo.renew", "done", -4),
    "clock.jumped": jumped,
}
ALSO: Final = {"workers.many": {"postgresql.connections"}}


def test_a_server_in_good_health_is_left_alone(patient: Patient) -> None:
    assert patient.ills() == set()
    assert {"keys", "migrations", "guards", "clock", "jobs", "verify", "copies"} <= set(
        patient.findings()
    )


@pytest.mark.engines("sqlite")  # what is well is read on both above
@pytest.mark.parametrize("ill", PLANTED)
def test_a_planted_fault_is_named_with_what_to_do(patient: Patient, ill: str) -> None:
    PLANTED[ill](patient)
    found = patient.findings()
    assert ill in found, sorted(patient.ills())
    assert found[ill].state in {"warning", "fault"}
    assert found[ill].do is not None
    room = ill.partition(".")[0]
    others = {each for each in patient.ills() if not each.startswith(room)}
    assert others <= ALSO.get(ill, set())


def test_a_failed_night_is_named_with_its_reason(patient: Patient) -> None:
    record_failure(patient.instance, "restore.books_broken", clock.now() + timedelta(seconds=1))
    assert "restore.books_broken" in patient.findings()["copies.late"].what.en
    assert CopyRecord().verified_at is None


def test_a_guard_that_was_taken_down_is_named(patient: Patient) -> None:
    is_sqlite = patient.database.engine.dialect.name == "sqlite"
    guard = "scans_no_update" if is_sqlite else "scans_append_only"
    patient.run(f"DROP TRIGGER {guard}" + ("" if is_sqlite else " ON scans"))
    assert guard in patient.findings()["guards.down"].what.zh
    assert patient.ills() == {"guards.down"}


@pytest.mark.engines("sqlite")
def test_a_full_and_a_tight_disk_are_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free, ill in ((10_000_000, "disk.full"), (500_000_000, "disk.tight")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _f, free=free: SimpleNamespace(free=free))
        assert patient.ills() == {ill}


@pytest.mark.engines("sqlite")
def test_another_program_at_the_port_is_named(patient: Patient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert patient.ills(port=taken.getsockname()[1]) == {"server.port_taken"}


def test_the_disk_under_a_file_is_the_nearest_mount() -> None:
    mounts = "/dev/a / ext4 rw 0 0\nhost:/x /srv nfs4 rw 0 0\n/dev/b /srv/local xfs rw 0 0\n"
    found = [kind_of_disk(Path(f), mounts) for f in ("/a/b", "/srv/b", "/srv/local/b", "/srvx")]
    assert found == ["ext4", "nfs4", "xfs", "ext4"]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_the_command_ends_with_1_at_a_fault_and_shows_no_secret(
    patient: Patient, words: list[str]
) -> None:
    assert CliRunner().invoke(pointsvc, ["doctor", *words]).exit_code == 0
    with_key(KEY, 0o644)(patient)
    said = CliRunner().invoke(pointsvc, ["doctor", *words])
    assert said.exit_code == 1
    assert "keys.exposed" in said.output
    assert KEY not in said.output
    if words:
        document = json.loads(said.output)
        assert document["ok"] is False


@pytest.mark.engines("sqlite")
def test_looking_makes_nothing(patient: Patient, tmp_path: Path) -> None:
    patient.setting("INSTANCE", str(tmp_path / "nowhere"))
    patient.setting("DATABASE_URL", None)
    assert "instance.absent" in patient.findings()
    empty = tmp_path / "empty"
    empty.mkdir()
    patient.setting("INSTANCE", str(empty))
    patient.setting("SECRET_KEY", None)
    assert {"keys.absent", "database.absent"} <= set(patient.findings())
    assert list(empty.iterdir()) == []
    assert not (tmp_path / "nowhere").exists()
