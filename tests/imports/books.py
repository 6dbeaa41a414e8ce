"""Workbooks for these tests: the office's own, the same as another office keeps it, and small ones."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook, load_workbook

from pointsvc.imports.lines import KnownPerson, person_key
from pointsvc.imports.reading import Reading, read_workbook

Row = Sequence[Any]

_DATA: Final = Path(__file__).parent / "data"
OFFICE: Final = (_DATA / "shangcheng-office-workbook.xlsx").read_bytes()
FACTS: Final[dict[str, Any]] = json.loads(
    (_DATA / "shangcheng-office-workbook.facts.json").read_text("utf-8")
)

ROSTER: Final[Row] = ["姓名", "联系电话", "楼栋", "单元", "门牌号", "是否党员"]
LIMEI: Final[Row] = ["李梅", "13800000001", "3号楼", "2单元", "401", "是"]
WANGQIANG: Final[Row] = ["王强", "13800000002", "5号楼", "1单元", "302", "是"]
LEDGER: Final[Row] = ["日期", "姓名", "电话后四位", "服务项目", "积分"]
DONATIONS: Final[Row] = ["日期", "捐赠人", "物品", "数量", "单价"]
CATALOGUE: Final[Row] = ["条码", "商品", "规格", "所需积分", "每户每月限兑"]
PLOTS: Final[Row] = ["责任田编号", "位置", "面积", "党小组长", "志愿者"]

OTHER_WORDS: Final = {
    "联系电话": "手机号码",
    "楼栋": "楼号",
    "门牌号": "房号",
    "是否党员": "政治面貌",
    "出生年月": "出生日期",
    "责任田编号": "地块编号",
    "党小组长": "组长",
    "志愿者": "组员",
    "养护内容": "工作职责",
    "电话后四位": "手机尾号",
    "服务项目": "活动内容",
    "积分": "分值",
    "捐赠人/单位": "捐赠单位",
    "物品": "物品名称",
    "单价（元）": "单价",
    "保质期至": "有效期至",
    "商品": "商品名称",
    "所需积分": "兑换积分",
    "每户每月限兑": "每户限购",
}


def book_of(sheets: Mapping[str, Sequence[Any]]) -> bytes:
    """A workbook with these sheets, row by row."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """The file that a workbook becomes."""
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def read_sheets(sheets: Mapping[str, Sequence[Any]]) -> Reading:
    """What is read of a workbook with these sheets."""
    return read_workbook(book_of(sheets))


def known_person(name: str, phone: str) -> KnownPerson:
    """A member whom the community has already."""
    return KnownPerson(person_key(name, phone), name, phone)


def error_codes(reading: Reading) -> list[str]:
    """The codes of what could not be taken, in order."""
    return [each.code.removeprefix("imports.") for each in reading.errors]


def warning_codes(reading: Reading) -> list[str]:
    """The codes of what the clerk should know, in order."""
    return [each.code.removeprefix("imports.") for each in reading.warnings]


def another_office() -> bytes:
    """The office's book with other sheets' names and order, columns, words, extras and blanks."""
    chance = random.Random(1)
    sheets = load_workbook(io.BytesIO(OFFICE))
    rows_of = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in sheets}
    names = list(rows_of)
    chance.shuffle(names)
    return book_of({f"表{n}": _rearranged(rows_of[name], chance) for n, name in enumerate(names)})


def with_cached_formula(data: bytes, path: str, cell: str, cached: str) -> bytes:
    """The file with a formula in a cell, and the result that an office program left there."""
    pattern = rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)'
    formula = f'<c r="{cell}"><f>5+5</f><v>{cached}</v></c>'
    return with_part(data, path, lambda xml: re.sub(pattern, formula, xml))


def with_part(data: bytes, path: str, change: Any) -> bytes:
    """The file with one part of its archive changed."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name).decode()
            new.writestr(name, change(content) if name == path else content)
    return file.getvalue()


def _rearranged(rows: list[tuple[Any, ...]], chance: random.Random) -> list[list[object]]:
    """Columns in another order, with one that nobody knows, in other words, with blank lines."""
    order = _shuffled(rows, chance)
    moved: list[list[object]] = [["某街道办事处"], []]
    for row in rows:
        extra = "网格三" if row[0] is not None else None
        moved.append([extra, *(_other_word(row[column]) for column in order)])
        if chance.random() < 0.1:
            moved.append([])
    return moved


def _shuffled(rows: list[tuple[Any, ...]], chance: random.Random) -> list[int]:
    """Columns shuffled; unnamed ones stay behind the one whose name they share."""
    header = next(row for row in rows if sum(cell is not None for cell in row) > 2)
    blocks: list[list[int]] = []
    for column, label in enumerate(header):
        if label is None:
            blocks[-1].append(column)
        else:
            blocks.append([column])
    chance.shuffle(blocks)
    return [column for block in blocks for column in block]


def _other_word(cell: Any) -> object:
    """Another header's word; numbers as text."""
    if isinstance(cell, int):
        return str(cell)
    return OTHER_WORDS.get(cell, cell) if isinstance(cell, str) else cell
