"""Every endpoint says who may come in; every page has a template, and every template a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flask import Flask
from jinja2 import meta
from werkzeug.routing import Rule

from pointsvc.kernel.permission import PUBLIC, SIGNED_IN
from pointsvc.organisation.permissions import PERMISSIONS
from pointsvc.web.navigation import LANDINGS, WAYS
from tests.support import tree

FLASKS_OWN: Final = {"static"}
TABLE: Final = "pointsvc/organisation/permissions.py"
NAME: Final = re.compile(r"[\w/.-]+\.html")
# GET endpoints outside /api/ that answer with something else than a page: the machines' words, files,
# and /disclosure, which only leads on to the present month of one's own community.
NO_PAGE: Final = re.compile(
    r"/(healthz|readyz|metrics|disclosure|robots\.txt|favicon\.ico|manifest.*|sw\.js|.*\.(csv|ics|jpg|json|svg|xlsx|webmanifest))"
)


def endpoints(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint not in FLASKS_OWN)


def test_every_endpoint_says_who_may_come_in(wired_app: Flask) -> None:
    views = {
        rule.endpoint: wired_app.view_functions[rule.endpoint] for rule in endpoints(wired_app)
    }
    silent = [endpoint for endpoint, view in views.items() if not hasattr(view, "permission")]
    assert silent == [], "@public, @signed_in or @requires(…) of pointsvc.kernel.permission"


def test_every_permission_asked_for_is_in_the_table(wired_app: Flask) -> None:
    asked = {
        getattr(wired_app.view_functions[rule.endpoint], "permission", PUBLIC)
        for rule in endpoints(wired_app)
    }
    assert asked <= {PUBLIC, SIGNED_IN, *PERMISSIONS}, TABLE


def test_every_permission_of_the_table_is_asked_for(wired_app: Flask) -> None:
    """By an endpoint, or by whoever decides what a page offers."""
    by_doors = {
        getattr(wired_app.view_functions[rule.endpoint], "permission", PUBLIC)
        for rule in endpoints(wired_app)
    }
    others = (source for source in tree.package() if source.place != TABLE)
    by_name = {text for source in others for _line, text in source.texts()}
    assert PERMISSIONS.keys() - {SIGNED_IN} - by_doors - by_name == set(), TABLE


def test_every_place_to_go_is_an_endpoint(wired_app: Flask) -> None:
    ways = {way.endpoint for ways in WAYS.values() for way in ways}
    landings = {endpoint for landings in LANDINGS.values() for endpoint in landings}
    assert (ways | landings) - wired_app.view_functions.keys() == set(), (
        "pointsvc/web/navigation.py"
    )


def test_every_get_page_names_a_template(wired_app: Flask) -> None:
    bare = [
        rule.endpoint
        for rule in endpoints(wired_app)
        if "GET" in (rule.methods or set())
        and not rule.rule.startswith("/api/")
        and not NO_PAGE.fullmatch(rule.rule)
        and not any(map(NAME.fullmatch, tree.texts_of(wired_app.view_functions[rule.endpoint])))
    ]
    assert bare == []


def test_every_template_that_is_named_exists(wired_app: Flask) -> None:
    named = _named_by_code() | _named_by_templates(wired_app)
    assert named - _templates() == set()


def test_every_template_is_used(wired_app: Flask) -> None:
    assert _templates() - _named_by_code() - _named_by_templates(wired_app) == set()


def _templates() -> set[str]:
    return {path.relative_to(tree.TEMPLATES).as_posix() for path in tree.TEMPLATES.rglob("*.html")}


def _named_by_code() -> set[str]:
    quoted = re.compile(rf"""["']({NAME.pattern})["']""")
    return {name for source in tree.package() for name in quoted.findall(source.text)}


def _named_by_templates(app: Flask) -> set[str]:
    parsed = (
        app.jinja_env.parse((tree.TEMPLATES / name).read_text(encoding="utf-8"))
        for name in _templates()
    )
    return {name for page in parsed for name in meta.find_referenced_templates(page) if name}
