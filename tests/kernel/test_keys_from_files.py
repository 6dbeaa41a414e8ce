"""Where the secrets lie, and who may read them."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pointsvc.kernel.key_files import FILE_NAME, load_ring
from pointsvc.kernel.keys import BadKeys, Key

OLD = "the-old-secret-of-the-tests-0123456789"
NEW = "the-new-secret-of-the-tests-0123456789"


def test_without_a_setting_a_secret_is_made_that_only_the_owner_reads(tmp_path: Path) -> None:
    load_ring(tmp_path / "instance")
    made = tmp_path / "instance" / FILE_NAME
    assert made.stat().st_mode & 0o777 == 0o600


def test_the_made_secret_is_used_again(tmp_path: Path) -> None:
    rings = [load_ring(tmp_path), load_ring(tmp_path)]
    assert rings[0].newest.identity == rings[1].newest.identity
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(load_ring, [tmp_path] * 8))
    assert len({ring.newest.identity for ring in rings}) == 1


def test_an_own_file_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    load_ring(tmp_path)
    (tmp_path / FILE_NAME).chmod(0o644)
    with pytest.raises(BadKeys, match="chmod 600") as caught:
        load_ring(tmp_path)
    assert caught.value.code == "keys.exposed"


def test_a_named_file_that_others_can_read_only_warns(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "mounted"
    file.write_text(f"{NEW}\r\n{OLD}\r\n", encoding="utf-8-sig")
    file.chmod(0o444)
    with caplog.at_level(logging.WARNING):
        ring = load_ring(tmp_path, file=file)
    assert [key.identity for key in ring.keys] == [Key(NEW).identity, Key(OLD).identity]
    assert "others can read" in caplog.text
    assert NEW not in caplog.text


def test_a_setting_is_used_and_no_file_made(tmp_path: Path) -> None:
    assert load_ring(tmp_path, setting=f"{NEW},{OLD}").newest.identity == Key(NEW).identity
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "file", "code"),
    [("", None, "keys.none"), (NEW, "absent", "keys.both"), (None, "absent", "keys.unreadable")],
)
def test_a_setting_that_gives_no_ring_stops_the_start(
    tmp_path: Path, setting: str | None, file: str | None, code: str
) -> None:
    with pytest.raises(BadKeys) as caught:
        load_ring(tmp_path, setting=setting, file=tmp_path / file if file else None)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []
