"""One place commits, and every unsafe door leads there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from flask import Flask

from tests.support import tree
from tests.support.tree import Source

TRANSACT: Final = "pointsvc.kernel.transaction.transact"
COMMITS: Final = {
    ("pointsvc.kernel.transaction", "_once"),  # the place
    ("pointsvc.kernel.outcomes", "_tried"),  # a savepoint within it
    ("pointsvc.extensions", "_begin_on_sqlite"),  # BEGIN is ours there, not the driver's
    ("pointsvc.cli.copies", "_into_schema"),  # a restore fills a schema that nobody opens yet
    ("pointsvc.cli.loading", "load_verified"),
    ("pointsvc.cli.loading", "scratch_schema"),
}
BEGINNERS: Final = {"commit", "begin", "autocommit", "begin_twophase"}
SPOKEN: Final = re.compile(r"\s*(COMMIT|END|BEGIN|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
SAFE: Final = {"GET", "HEAD", "OPTIONS"}
# Unsafe by method, yet nothing of a community's is written: the endpoint and why.
WRITES_NOTHING: Final[dict[str, str]] = {
    "checkin.decode": "reads a code from a photo and keeps nothing",
}


def begun_in(source: Source) -> Iterator[str]:
    """Calls and SQL that begin or end a transaction outside the places that may."""
    allowed = {
        node
        for function in source.functions
        if (source.module, function.name) in COMMITS
        for node in ast.walk(function)
    }
    for node in ast.walk(source.tree):
        if node in allowed or not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in BEGINNERS:
            yield source.at(node.lineno, node.func.attr)
        if any(isinstance(part, ast.Constant) and _is_spoken(part.value) for part in node.args):
            yield source.at(node.lineno, "SQL that begins or ends a transaction")


def _is_spoken(value: object) -> bool:
    return isinstance(value, str) and SPOKEN.match(value) is not None


def test_nothing_commits_outside_transact() -> None:
    assert [finding for source in tree.package() for finding in begun_in(source)] == []


def test_every_unsafe_endpoint_goes_through_transact(wired_app: Flask) -> None:
    astray = {
        rule.endpoint
        for rule in wired_app.url_map.iter_rules()
        if (rule.methods or set()) - SAFE
        and TRANSACT not in tree.reached_from(wired_app.view_functions[rule.endpoint])
    }
    assert astray == set(WRITES_NOTHING), "call transact(lambda: …) in the view"


def test_no_service_opens_a_transaction_of_its_own() -> None:
    nested = [
        source.at(line, name)
        for source in tree.package()
        if source.furniture[1] in {"service", "queries", "rules"}
        for line, name in source.names()
        if name == TRANSACT
    ]
    assert nested == [], "a service joins its caller's transaction"
