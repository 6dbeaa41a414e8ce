"""Copies that only the holder of a key can read: age files, to the public half of a copy key.

Whoever makes copies needs the public half alone, and so cannot read what was made before. The format
is age (age-encryption.org): without this program, `age --decrypt` opens a copy as well. pyrage, the
binding of its Rust implementation, streams in chunks of 64 KiB that cannot be cut, swapped or
changed unseen. Declined: the same out of `cryptography`'s parts, which would be a format of our own.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyrage
from pyrage import x25519

from pointsvc.backup.errors import CopyKeyBad, CopyKeyExists, CopyKeyWrong, NotACopy

HEADER: Final = b"age-encryption.org/v1\n"
PUBLIC: Final = ".pub"
_NOT_MINE: Final = "No matching keys found"


def make_copy_key(file: Path) -> Path:
    """Write a new copy key (mode 0600), and beside it its public half; where that is.

    Raises:
        CopyKeyExists: one of the two files is there already.
    """
    public = file.with_name(file.name + PUBLIC)
    if file.exists() or public.exists():
        raise CopyKeyExists(file=str(file))
    identity = x25519.Identity.generate()
    _write(file, f"# public key: {identity.to_public()}\n{identity}\n", 0o600)
    _write(public, f"{identity.to_public()}\n", 0o644)
    return public


def _write(file: Path, text: str, mode: int) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def read_recipient(file: Path) -> Any:
    """The public half of a copy key. Raises CopyKeyBad, for the secret half as well: it stays away."""
    try:
        return x25519.Recipient.from_str(_word(file))
    except pyrage.RecipientError as error:
        raise CopyKeyBad(file=str(file)) from error


def read_identity(file: Path) -> Any:
    """The secret half of a copy key. Raises CopyKeyBad."""
    try:
        return x25519.Identity.from_str(_word(file))
    except pyrage.IdentityError as error:
        raise CopyKeyBad(file=str(file)) from error


def _word(file: Path) -> str:
    """The one line that is neither empty nor a remark."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="ascii").splitlines()]
    except UnicodeDecodeError as error:
        raise CopyKeyBad(file=str(file)) from error
    words = [line for line in lines if line and not line.startswith("#")]
    return words[0] if len(words) == 1 else ""


def is_encrypted(file: BinaryIO) -> bool:
    """Whether a file begins as an encrypted one does; reads from its start, and goes back there."""
    file.seek(0)
    begins = file.read(len(HEADER))
    file.seek(0)
    return begins == HEADER


def encrypt(plain: BinaryIO, out: BinaryIO, recipient: Any) -> None:
    """Encrypt to the recipient, then read what was written back and compare.

    Reading back takes a second recipient, whose secret half lives in this call alone: the machine
    that makes copies can tell once that one is whole, and never again what is in it.

    Raises:
        NotACopy: what was written is not what was meant.
    """
    witness = x25519.Identity.generate()
    meant = _digest(plain)
    pyrage.encrypt_io(plain, out, [recipient, witness.to_public()])
    out.flush()
    out.seek(0)
    read = Digest()
    decrypt(out, read, witness)
    if read.sha256.digest() != meant:
        raise NotACopy(why="sha256")


def decrypt(sealed: BinaryIO, out: Any, identity: Any) -> None:
    """Write what is in an encrypted copy to `out`, whole and unchanged, or refuse.

    Raises:
        CopyKeyWrong: it was made for another key (or its first lines were changed).
        NotACopy: it was cut, put in another order or changed.
    """
    try:
        pyrage.decrypt_io(sealed, out, [identity])
    except pyrage.DecryptError as error:
        if str(error) == _NOT_MINE:
            raise CopyKeyWrong from error
        raise NotACopy(why=str(error)) from error
    except OSError as error:
        if error.errno is not None:  # the disk's own trouble
            raise
        raise NotACopy(why=str(error)) from error


def _digest(plain: BinaryIO) -> bytes:
    plain.seek(0)
    digest = hashlib.file_digest(plain, "sha256").digest()  # type: ignore[arg-type]
    plain.seek(0)
    return digest


class Digest:
    """Something to write to that keeps nothing but the hash."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self.sha256.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""


def draft_of(file: Path) -> Path:
    """A name beside `file` that nobody uses."""
    return file.with_name(f".{file.name}.{secrets.token_hex(4)}")
