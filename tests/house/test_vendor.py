"""Vendored files are those that were published, listed with licence, and nothing else lies there."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
SHELVES: Final = (
    ROOT / "pointsvc" / "static" / "vendor",
    ROOT / "tests" / "browser" / "vendor",
)
FOREIGN: Final = re.compile(r"""(?:src|href|url|from|import)\s*[=(]?\s*["']?(?:https?:)?//""")


def manifest_of(shelf: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shelf / "manifest.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.parent.name)
def test_each_file_is_the_one_that_was_published(shelf: Path) -> None:
    for name, part in manifest_of(shelf).items():
        for path, facts in part["files"].items():
            content = (shelf / path).read_bytes()
            assert len(content) == facts["bytes"], f"{name}: {path}"
            assert hashlib.sha256(content).hexdigest() == facts["sha256"], f"{name}: {path}"


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.parent.name)
def test_no_file_lies_there_unlisted(shelf: Path) -> None:
    listed = {path for part in manifest_of(shelf).values() for path in part["files"]}
    present = {
        str(path.relative_to(shelf))
        for path in shelf.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert present == listed


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.parent.name)
def test_each_part_names_version_integrity_and_licence(shelf: Path) -> None:
    for name, part in manifest_of(shelf).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", part["version"]), name
        assert part["npm_integrity"].startswith("sha512-"), name
        assert part["license"], name
        assert any("LICENSE" in path for path in part["files"]), name


def test_no_page_script_or_sheet_of_ours_loads_from_another_host() -> None:
    static = ROOT / "pointsvc" / "static"
    ours = [*(ROOT / "templates").rglob("*.html"), *static.glob("js/*.js"), *static.glob("css/*")]
    named = [path.name for path in ours if FOREIGN.search(path.read_text(encoding="utf-8"))]
    assert named == []
