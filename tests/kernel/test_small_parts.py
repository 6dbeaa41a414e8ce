"""Paging, strict JSON, human numbers: small parts on which much stands."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from pointsvc.extensions import db
from pointsvc.kernel.numbers import take_numbers
from pointsvc.kernel.paging import PageUnknown, open_cursor, open_moment_and_id, seal_cursor
from pointsvc.kernel.strict_json import StrictJson
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast


def cursor_of(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def test_a_cursor_opens_to_what_was_sealed() -> None:
    assert open_cursor(seal_cursor("李梅", 7), 2) == ["李梅", "7"]


@pytest.mark.parametrize(
    "cursor", ["", "?", "é", "a", "====", cursor_of(b"\xff\xfe"), seal_cursor(1, 2, 3)]
)
def test_a_cursor_of_somebody_elses_making_is_422(cursor: str) -> None:
    with pytest.raises(PageUnknown) as refused:
        open_cursor(cursor, 2)
    assert refused.value.errors.keys() == {"after"}


@pytest.mark.parametrize(
    ("moment", "last_id"),
    [
        ("2026-11-21T09:00:00", UUID(int=1)),  # on whose clock?
        ("0001-01-01T00:00:00+14:00", UUID(int=1)),
        ("2026-11-21T09:00:00+08:00", "1"),
        ("yesterday", UUID(int=1)),
    ],
)
def test_a_cursor_of_no_moment_or_id_is_422(moment: str, last_id: object) -> None:
    with pytest.raises(PageUnknown):
        open_moment_and_id(seal_cursor(moment, last_id))


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}'])
def test_what_is_no_number_is_no_json(wired_app: Flask, text: str) -> None:
    with pytest.raises(ValueError, match="is no JSON"):
        StrictJson(wired_app).loads(text)


def test_chinese_stays_readable_in_json(wired_app: Flask) -> None:
    assert StrictJson(wired_app).dumps({"name": "李梅"}) == '{"name": "李梅"}'


def numbers(community_id: UUID, count: int = 1) -> list[int]:
    found = transact(lambda: take_numbers(community_id=community_id, name="receipt", count=count))
    return list(found)


@pytest.mark.usefixtures("database")
def test_numbers_go_on_within_a_community(cast: Cast) -> None:
    home, abroad = cast.community_id, cast.other_community_id
    first = numbers(home)[0]
    assert [numbers(home, 3), numbers(home)] == [[first + 1, first + 2, first + 3], [first + 4]]
    assert numbers(abroad) == [1]


def test_no_number_is_given_twice_to_those_who_ask_at_once(
    cast: Cast, database: SQLAlchemy, app: Flask
) -> None:
    database.session.rollback()

    def take(_number: int) -> int:
        with app.app_context():
            try:
                return numbers(cast.community_id)[0]
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take, range(24)))
    assert sorted(taken) == list(range(min(taken), min(taken) + 24))
