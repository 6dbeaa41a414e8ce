"""A folder of kept copies, and what the last night came to.

A copy `pointsvc-20261126T032000Z.zip` (`.zip.age` when encrypted) counts as verified when its
`.sha256` stands beside it, as `sha256sum --check` reads it; that file is written last. Files with
other names are nobody's business here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pointsvc.backup.encryption import draft_of
from pointsvc.backup.rules import DatedCopy, Keeping, copies_to_keep

STAMP: Final = "%Y%m%dT%H%M%SZ"
SUM: Final = ".sha256"
RECORD: Final = "last-copy.json"
_NAME: Final = re.compile(r"pointsvc-(\d{8}T\d{6}Z)\.zip(\.age)?")


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """What the nightly copy came to: the last verified one, and the last failure since, if any."""

    verified_at: str | None = None
    file: str | None = None
    is_encrypted: bool = False
    failed_at: str | None = None
    failed_because: str | None = None


def name_of_copy(now: datetime, *, is_encrypted: bool) -> str:
    """How a copy of this moment is called."""
    return f"pointsvc-{now.astimezone(UTC).strftime(STAMP)}.zip" + (".age" if is_encrypted else "")


def copies_in(folder: Path) -> Iterator[DatedCopy]:
    """The kept copies of a folder."""
    for file in folder.iterdir():
        named = _NAME.fullmatch(file.name)
        if named:
            made_at = datetime.strptime(named[1], STAMP).replace(tzinfo=UTC)
            is_verified = file.with_name(file.name + SUM).exists()
            yield DatedCopy(file.name, made_at, is_verified)


def vouch_for(file: Path) -> None:
    """Say that a copy was restored and verified: its sum beside it."""
    with file.open("rb") as copy:
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
    _put(file.with_name(file.name + SUM), f"{digest}  {file.name}\n")


def let_go(folder: Path, keeping: Keeping, *, rehearse: bool = False) -> list[str]:
    """Delete the copies that need not stay, each with its sum; their names, sorted."""
    copies = list(copies_in(folder))
    kept = copies_to_keep(copies, keeping)
    going = sorted(copy.name for copy in copies if copy.name not in kept)
    for name in () if rehearse else going:
        (folder / name).unlink()
        (folder / f"{name}{SUM}").unlink(missing_ok=True)
    return going


def read_record(instance: Path) -> CopyRecord:
    """What the last nights came to; empty before the first."""
    try:
        found = json.loads((instance / RECORD).read_text(encoding="utf-8"))
        return CopyRecord(**found)
    except (FileNotFoundError, ValueError, TypeError):
        return CopyRecord()


def last_verified_at(instance: Path) -> datetime | None:
    """When the newest copy was put back and found whole; None where none was."""
    said = read_record(instance).verified_at
    return datetime.fromisoformat(said) if said else None


def record_success(instance: Path, file: Path, *, is_encrypted: bool, now: datetime) -> None:
    """The copy was restored, verified and kept."""
    made = CopyRecord(verified_at=now.isoformat(), file=str(file), is_encrypted=is_encrypted)
    _put(instance / RECORD, json.dumps(asdict(made), ensure_ascii=False) + "\n")


def record_failure(instance: Path, why: str, now: datetime) -> None:
    """There is no verified copy of this night; the last one is not forgotten."""
    failed = replace(read_record(instance), failed_at=now.isoformat(), failed_because=why)
    _put(instance / RECORD, json.dumps(asdict(failed), ensure_ascii=False) + "\n")


def _put(file: Path, text: str) -> None:
    """Whole or not at all, for the owner alone."""
    draft = draft_of(file)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
