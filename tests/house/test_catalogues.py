"""Chinese is the source language; English is complete. `make translations` extracts and compiles."""

from __future__ import annotations

import re
from typing import Final

from tests.support import catalogues

PLACES: Final = re.compile(r"%\(\w+\)[sd]")


def test_every_text_in_use_is_in_the_english_catalogue() -> None:
    assert catalogues.used() - catalogues.english().keys() == set(), "make translations"


def test_the_english_catalogue_holds_no_text_that_nobody_uses() -> None:
    assert catalogues.english().keys() - catalogues.used() == set(), "make translations"


def test_every_text_has_its_english() -> None:
    assert [text for text, english in catalogues.english().items() if not english.strip()] == []


def test_no_translation_is_a_guess() -> None:
    assert [m.id for m in catalogues.catalogue() if m.id and m.fuzzy] == []


def test_every_translation_keeps_the_places_of_its_source() -> None:
    lost = [
        text
        for text, english in catalogues.english().items()
        if set(PLACES.findall(text)) != set(PLACES.findall(english))
    ]
    assert lost == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert catalogues.compiled() == catalogues.english(), "make translations, then commit both"
