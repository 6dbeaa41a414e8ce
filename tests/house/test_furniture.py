"""Every room has the same furniture, and nothing is called what it could not be looked up by."""

from __future__ import annotations

import ast
import re
from typing import Final

import pytest

from pointsvc.extensions import Base
from tests.support import tree

NAMELESS: Final = re.compile(
    r"(^|_)(utils?|helpers?|commons?|managers?|misc|tools?|stuff|base|lib|core|handlers?)(_|$)"
)
NAMELESS_CLASS: Final = re.compile(r"(Manager|Helper|Utils?|Handler|Impl)$")
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
WHOLE_HOUSE: Final = {"kernel", "jobs"}  # no rooms of residents: named in English alone
UNFINISHED: Final = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
SPOKEN_FOR: Final = ("rules", "service", "queries")


@pytest.mark.parametrize("room", tree.rooms())
def test_every_room_has_a_plaque_that_names_it_in_both_languages(room: str) -> None:
    plaque = tree.Source(tree.PACKAGE / room / "__init__.py")
    assert plaque.path.exists(), f"{room}/__init__.py: what lives here, its words, its invariants"
    words = ast.get_docstring(plaque.tree) or ""
    assert re.search(r"[A-Za-z]{3}", words)
    assert HAN.search(words) or room in WHOLE_HOUSE


@pytest.mark.parametrize("room", tree.rooms())
def test_a_plaque_holds_nothing_but_words(room: str) -> None:
    plaque = tree.Source(tree.PACKAGE / room / "__init__.py")
    assert [node for node in plaque.tree.body if not isinstance(node, ast.Expr)] == []


def test_every_file_says_in_its_first_line_what_it_holds() -> None:
    sources = (*tree.package(), *(s for s in tree.tests() if s.path.name != "__init__.py"))
    assert [source.place for source in sources if not ast.get_docstring(source.tree)] == []


def test_every_name_can_be_looked_up() -> None:
    files = [s.place for s in tree.package() if any(map(NAMELESS.search, s.module.split(".")))]
    classes = [
        source.at(node.lineno, node.name)
        for source in tree.package()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and NAMELESS_CLASS.search(node.name)
    ]
    assert files + classes == [], "a file is a piece of furniture or a noun of its room"


def test_errors_do_not_know_their_room() -> None:
    knowing = [
        source.at(1, name)
        for source in tree.package()
        if source.furniture[1] == "errors" and source.furniture[0] != "kernel"
        for name in source.imports.values()
        if name.startswith(f"pointsvc.{source.furniture[0]}.")
        and not name.startswith(f"pointsvc.{source.furniture[0]}.errors.")
    ]
    assert knowing == []


def test_what_a_room_offers_is_explained() -> None:
    silent = [
        source.at(node.lineno, node.name)
        for source in tree.package()
        if source.furniture[1] in SPOKEN_FOR or source.furniture[0] == "kernel"
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_model_states_its_invariant() -> None:
    assert [mapper.class_.__name__ for mapper in Base.registry.mappers if not _says(mapper)] == []


def _says(mapper: object) -> bool:
    return bool((getattr(mapper, "class_").__doc__ or "").strip())  # noqa: B009 - untyped


def test_services_take_their_facts_by_name() -> None:
    positional = [
        source.at(node.lineno, node.name)
        for source, node in tree.handed_out("service")
        if len(node.args.posonlyargs) + len(node.args.args) > 1
    ]
    assert positional == [], "def verb(*, community_id: UUID, …)"


def test_nothing_is_left_for_later() -> None:
    sources = (*tree.package(), *tree.tests())
    assert [source.place for source in sources if UNFINISHED.search(source.text)] == []
