"""The API's description is valid, complete and true."""

from __future__ import annotations

from typing import Any, Final

import pytest
from flask import Flask
from openapi_spec_validator import validate

from pointsvc.web.document import ARGUMENT
from tests.api.truth import OURS, Truth

# The calls that other programs rely on, with what they answer when all is well.
CONTRACT: Final = {
    ("post", "/api/v1/sign-in"): "200",
    ("get", "/api/v1/me"): "200",
    ("get", "/api/v1/me/code"): "200",
    ("get", "/api/v1/me/statement"): "200",
    ("get", "/api/v1/shifts"): "200",
    ("get", "/api/v1/places"): "200",
    ("get", "/api/v1/shops"): "200",
    ("post", "/api/v1/shifts"): "201",
    ("get", "/api/v1/shifts/{shift_id}/code"): "200",
    ("post", "/api/v1/scans"): "200",
    ("post", "/api/v1/scans/batch"): "200",
    ("get", "/api/v1/scans/{scan_id}"): "200",
    ("get", "/api/v1/products"): "200",
    ("post", "/api/v1/orders"): "201",
    ("post", "/api/v1/orders/{order_id}/refunds"): "201",
    ("post", "/api/v1/donations"): "201",
    ("get", "/api/v1/communities/{community_id}/disclosure"): "200",
}
KEYED: Final = {"/api/v1/orders", "/api/v1/orders/{order_id}/refunds", "/api/v1/donations"}
PUBLIC: Final = {
    "/api/v1/sign-in",
    "/api/v1/devices/enrolments",
    "/api/v1/communities/{community_id}/disclosure",
}


@pytest.fixture
def document(wired_app: Flask) -> dict[str, Any]:
    """The document as it is served."""
    return Truth(wired_app).document


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def test_a_validator_accepts_the_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_what_other_programs_rely_on_is_described(document: dict[str, Any]) -> None:
    described = {(method, path): operation for method, path, operation in operations(document)}
    assert CONTRACT.keys() - described.keys() == set()
    assert {
        call: status
        for call, status in CONTRACT.items()
        if status not in described[call]["responses"]
    } == {}


def test_every_address_of_the_api_is_described(wired_app: Flask, document: dict[str, Any]) -> None:
    described = {(method, path) for method, path, _operation in operations(document)}
    served = {
        (method.lower(), ARGUMENT.sub(r"{\1}", rule.rule))
        for rule in wired_app.url_map.iter_rules()
        if OURS.match(rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == described


def test_every_refusal_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            name = answer.get("$ref", "").rpartition("/")[2]
            said = document["components"]["responses"][name] if name else answer
            is_refusal = status >= "400"
            expected = "application/problem+json" if is_refusal else "application/json"
            assert list(said["content"]) == [expected], f"{method} {path} {status}"


def test_a_token_is_asked_for_where_the_house_asks_for_one(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    without = {path for _method, path, one in operations(document) if {} in one["security"]}
    assert without == PUBLIC
    asked = [one for _method, path, one in operations(document) if path not in PUBLIC]
    assert all({"401", "403"} <= one["responses"].keys() for one in asked)


def test_calls_that_move_points_ask_for_a_key(document: dict[str, Any]) -> None:
    keyed = {
        path
        for _method, path, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "Idempotency-Key" and parameter["required"]
    }
    assert keyed == KEYED


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _method, _path, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for _method, _path, operation in operations(document))
