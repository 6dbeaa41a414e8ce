"""A copy that was damaged on its way is refused, and told as damage."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pointsvc.backup.errors import NotACopy
from pointsvc.backup.restoring import opened_copy, read_manifest
from tests.backup.settings import Environment, file_of, is_refused
from tests.support.commands import pointsvc

slow = pytest.mark.slow


def spoilt(copy: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The copy with one of its files changed."""
    out = copy.with_name("spoilt.zip")
    with zipfile.ZipFile(copy) as opened, zipfile.ZipFile(out, "w") as written:
        for each in opened.namelist():
            data = opened.read(each)
            written.writestr(each, change(data) if each == name else data)
    return out


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("how", ["cut", "changed", "renamed", "text", "newer"])
def test_a_damaged_copy_is_refused(copy: Path, elsewhere: Environment, how: str) -> None:
    bad = copy.with_name("bad.zip")
    if how == "cut":
        bad.write_bytes(copy.read_bytes()[:-2000])
    elif how == "changed":
        bad = spoilt(copy, "members.jsonl", lambda data: data.replace("李梅".encode(), b"Eve"))
    elif how == "newer":
        bad = spoilt(
            copy, "manifest.json", lambda data: data.replace(b'"format": 1', b'"format": 9')
        )
    elif how == "renamed":
        with zipfile.ZipFile(bad, "w") as other:
            other.writestr("holiday.txt", "x")
    else:
        bad.write_text("no zip at all")
    assert is_refused(pointsvc("restore", bad, environment=elsewhere), NotACopy.code)
    assert not file_of(elsewhere).exists()


@slow
@pytest.mark.engines("sqlite")
def test_a_bit_flipped_anywhere_is_refused_or_changes_nothing(copy: Path, tmp_path: Path) -> None:
    """Every 97th byte: in rows, in the manifest, in the zip's own directory."""
    whole, bad, seen = copy.read_bytes(), copy.with_name("bad.zip"), set[str]()
    with opened_copy(copy, key=None, instance=tmp_path) as opened:
        manifest = read_manifest(opened)
    for at in range(0, len(whole), 97):
        spoilt_byte = bytes([whole[at] ^ 1 << at % 8])
        bad.write_bytes(whole[:at] + spoilt_byte + whole[at + 1 :])
        try:
            with opened_copy(bad, key=None, instance=tmp_path) as opened:
                assert read_manifest(opened) == manifest, at
            seen.add("a date or the like, which nobody reads")
        except NotACopy as refusal:
            seen.add(refusal.code)
    assert NotACopy.code in seen


@slow
@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 99])
def test_a_bit_that_names_another_packing_is_damage_and_no_broken_disk(
    copy: Path, tmp_path: Path, packing: int
) -> None:
    whole = bytearray(copy.read_bytes())
    entry = whole.rindex(b"PK\x01\x02")
    whole[entry + 10 : entry + 12] = packing.to_bytes(2, "little")
    bad = copy.with_name("bad.zip")
    bad.write_bytes(whole)
    with pytest.raises(NotACopy), opened_copy(bad, key=None, instance=tmp_path) as opened:
        read_manifest(opened)
