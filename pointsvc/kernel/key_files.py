"""Where the secrets lie: a setting, a named file, or `secret.key` in the instance folder."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from typing import Final

from pointsvc.kernel.keys import BadKeys, KeyRing, draw_secret, split_secrets

FILE_NAME: Final = "secret.key"
_OTHERS: Final = 0o077
_log = logging.getLogger(__name__)


def load_ring(instance: Path, *, setting: str | None = None, file: Path | None = None) -> KeyRing:
    """Build the ring from the setting, else the named file, else `secret.key`, made when absent.

    Args:
        instance: the instance folder; made when `secret.key` has to be.
        setting: `POINTSVC_SECRET_KEY`: secrets parted by white space or commas, newest first.
        file: `POINTSVC_SECRET_KEY_FILE`: the same in a file, usually one a line. Others being
            able to read it only warns, as container secrets are mounted so.

    Raises:
        BadKeys: both settings at once, a file that cannot be read, `secret.key` readable by
            others, or what `KeyRing` refuses.
    """
    if setting is not None and file is not None:
        raise BadKeys(
            "keys.both",
            "POINTSVC_SECRET_KEY 与 POINTSVC_SECRET_KEY_FILE 只能设一个。 "
            "Set POINTSVC_SECRET_KEY or POINTSVC_SECRET_KEY_FILE, not both.",
        )
    if setting is not None:
        return KeyRing(split_secrets(setting))
    if file is not None:
        return KeyRing(_read(file, strict=False))
    own = instance / FILE_NAME
    if not own.exists():
        make_key_file(own)
    return KeyRing(_read(own, strict=True))


def make_key_file(path: Path) -> None:
    """Write a new secret with mode 0600; when another process was first, leave its file alone.

    The file is complete and on disk before it gets its name, so nobody ever reads half a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(draw_secret() + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        draft.unlink()


def _read(path: Path, *, strict: bool) -> list[str]:
    try:
        exposed = path.stat().st_mode & _OTHERS
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"读不了密钥文件 {path}。The key file cannot be read: {error}"
        raise BadKeys("keys.unreadable", message) from error
    if exposed and strict:
        raise BadKeys(
            "keys.exposed",
            f"别人也能读密钥文件，请执行 chmod 600 {path}。 "
            f"Others can read the key file; run: chmod 600 {path}",
        )
    if exposed:
        _log.warning("others can read the key file %s", path)
    return split_secrets(text)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
