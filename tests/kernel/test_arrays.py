"""What is written as an array's text is what PostgreSQL reads."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    func,
    select,
)
from sqlalchemy.types import TypeEngine

from pointsvc.columns import Moment
from pointsvc.extensions import db
from pointsvc.kernel.arrays import ArrayText

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.engines("postgresql")]
SAMPLES: list[tuple[TypeEngine[Any], list[Any]]] = [
    (Uuid(), [UUID(int=7), None, UUID(int=2**128 - 1)]),
    (BigInteger(), [-(2**63), 0, None, 2**63 - 1]),
    (Boolean(), [True, False, None]),
    (Text(), ["", "NULL", None, '{"a", b}', "\\", "分类；\n’", " x "]),
    (LargeBinary(), [b"", b"\x00\xff\\", None]),
    (Date(), [date(1, 1, 1), None, date(9999, 12, 31)]),
    (Moment(), [datetime(2026, 11, 26, 12, 5, 7, 999999, tzinfo=UTC), None]),
    (JSON(), [{}, {"名": '引"号\\', "n": [1, None, 2.5]}]),
]


def read_back(of: TypeEngine[Any], values: list[Any]) -> list[Any]:
    """What comes back of an array's elements, in their order."""
    unnested = func.unnest(bindparam("sent", type_=ArrayText(of))).column_valued("each")
    found = db.session.execute(select(unnested), {"sent": values})
    return [row[0] for row in found]


@pytest.mark.parametrize(("of", "values"), SAMPLES, ids=[str(of) for of, _ in SAMPLES])
def test_every_type_comes_back_as_it_was_sent(of: TypeEngine[Any], values: list[Any]) -> None:
    assert read_back(of, values) == values


def test_an_empty_array_is_empty() -> None:
    assert read_back(Text(), []) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    strategies.lists(strategies.text(strategies.characters(codec="utf-8", exclude_characters="\0")))
)
def test_any_text_comes_back_as_it_was_sent(texts: list[str]) -> None:
    assert read_back(Text(), texts) == texts
