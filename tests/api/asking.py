"""Every address of the house with real ids in it, and bodies that fit what each view parses."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Flask
from marshmallow import Schema, fields, validate
from werkzeug.routing import Rule

from pointsvc.kernel import clock
from pointsvc.kernel.fields import Whole
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import PUBLIC
from tests.api.world import World
from tests.support import tree

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
WORDS: Final[dict[str, str]] = {
    "role": "supervisor",
    "kind": "hall",
    "purpose": "messages",
    "direction": "in",
    "activity_kind": "CLEANUP",
    "donor": "红色物业",
    "phone": "13812345678",
    "building": "8",
    "room": "801",
    "pin": "2580",
    "again": "2580",
    "mode": "standard",
}


@dataclass(frozen=True)
class Address:
    """A rule and a method, with our real ids filled in."""

    endpoint: str
    method: str
    path: str
    has_ids: bool
    permission: str
    rule: Rule

    @property
    def is_api(self) -> bool:
        """Answered with JSON."""
        return self.path.startswith("/api/")

    @property
    def is_public(self) -> bool:
        """Open to everybody."""
        return self.permission == PUBLIC

    def __str__(self) -> str:
        """`POST /members/<uuid:member_id>/pin`."""
        return f"{self.method} {self.rule.rule}"


def rules(app: Flask) -> Iterator[Rule]:
    """Every rule of the house but Flask's own for static files."""
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def addresses(app: Flask, world: World) -> list[Address]:
    """Every rule with every method that it takes; a test names those with an unknown argument."""
    return [
        Address(
            rule.endpoint,
            method,
            _path(app, rule, world),
            bool(rule.arguments & world.ids.keys()),
            getattr(app.view_functions[rule.endpoint], "permission", "undeclared"),
            rule,
        )
        for rule in rules(app)
        if all(argument_of(rule, name, world) for name in rule.arguments)
        for method in METHODS
        if method in (rule.methods or ())
    ]


def _path(app: Flask, rule: Rule, world: World) -> str:
    values = {name: argument_of(rule, name, world) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=_method(rule))


def _method(rule: Rule) -> str:
    return next(method for method in METHODS if method in (rule.methods or ()))


def argument_of(rule: Rule, name: str, world: World) -> Any:
    """Something real of ours for an address's argument; None for a name that nobody registered."""
    if name in world.ids:
        return world.ids[name]
    room = rule.endpoint.partition(".")[0].removesuffix("_api")
    keys = (rule.endpoint, f"{room}.{name}", name)
    return next((world.words[key] for key in keys if key in world.words), None)


def body_for(app: Flask, address: Address, world: World) -> dict[str, Any]:
    """Values of ours for every schema that the view, or what it calls, loads."""
    view = app.view_functions[address.endpoint]
    found: dict[str, Any] = {}
    for schema in _schemas(view):
        found |= {
            name: _value(name, field, world)
            for name, field in schema().fields.items()
            if not field.dump_only
        }
    if not address.is_api:
        found = {name: _typed(value) for name, value in found.items()}
    return found


def _schemas(view: Any) -> Iterator[type[Schema]]:
    for name in sorted(tree.reached_from(view) | _arguments_of(view)):
        module, _, attribute = name.rpartition(".")
        if module.endswith(".schemas") and not attribute.endswith("Shown"):
            kind = getattr(importlib.import_module(module), attribute, None)
            if isinstance(kind, type) and issubclass(kind, Schema):
                yield kind


def _arguments_of(view: Any) -> set[str]:
    """The schemas that `@blueprint.arguments` names."""
    documented = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    schemas = (each.get("schema") for each in documented if isinstance(each, dict))
    return {
        f"{type(schema).__module__}.{type(schema).__name__}"
        for schema in schemas
        if isinstance(schema, Schema)
    }


def _value(name: str, field: fields.Field[Any], world: World) -> Any:  # noqa: PLR0911 - a table
    if isinstance(field, fields.Nested):
        inner = field.schema.fields.items()
        return {key: _value(key, each, world) for key, each in inner}
    if isinstance(field, fields.List):
        return [_value(name, field.inner, world)]
    if name in world.ids:
        return str(world.ids[name])
    if isinstance(field, fields.UUID):
        return str(new_id())
    if name.endswith("code"):
        return world.words["code"]
    if name in WORDS:
        return WORDS[name]
    return _plain(name, field)


def _plain(name: str, field: fields.Field[Any]) -> Any:  # noqa: PLR0911 - a table
    ranges = [each for each in field.validators if isinstance(each, validate.Range)]
    choices = [each for each in field.validators if isinstance(each, validate.OneOf)]
    if choices:
        return next(iter(choices[0].choices))
    if isinstance(field, fields.Integer | Whole):
        return max([1, *(each.min for each in ranges if isinstance(each.min, int))])
    if isinstance(field, fields.Boolean):
        return True
    if isinstance(field, fields.Date):
        return clock.now().date().isoformat()
    if isinstance(field, fields.NaiveDateTime):
        return clock.now().replace(tzinfo=None).isoformat()
    if isinstance(field, fields.DateTime):
        is_end = name.startswith(("ends", "out"))
        return (clock.now() + timedelta(hours=1 + is_end)).isoformat()
    return "有事要办"


def _typed(value: Any) -> Any:
    """What a form sends for a value."""
    if isinstance(value, bool):
        return "true"
    return value if isinstance(value, list) else str(value)
