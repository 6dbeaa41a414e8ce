"""What comes in by a form or as JSON is read, or refused beside its field; nothing breaks on it."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.fields import Shape, Text, Whole, parse_form

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("app")]


class Asked(Shape):
    name = Text(high=20)
    count = Whole(low=-9, high=9)


def read(**form: str) -> Any:
    return parse_form(Asked, form)


@pytest.mark.parametrize("count", ["5", " 5 ", "５", "٥", "-5"])
def test_digits_of_any_width_are_a_whole_number(count: str) -> None:
    assert abs(read(count=count)["count"]) == 5


@pytest.mark.parametrize("count", ["--5", "-", "5-", "5.0", "²", "1_0", "10", "9" * 40, "9" * 5000])
def test_what_is_no_number_here_is_said_beside_its_field(count: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(count=count)
    assert refusal.value.errors.keys() == {"count"}


@pytest.mark.parametrize("name", ["a\0", "a\x1f", "a\x7fb", "a\x85b", "a\ud800", "\udfff"])
def test_text_that_nobody_sees_or_no_database_takes_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(name=name)
    assert refusal.value.errors.keys() == {"name"}


def test_lines_come_as_a_browser_ends_them_and_are_kept_as_they_were_typed() -> None:
    assert read(name="第一页\r\n第二页")["name"] == "第一页\n第二页"


@pytest.mark.parametrize("name", ["陈静", "a\tb", "👵🏽", "Ünï", "〇"])
def test_any_writing_is_taken(name: str) -> None:
    assert read(name=name)["name"] == name
