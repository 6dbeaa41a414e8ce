"""Every refusal has a code of its own, a status, words in both languages and a test that names it."""

from __future__ import annotations

import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Final

from pointsvc.kernel.errors import Refusal
from tests.support import tree
from tests.support.catalogues import english

CODE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
STATUSES: Final = {400, 401, 403, 404, 409, 413, 422, 429, 500, 503}
# It speaks for whichever refusal is remembered, with that one's code.
WITHOUT_CODE: Final = {"RememberedRefusal"}


def refusals() -> list[type[Refusal]]:
    """Every refusal of the package, those of modules that nobody imported yet too."""
    for source in tree.package():
        if source.path.name != "__main__.py":
            importlib.import_module(source.module)
    return sorted(set(_below(Refusal)), key=lambda refusal: (refusal.__module__, refusal.__name__))


def _below(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in refusal.__subclasses__():
        if getattr(sys.modules[kind.__module__], kind.__name__, None) is kind:
            yield kind
            yield from _below(kind)


def test_every_refusal_has_a_status_and_words() -> None:
    odd = [
        refusal.__name__
        for refusal in refusals()
        if refusal.status not in STATUSES or not str(refusal.message).strip()
    ]
    assert odd == [], f"a status of {sorted(STATUSES)} and a message"


def test_every_refusal_has_a_code_of_its_own() -> None:
    own = [refusal for refusal in refusals() if refusal.__name__ not in WITHOUT_CODE]
    assert [r.__name__ for r in own if not CODE.fullmatch(vars(r).get("code", ""))] == []
    codes = Counter(refusal.code for refusal in own)
    assert [code for code, count in codes.items() if count > 1] == []


def test_every_refusal_is_put_into_english() -> None:
    messages = {str(refusal.message): refusal.__name__ for refusal in refusals()}
    assert {name for text, name in messages.items() if not english().get(text)} == set()


def test_every_refusal_is_named_by_a_test() -> None:
    here = __file__
    texts = "\n".join(source.text for source in tree.tests() if str(source.path) != here)
    unnamed = {
        refusal.code
        for refusal in refusals()
        if refusal.__name__ not in WITHOUT_CODE
        and not re.search(rf"\b{refusal.__name__}\b|[\"']{re.escape(refusal.code)}[\"']", texts)
    }
    assert unnamed == set(), "a test that provokes it and names its class or code"
