"""Where a form goes on to: an address of our own, or the front page."""

from __future__ import annotations

import pytest
from flask import Flask

from pointsvc.web.pages.hall import safe_next

pytestmark = pytest.mark.engines("sqlite")  # decided without a database


@pytest.mark.parametrize(
    "target", ["/me", "/activities?on=2026-11-26&view=week", "/c/X#top", "/@a"]
)
def test_an_address_of_our_own_is_kept(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "me",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\t\\evil.example",
        "\t//evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/me\r\nSet-Cookie: a=b",
        "/me\0",
        "/me\x85",
    ],
)
def test_any_other_goes_to_the_front_page(app: Flask, target: str | None) -> None:
    with app.test_request_context():
        assert safe_next(target) == "/"
