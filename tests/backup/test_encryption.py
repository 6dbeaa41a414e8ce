"""Encrypted copies: only the holder of the other half reads them; damage is seen before anything."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from pointsvc.backup.encryption import (
    HEADER,
    decrypt,
    encrypt,
    read_identity,
    read_recipient,
)
from pointsvc.backup.errors import (
    CopyKeyBad,
    CopyKeyExists,
    CopyKeyNeeded,
    CopyKeyWrong,
    NotACopy,
)
from tests.backup.settings import Environment, file_of, is_refused, rows_of
from tests.support.commands import Said, pointsvc

ON_SQLITE = pytest.mark.engines("sqlite")
CHUNK = 64 * 1024
SEALED = CHUNK + 16


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A copy key; its public half lies beside it."""
    file = tmp_path / "copy.key"
    assert pointsvc("keys", "new-copy-key", file, environment={}).code == 0
    return file


def public(key: Path) -> Path:
    return key.with_name(key.name + ".pub")


@pytest.fixture
def encrypted(lived_in: Environment, key: Path, tmp_path: Path) -> Path:
    """A copy that only this key opens."""
    file = tmp_path / "copy.zip.age"
    said = pointsvc("backup", file, "--encrypt-to", public(key), environment=lived_in)
    assert said.code == 0, said.err
    return file


def restored(file: Path, elsewhere: Environment, *words: object) -> Said:
    return pointsvc("restore", file, *words, environment=elsewhere)


def test_only_the_other_half_brings_everything_back(
    encrypted: Path, key: Path, lived_in: Environment, elsewhere: Environment
) -> None:
    assert encrypted.read_bytes().startswith(HEADER)
    assert encrypted.stat().st_mode & 0o777 == 0o600
    assert is_refused(restored(encrypted, elsewhere), CopyKeyNeeded.code)
    said = restored(encrypted, elsewhere, "--key", key)
    assert said.code == 0, said.err
    assert rows_of(elsewhere) == rows_of(lived_in)
    left = {file.name for file in file_of(elsewhere).parent.iterdir()}
    assert left == {"pointsvc.sqlite3", "upgrade.lock", "serving.lock"}, "nothing decrypted stays"


@ON_SQLITE
def test_another_key_opens_nothing(encrypted: Path, tmp_path: Path, elsewhere: Environment) -> None:
    other = tmp_path / "other.key"
    pointsvc("keys", "new-copy-key", other, environment={})
    assert is_refused(restored(encrypted, elsewhere, "--key", other), CopyKeyWrong.code)
    half = restored(encrypted, elsewhere, "--key", public(other))
    assert is_refused(half, CopyKeyBad.code)
    assert not file_of(elsewhere).exists()


@ON_SQLITE
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data[:-1], id="a byte short"),
        pytest.param(lambda data: data[: len(data) // 2], id="half"),
        pytest.param(
            lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:], id="a bit flipped"
        ),
        pytest.param(lambda data: data + b"x", id="a byte more"),
        pytest.param(lambda _data: HEADER, id="the first line alone"),
    ],
)
def test_a_damaged_one_is_refused_before_anything_is_replaced(
    spoil: Callable[[bytes], bytes], encrypted: Path, key: Path, elsewhere: Environment
) -> None:
    bad = encrypted.with_name("bad.age")
    bad.write_bytes(spoil(encrypted.read_bytes()))
    assert is_refused(restored(bad, elsewhere, "--key", key), NotACopy.code)
    assert not file_of(elsewhere).exists()


def test_chunks_in_another_order_are_refused(key: Path) -> None:
    plain, sealed = BytesIO(secrets.token_bytes(4 * CHUNK)), BytesIO()
    encrypt(plain, sealed, read_recipient(public(key)))
    data = sealed.getvalue()
    payload = data.index(b"\n", data.index(b"\n--- ") + 1) + 1 + 16
    head, chunks = data[:payload], data[payload:]
    first, second, rest = chunks[:SEALED], chunks[SEALED : 2 * SEALED], chunks[2 * SEALED :]
    decrypt(BytesIO(head + first + second + rest), BytesIO(), read_identity(key))
    with pytest.raises(NotACopy):
        decrypt(BytesIO(head + second + first + rest), BytesIO(), read_identity(key))


def test_a_key_is_never_written_over_another(key: Path) -> None:
    before = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    said = pointsvc("keys", "new-copy-key", key, environment={})
    assert is_refused(said, CopyKeyExists.code)
    assert key.read_bytes() == before


@ON_SQLITE
def test_the_secret_half_is_not_taken_for_the_public_one(
    lived_in: Environment, key: Path, tmp_path: Path
) -> None:
    said = pointsvc("backup", tmp_path / "copy", "--encrypt-to", key, environment=lived_in)
    assert is_refused(said, CopyKeyBad.code)
    assert not (tmp_path / "copy").exists()


LARGE = 96 * 1024 * 1024
MEASURED = """
import resource, secrets, sys, tempfile
from pathlib import Path
from pointsvc.backup.encryption import decrypt, encrypt, read_identity, read_recipient
key = Path(sys.argv[1])
with tempfile.TemporaryFile() as plain, tempfile.TemporaryFile() as sealed:
    for _each in range({mib}):
        plain.write(secrets.token_bytes(1024 * 1024))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    encrypt(plain, sealed, read_recipient(key.with_name(key.name + ".pub")))
    sealed.seek(0)
    with tempfile.TemporaryFile() as out:
        decrypt(sealed, out, read_identity(key))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_copy_passes_in_little_memory(key: Path) -> None:
    program = MEASURED.format(mib=LARGE // 1024 // 1024)
    done = subprocess.run(
        [sys.executable, "-c", program, key], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 16 * 1024, "kilobytes more than before, for 96 MiB"
