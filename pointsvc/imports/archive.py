"""The archive that a workbook is: unpacked within bounds, and packed again without surprises.

Sizes that an archive declares may be lies, and the reader behind trusts them. So every part that is
needed is unpacked here, counted, and handed on in a new archive that holds exactly these bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

from pointsvc.imports.errors import (
    Encrypted,
    NotAWorkbook,
    SaveAsXlsx,
    TooLarge,
    TooLargeUnpacked,
)

PACKED_MAX: Final = 32 * 1024 * 1024
UNPACKED_MAX: Final = 256 * 1024 * 1024
RATIO_MAX: Final = 100
"""Untidy books of 100,000 rows pack 10 to 40 to 1; deflate reaches 1,000 to 1."""
RATIO_FREE: Final = 16 * 1024 * 1024
PARTS_MAX: Final = 2_000
WORKBOOK_PART: Final = "xl/workbook.xml"

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_NEEDED: Final = re.compile(r".*\.(xml|rels)", re.IGNORECASE)
_NOT_NEEDED: Final = re.compile(
    r"(docprops|customxml|xl/(theme|drawings|charts|media|pivot\w*|externallinks|comments|"
    r"printersettings|persons|threadedcomments|ctrlprops|activex|calcchain))\b.*",
    re.IGNORECASE,
)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG: Final = 0x1


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts of a workbook that hold its values, by path; nothing else is unpacked.

    Raises:
        NotAWorkbook, SaveAsXlsx, Encrypted: what it is instead.
        TooLarge, TooLargeUnpacked: bytes as sent, bytes unpacked (all parts together).
    """
    if len(data) > PACKED_MAX:
        raise TooLarge(megabytes=len(data) >> 20, limit=PACKED_MAX >> 20)
    _refuse_other_formats(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _checked(archive.infolist(), len(data))
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError) as error:
        raise NotAWorkbook from error


def pack(parts: dict[str, bytes]) -> io.BytesIO:
    """The same parts in a plain archive, stored and not compressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path, content in parts.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    packed.seek(0)
    return packed


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLE):
        raise Encrypted if _OLE_ENCRYPTED in data else SaveAsXlsx
    if not data.startswith(b"PK"):
        raise NotAWorkbook


def _checked(entries: list[zipfile.ZipInfo], packed_size: int) -> list[zipfile.ZipInfo]:
    """The needed entries, once what the whole archive says of itself is within bounds."""
    unpacked_size = sum(entry.file_size for entry in entries)
    if len(entries) > PARTS_MAX or unpacked_size > UNPACKED_MAX:
        raise TooLargeUnpacked
    if unpacked_size > RATIO_FREE and unpacked_size > RATIO_MAX * packed_size:
        raise TooLargeUnpacked
    _refuse_other_archives({entry.filename.lower() for entry in entries})
    needed = [entry for entry in entries if _is_needed(entry.filename)]
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in needed):
        raise Encrypted
    if any(entry.compress_type not in _METHODS for entry in needed):
        raise NotAWorkbook
    return needed


def _refuse_other_archives(paths: set[str]) -> None:
    if WORKBOOK_PART in paths:
        return
    if paths & {"xl/workbook.bin", "content.xml"}:
        raise SaveAsXlsx
    raise NotAWorkbook


def _is_needed(path: str) -> bool:
    return bool(_NEEDED.fullmatch(path)) and not _NOT_NEEDED.fullmatch(path)
