"""The words of the pages: extracted from the source, looked up in the catalogues."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.support import tree

ENGLISH: Final = tree.PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS: Final = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}


@cache
def used() -> frozenset[str]:
    """Every text that code and templates ask to be translated, by the mapping of pyproject.toml."""
    settings = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = settings["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    return frozenset(
        text
        for folder in (tree.PACKAGE, tree.TEMPLATES)
        for _file, _line, found, _comments, _context in extract_from_dir(
            folder,
            methods,
            {"**.html": {"silent": "false"}},
            KEYWORDS,
            directory_filter=lambda _path: True,  # Babel's own leaves out `_macros`
        )
        for text in (found if isinstance(found, tuple) else (found,))
    )


@cache
def english() -> dict[str, str]:
    """The English catalogue: Chinese source text to English."""
    return texts_of(catalogue())


@cache
def catalogue() -> Catalog:
    """The English catalogue as its editors see it; empty while there is none."""
    return _read(ENGLISH)


def compiled() -> dict[str, str]:
    """The English catalogue as the application reads it."""
    return texts_of(_read(ENGLISH.with_suffix(".mo")))


def texts_of(read: Catalog) -> dict[str, str]:
    """Source text to translation, without the header."""
    return {_one(message.id): _one(message.string) for message in read if message.id}


def _read(file: Path) -> Catalog:
    if not file.exists():
        return Catalog("en")
    with file.open("rb") as stream:
        return read_mo(stream) if file.suffix == ".mo" else read_po(stream, "en")


def _one(text: object) -> str:
    return str(text[0] if isinstance(text, list | tuple) else text or "")
