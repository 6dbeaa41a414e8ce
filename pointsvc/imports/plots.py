"""责任田分工: which plot, who leads, who cares for it."""

from __future__ import annotations

import re
from typing import Final

from pointsvc.imports.amounts import parse_area
from pointsvc.imports.cells import (
    BadCell,
    Cell,
    is_blank,
    parse_digits,
    parse_name,
    parse_text,
    plain,
    text_of,
)
from pointsvc.imports.directory import Directory
from pointsvc.imports.headers import Kind, heading
from pointsvc.imports.lines import PlotDivision
from pointsvc.imports.rows import Row

_PHONES = "电话|手机|联系方式|尾号|后四位|后4位"

KIND = Kind(
    name="plots",
    headings=(
        heading(
            "number",
            "责任田编号 编号 责任田 田号 地块编号 地块 地块号 片区编号 责任区编号 责任区 责任田号",
            "责任田|责任区|地块",
            "位置|面积|人|长",
        ),
        heading("location", "位置 地点 区域 范围 所在位置 地段 责任范围", "位置|地点|区域|范围"),
        heading("area", "面积 面积m2 占地面积 绿化面积 平方米", "面积"),
        heading("planting", "植被 植物 绿化 绿植 种植 植被类型 苗木", "植被|植物|苗木"),
        heading(
            "leader",
            "党小组长 组长 负责人 小组长 党小组组长 责任人 田长 领头人",
            "组长|负责人|田长",
            _PHONES,
        ),
        heading(
            "volunteers",
            "志愿者 党员志愿者 组员 成员 队员 志愿者姓名 责任党员 养护人 养护志愿者",
            "志愿者|组员|成员|队员",
            _PHONES + "|人数|数量",
            is_repeated=True,
        ),
        heading("digits", "", _PHONES, is_repeated=True),
        heading("care", "养护内容 职责 工作内容 养护职责 任务 养护任务 工作职责", "内容|职责|任务"),
    ),
    needs=(
        frozenset({"number", "location"}),
        frozenset({"leader", "volunteers"}),
        frozenset({"area", "location", "planting", "care", "volunteers"}),
    ),
)

_BETWEEN: Final = re.compile(r"[、,，;；/|\n]+")
_WITH_DIGITS: Final = re.compile(r"(.*?[^0-9(])[(]?([0-9]{4}|1[0-9]{10})[)]?")
_BRACKET: Final = re.compile(r"\(.*?\)")
_NUMBER: Final = re.compile(r"[0-9]{1,3}")
_HAN_NUMBER: Final = re.compile(r"[一二三四五六七八九十]{1,3}")
_HAN_DIGITS: Final = "一二三四五六七八九"


class PlotsReader:
    """Reads the division row by row; a plot that goes on over several rows is one plot."""

    def __init__(self, directory: Directory) -> None:
        """Begin, once the roster has been read."""
        self.directory = directory
        self.plots: dict[int, PlotDivision] = {}

    def read(self, row: Row) -> PlotDivision | None:
        """The plot of a row, with what rows above say of it; None where it is wrong."""
        number = row.need("number", parse_plot_number, "imports.plot_number_missing")
        leaders = self._people(row, "leader")
        volunteers = self._people(row, "volunteers")
        if row.errors or number is None:
            return None
        leader = leaders[0] if leaders else None
        plot = PlotDivision(
            sheet=row.sheet,
            row=row.number,
            number=number,
            location=row.try_take("location", parse_text) or "",
            area_m2=row.try_take("area", parse_area),
            planting=row.try_take("planting", parse_text) or "",
            care=row.try_take("care", parse_text) or "",
            leader=leader,
            volunteers=tuple(dict.fromkeys(each for each in volunteers if each != leader)),
        )
        return self._joined(row, plot)

    def take(self, plot: PlotDivision) -> None:
        """Count a plot as taken, in place of its rows above."""
        self.plots[plot.number] = plot

    def _joined(self, row: Row, plot: PlotDivision) -> PlotDivision | None:
        above = self.plots.get(plot.number)
        if above is None:
            return plot
        if plot.leader not in (None, above.leader) or plot.area_m2 not in (None, above.area_m2):
            row.refuse("number", "imports.plot_repeated", see_row=above.row)
            return None
        return PlotDivision(
            sheet=above.sheet,
            row=above.row,
            number=above.number,
            location=above.location or plot.location,
            area_m2=above.area_m2,
            planting=above.planting or plot.planting,
            care=above.care or plot.care,
            leader=above.leader,
            volunteers=tuple(dict.fromkeys((*above.volunteers, *plot.volunteers))),
        )

    def _people(self, row: Row, field: str) -> list[bytes]:
        """The people of a field: one cell may hold several, and a phone may stand beside it."""
        found = []
        for column, cell in row.each(field):
            names = [each for each in _BETWEEN.split(text_of(cell)) if each.strip()]
            for name in names:
                try:
                    beside = self._digits_beside(row, column) if len(names) == 1 else ""
                    found.append(self._find(row, column, name, beside))
                except BadCell as bad:
                    row.refuse_at(column, bad.code)
        return found

    def _find(self, row: Row, column: int, text: str, beside: str) -> bytes:
        text = plain(text)
        digits = beside
        if written := _WITH_DIGITS.fullmatch(text):
            text, digits = written[1], written[2]
        name = parse_name(_BRACKET.sub("", text))
        person, by_party = self.directory.find_member(name, digits)
        if by_party:
            row.warn_at(column, "imports.person_chosen_by_party")
        return person.key

    def _digits_beside(self, row: Row, column: int) -> str:
        """The digits in the column right of a name, where the sheet has one for phones."""
        if column + 1 not in row.table.columns.get("digits", ()):
            return ""
        cell = row.cells[column + 1]
        return "" if is_blank(cell) else parse_digits(cell)


def parse_plot_number(cell: Cell) -> int:
    """The number of a plot: '1号田', 1, '第三块', '十二号'.

    Raises:
        BadCell: `imports.plot_number_malformed`.
    """
    text = plain(cell)
    if found := _NUMBER.search(text):
        number = int(found[0])
    elif found := _HAN_NUMBER.search(text):
        number = _from_han(found[0])
    else:
        number = 0
    if number <= 0:
        raise BadCell("imports.plot_number_malformed")
    return number


def _from_han(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    value = (_HAN_DIGITS.find(tens) + 1 if tens else 1) * 10 if ten else 0
    return value + (_HAN_DIGITS.index(ones) + 1 if ones in _HAN_DIGITS and ones else 0)
