"""Divisions of plots of other offices, and the people whom they name."""

from __future__ import annotations

import pytest

from pointsvc.imports.report import to_json
from tests.imports.books import (
    LIMEI,
    PLOTS,
    ROSTER,
    WANGQIANG,
    error_codes,
    read_sheets,
    warning_codes,
)

PEOPLE = [ROSTER, LIMEI, WANGQIANG]


def test_volunteers_may_share_one_cell() -> None:
    plots = [PLOTS, ["第一块田", "南侧", "约80平", "王强", "李梅、王强"]]
    found = to_json(read_sheets({"田": plots, "人": PEOPLE}))["plots"]
    expected = {"no": 1, "area_m2": 80, "leader": WANGQIANG[1], "volunteers": [LIMEI[1]]}
    assert found == [expected]


def test_a_plot_may_take_a_row_for_each_volunteer() -> None:
    plots = [PLOTS, ["1号田", "南侧", 80, "王强", "李梅"], ["1号田", None, None, None, "马兰"]]
    people = [*PEOPLE, ["马兰", "13800000005"]]
    found = read_sheets({"田": plots, "人": people}).plots
    assert [len(plot.volunteers) for plot in found] == [2]


def test_namesakes_on_a_plot_are_told_apart_by_digits() -> None:
    people = [*PEOPLE, ["李梅", "13800000077", "9号楼", "1单元", "101", "是"]]
    plots = [
        PLOTS,
        ["1号田", "南侧", 80, "王强", "李梅（0077）"],
        ["2号田", "北侧", 80, "王强", "李梅"],
    ]
    reading = read_sheets({"田": plots, "人": people})
    assert to_json(reading)["plots"][0]["volunteers"] == ["13800000077"]
    assert error_codes(reading) == ["person_ambiguous"]


def test_namesakes_on_a_plot_are_told_apart_by_a_phone_beside() -> None:
    people = [*PEOPLE, ["李梅", "13800000077"]]
    plots = [["田号", "组长", "电话", "志愿者", "电话"], [3, "王强", "0002", "李梅", "13800000077"]]
    reading = read_sheets({"田": plots, "人": people})
    assert to_json(reading)["plots"][0]["volunteers"] == ["13800000077"]


def test_the_only_party_member_among_namesakes_cares_for_the_plot() -> None:
    people = [*PEOPLE, ["李梅", "13800000077", "9号楼", "1单元", "101", "否"]]
    reading = read_sheets({"田": [PLOTS, ["1号田", "南侧", 80, "王强", "李梅"]], "人": people})
    assert to_json(reading)["plots"][0]["volunteers"] == [LIMEI[1]]
    assert warning_codes(reading) == ["person_chosen_by_party"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["南区", "南侧", 80, "王强", "李梅"], "plot_number_malformed"),
        ([None, "南侧", 80, "王强", "李梅"], "plot_number_missing"),
        (["1号田", "北侧", 99, "李梅", "王强"], "plot_repeated"),
        (["2号田", "北侧", 80, "王强", "陌生人"], "person_unknown"),
    ],
)
def test_a_doubtful_plot_is_an_error(row: list[object], code: str) -> None:
    plots = [PLOTS, ["1号田", "南侧", 80, "王强", "李梅"], row]
    assert error_codes(read_sheets({"田": plots, "人": PEOPLE})) == [code]


def test_an_unreadable_area_is_a_warning() -> None:
    reading = read_sheets({"田": [PLOTS, ["1号田", "南侧", "半亩", "王强", "李梅"]], "人": PEOPLE})
    assert warning_codes(reading) == ["area_malformed"]
    assert reading.plots[0].area_m2 is None
