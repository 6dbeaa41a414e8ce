"""The source tree as the house tests read it: files, names resolved through imports, calls."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "pointsvc"
TEMPLATES: Final = ROOT / "templates"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def place(self) -> str:
        """The path as a reader says it: `pointsvc/shop/rules.py`."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        """The dotted name: `pointsvc.shop.rules`."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def furniture(self) -> tuple[str, str]:
        """Room and piece: `("shop", "rules")`; a module outside the rooms has the room ``."""
        _package, *rest = self.module.split(".")
        return (rest[0], rest[1]) if len(rest) > 1 else ("", "".join(rest))

    @cached_property
    def functions(self) -> list[Function]:
        """Every function, methods and inner ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def imports(self) -> dict[str, str]:
        """Local name to dotted name: `{"clock": "pointsvc.kernel.clock"}`."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                found |= {
                    alias.asname or alias.name: f"{node.module}.{alias.name}"
                    for alias in node.names
                }
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.split(".")[0]
                    found[alias.asname or whole] = whole
        return found

    def names(self, within: ast.AST | None = None) -> Iterator[tuple[int, str]]:
        """Line and dotted name of everything that is named: `(18, "datetime.datetime.now")`."""
        for node in ast.walk(within or self.tree):
            if isinstance(node, ast.Name | ast.Attribute):
                name = self._dotted(node)
                if name:
                    yield node.lineno, name

    def texts(self) -> Iterator[tuple[int, str]]:
        """Line and value of every string literal that is no docstring."""
        spoken = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Constant) or id(node) in spoken:
                continue
            if isinstance(node.value, str):
                yield node.lineno, node.value

    def _dotted(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, f"{self.module}.{node.id}")
        if isinstance(node, ast.Attribute):
            base = self._dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def at(self, line: int, what: str) -> str:
        """How a finding is shown: `pointsvc/shop/rules.py:12 float`."""
        return f"{self.place}:{line} {what}"


@cache
def package() -> tuple[Source, ...]:
    """Every file of the package; migrations are no part of it (Alembic's own shape)."""
    return _read(PACKAGE)


@cache
def tests() -> tuple[Source, ...]:
    """Every file of the tests."""
    return _read(ROOT / "tests")


def _read(folder: Path) -> tuple[Source, ...]:
    files = (path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)
    return tuple(Source(path) for path in files)


@cache
def rooms() -> tuple[str, ...]:
    """The folders of the package that hold code."""
    return tuple(sorted({source.furniture[0] for source in package()} - {""}))


@cache
def _known() -> dict[str, tuple[Source, Function]]:
    return {
        f"{source.module}.{node.name}": (source, node)
        for source in package()
        for node in source.tree.body
        if isinstance(node, Function)
    }


@cache
def _handed_on() -> dict[str, str]:
    """What packages hand on from within: `pointsvc.ledger.service.award` to where it is written."""
    return {
        f"{source.module}.{name}": target
        for source in package()
        if source.path.name == "__init__.py"
        for name, target in source.imports.items()
    }


def handed_out(piece: str) -> Iterator[tuple[Source, Function]]:
    """The functions that rooms hand out of a piece of furniture, be it a file or a folder."""
    for name, target in ({name: name for name in _known()} | _handed_on()).items():
        _package, _room, *inner, function = name.split(".")
        if inner == [piece] and not function.startswith("_") and target in _known():
            yield _known()[target]


def reached_from(view: Callable[..., Any], *, floors: int = 6) -> set[str]:
    """Dotted names of all that a view names, itself or through functions of ours below it."""
    inner = inspect.unwrap(view)
    reached: set[str] = set()
    pending = [f"{inner.__module__}.{inner.__name__}"]
    for _floor in range(floors):
        pending = [name for caller in pending for name in _named_in(caller) if name not in reached]
        reached.update(pending)
    return reached


def texts_of(view: Callable[..., Any]) -> set[str]:
    """The string literals of a view and of the functions below it."""
    inner = inspect.unwrap(view)
    callers = {f"{inner.__module__}.{inner.__name__}", *reached_from(view)}
    return {
        node.value
        for caller in callers & _known().keys()
        for node in ast.walk(_known()[caller][1])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _named_in(caller: str) -> frozenset[str]:
    if caller not in _known():
        return frozenset()
    source, node = _known()[caller]
    names = {name for _line, name in source.names(node)}
    return frozenset(_handed_on().get(name, name) for name in names)
