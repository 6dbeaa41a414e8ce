"""Whole workbooks of four invented offices, each untidy in its own way, are read right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pointsvc.imports.reading import Reading, read_workbook
from pointsvc.imports.report import community_name, to_json
from tests.imports.books import error_codes, saved, warning_codes, with_cached_formula


def fill(sheet: Worksheet, *rows: Sequence[Any]) -> Worksheet:
    """Rows as they come."""
    for row in rows:
        sheet.append(list(row))
    return sheet


def street_office() -> Reading:
    """余丁: the ledger first, titles over merged cells, an address in one column, notes below."""
    book = Workbook()
    ledger = book.worksheets[0]
    ledger.title = "22年积分"
    fill(
        ledger,
        ["余丁家园志愿服务积分登记表（2022年）"],
        ["编号", "加分项目", "分值", "志愿者姓名", "手机尾号", "登记日期", "登记人"],
        [1, "巡逻", "10分", "马兰", 11, "9月3日", "周"],
        [2, "清雪", 15, "马 强", "0012", date(2022, 11, 30), "周"],
        [3, "兑换大米", -10, "马强", "0012", "2022.12.1", "周"],
        [],
        ["合计", None, 15],
        ["制表人：周敏"],
    )
    ledger.merge_cells("A1:G1")
    people = fill(
        book.create_sheet("人员"),
        ["余丁家园居民信息登记"],
        [],
        ["姓 名", "家庭住址", "手机号码（必填）", "政治面貌", "所属网格", "出生日期"],
        ["马兰", "3号楼2单元401", 13900000011, "群众", "网格一", "1950.3.1"],
        ["马强", "3-2-402", "139 0000 0012", "中共党员", "网格一", date(1961, 5, 4)],
        ["老杨", "5栋101室", "无", "群众", "网格二", "1938年2月"],
    )
    people.merge_cells("A1:F1")
    return read_workbook(saved(book))


def gate_office() -> Reading:
    """东门: one roster sheet for each building, the building merged down its rows, blank lines."""
    book = Workbook()
    for number, (name, phone, other) in enumerate(
        [("赵一", "13900000021", "孙三"), ("钱二", "13900000022", "李四")], 1
    ):
        sheet = book.create_sheet(f"{number}号楼")
        fill(
            sheet,
            ["序号", "楼号", "房号", "居民姓名", "性别", "联系方式"],
            [1, f"{number}号楼", "101", name, "男", phone],
            [2, None, "102", other, "女", None],
            [],
            [3, None, "103", name, "男", phone],
        )
        sheet.merge_cells("B2:B5")
    plots = [
        ["责任区划分表"],
        ["片区编号", "责任范围", "面积(㎡)", "负责人", "队员"],
        ["第一片", "东门两侧", "约120", "赵一", "钱二、孙三"],
        ["二片区", "西侧绿地", "95.4平", "钱二", "赵一（0021）"],
    ]
    fill(book.create_sheet("划分"), *plots)
    book.remove(book.worksheets[0])
    return read_workbook(saved(book))


def shop_office() -> Reading:
    """利民: only goods, prices before names, dates as serial numbers, an exchange log between."""
    book = Workbook()
    gifts: list[list[Any]] = [
        ["数量", "品名", "捐赠单位", "接收日期", "单价（元）", "有效期至", "备注"],
        ["24袋", "大米", "某粮油店", 44813, "29.90元", "2023-09-01", None],
        ["三箱", "牛奶", "爱心人士", "2022/9/12", 45, None, "待核"],
    ]
    fill(book.worksheets[0], *gifts).title = "接收"
    prices: list[list[Any]] = [
        ["兑换积分", "礼品名称", "规格"],
        ["80分", "大米", "5kg"],
        [20, "牛奶", "盒"],
    ]
    fill(book.create_sheet("价目"), *prices)
    log: list[list[Any]] = [
        ["日期", "姓名", "兑换物品", "积分"],
        ["2022-10-01", "赵一", "大米", 80],
    ]
    fill(book.create_sheet("兑换流水"), *log)
    return read_workbook(saved(book))


def formula_office() -> Reading:
    """西苑: points worked out by formulas in a column of their own, earned and spent apart."""
    book = Workbook()
    ledger: list[list[Any]] = [
        ["时间", "姓名", "联系电话", "活动内容", "得分", "使用积分"],
        ["2022-03-01", "周五", "13900000031", "植树", 1, None],
        ["2022-03-02", "周五", "13900000031", "兑换", None, 6],
    ]
    fill(book.worksheets[0], *ledger)
    people: list[list[Any]] = [
        ["名字", "手机", "楼栋", "单元", "门牌"],
        ["周五", "13900000031", "2幢", 1, 301],
    ]
    fill(book.create_sheet("名单"), *people)
    data = with_cached_formula(saved(book), "xl/worksheets/sheet1.xml", "E2", "10")
    return read_workbook(data)


def test_the_street_office_s_book() -> None:
    reading = street_office()
    facts = to_json(reading)
    assert facts["roster"] == {"people": 3, "without_phone": 1, "duplicates": 0}
    assert facts["ledger"]["balances"] == {"13900000011": 10, "13900000012": 5}
    assert [line.on for line in reading.ledger] == [
        date(2022, 9, 3),
        date(2022, 11, 30),
        date(2022, 12, 1),
    ]
    assert [(p.building, p.unit, p.room) for p in reading.people] == [
        ("3", "2", "401"),
        ("3", "2", "402"),
        ("5", "", "101"),
    ]
    assert community_name(reading) == "余丁家园"
    assert (error_codes(reading), warning_codes(reading)) == ([], [])


def test_the_gate_office_s_book() -> None:
    reading = gate_office()
    facts = to_json(reading)
    assert facts["roster"] == {"people": 4, "without_phone": 2, "duplicates": 2}
    assert {(p.building, p.room) for p in reading.people} == {
        ("1", "101"),
        ("1", "102"),
        ("2", "101"),
        ("2", "102"),
    }
    assert facts["plots"] == [
        {"no": 1, "area_m2": 120, "leader": "13900000021", "volunteers": ["13900000022", "孙三"]},
        {"no": 2, "area_m2": 95, "leader": "13900000022", "volunteers": ["13900000021"]},
    ]
    assert error_codes(reading) == []


def test_the_shop_office_s_book() -> None:
    reading = shop_office()
    facts = to_json(reading)
    assert facts["donations"] == {"rows": 2, "units": {"大米": 24}, "value_fen": 71760}
    assert [line.on for line in reading.donations] == [date(2022, 9, 9)]
    assert facts["catalogue"] == {"大米": 80, "牛奶": 20}
    assert error_codes(reading) == ["quantity_malformed"]
    assert warning_codes(reading) == ["sheet_unrecognised"]


def test_the_formula_office_s_book() -> None:
    reading = formula_office()
    assert to_json(reading)["ledger"]["balances"] == {"13900000031": 4}
    assert warning_codes(reading) == ["formula_value"]
    assert [(p.building, p.unit, p.room) for p in reading.people] == [("2", "1", "301")]
