"""The API's description: what the rooms' doors say of themselves, and what holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from flask import Flask
from werkzeug.routing import Rule

from pointsvc.kernel.permission import PUBLIC

Json = dict[str, Any]
PROBLEM: Final = "application/problem+json"
ARGUMENT: Final = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
WORDS: Final[dict[str, str]] = {
    "400": "What cannot be read: no JSON (NaN included), a missing or malformed Idempotency-Key.",
    "401": "No token, or one that has ended; at sign-in: what was given does not fit.",
    "403": "In one's own community, without the permission.",
    "404": "Absent, or another community's: nobody can tell which.",
    "409": "A refusal decided by a rule: `code` says which.",
    "422": "JSON that does not fit: `errors` says what, field by field.",
    "429": "Too many failures: `context.minutes` says how long to wait.",
    "503": "Busy: nothing was done, the same request may be sent again.",
    "default": "Any other refusal.",
}
PROBLEM_SHAPE: Final[Json] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable, `detail` is in the reader's language.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string"},
        "context": {"type": "object", "description": "The ids, codes and numbers in `detail`."},
        "errors": {"type": "object", "description": "With 422: messages by field."},
        "request_id": {"type": "string", "description": "Under which the server's log has it."},
    },
    "required": [
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "code",
        "context",
        "request_id",
    ],
    "additionalProperties": False,
}


def describe(app: Flask) -> Json:
    """The whole OpenAPI 3.1 document."""
    spec: Json = app.extensions["api"].spec.to_dict()
    spec["info"]["description"] = (
        "Times are RFC 3339 with an offset, days YYYY-MM-DD in the community's zone, points and "
        "minutes whole numbers, ids UUIDs. Get a token from `POST /api/v1/sign-in`."
    )
    spec["servers"] = [{"url": "/"}]
    _share_components(spec.setdefault("components", {}))
    for rule, path, method in _operations(app):
        operation = spec["paths"].get(path, {}).get(method)
        if operation is not None:
            permission = getattr(app.view_functions[rule.endpoint], "permission", PUBLIC)
            _complete(operation, rule, permission)
    return spec


def _share_components(components: Json) -> None:
    schemas: Json = components.setdefault("schemas", {})
    for librarys_own in ("Error", "PaginationMetadata"):
        schemas.pop(librarys_own, None)
    schemas["Problem"] = PROBLEM_SHAPE
    components["responses"] = {_name(status): _problem(text) for status, text in WORDS.items()}
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}


def _operations(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    for rule in app.url_map.iter_rules():
        for method in rule.methods or ():
            yield rule, ARGUMENT.sub(r"{\1}", rule.rule), method.lower()


def _complete(operation: Json, rule: Rule, permission: str) -> None:
    operation["operationId"] = rule.endpoint.replace("_api.", "_").replace(".", "_")
    is_public = permission == PUBLIC
    operation["security"] = [{}, {"bearer": []}] if is_public else [{"bearer": []}]
    said: Json = {
        status: _problem(answer["description"])
        if "description" in answer and status >= "400" and "content" not in answer
        else answer
        for status, answer in operation["responses"].items()
    }
    common = {status: {"$ref": f"#/components/responses/{_name(status)}"} for status in WORDS}
    for status in _statuses(operation, rule, is_public=is_public):
        if "$ref" in said.get(status, {"$ref": ""}):
            said[status] = common[status]
    operation["responses"] = dict(sorted(said.items()))


def _statuses(operation: Json, rule: Rule, *, is_public: bool) -> set[str]:
    """What every operation of this kind may answer."""
    found = {"400", "503", "default", *(s for s in operation["responses"] if s in WORDS)}
    parameters: list[Json] = operation.get("parameters", [])
    if "requestBody" in operation:
        found |= {"422"} if is_public else {"404", "409", "422"}
    if any(each.get("in") == "query" for each in parameters):
        found.add("422")
    if rule.arguments:
        found.add("404")
    return found if is_public else found | {"401", "403"}


def _name(status: str) -> str:
    return f"Problem{status.capitalize()}"


def _problem(words: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {PROBLEM: {"schema": schema}}}
