"""What each problem means and what to do about it, in the clerk's words."""

from __future__ import annotations

from typing import Final

from pointsvc.imports.lines import Problem
from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

OVERDRAWN: Final = "imports.addition_negative"
MESSAGES: Final[dict[str, LazyText]] = {
    # a person
    "imports.name_missing": _l("没有姓名。请补上姓名；如果不是一行记录，请删去这一行。"),
    "imports.name_malformed": _l("“%(value)s”不像姓名。请只写姓名，别的写到备注里。"),
    "imports.phone_malformed": _l(
        "“%(value)s”不是 11 位手机号。请核对后改正；没有手机就留空，可以领卡。"
    ),
    "imports.phone_taken": _l(
        "“%(value)s”已经是另一个人的手机号（见第 %(see_row)s 行）。一个手机号只能属于一个人；"
        "共用手机的，只留给一位，其他人留空领卡。"
    ),
    "imports.phone_of_member": _l(
        "“%(value)s”是社区里另一位成员的手机号。请核对姓名和手机号；共用手机的，这一位留空领卡。"
    ),
    "imports.person_repeated": _l("“%(value)s”与第 %(see_row)s 行重复，只计一次，不用处理。"),
    "imports.person_repeated_differently": _l(
        "“%(value)s”与第 %(see_row)s 行是同一个人，但楼栋、出生年月等不一致。已按前一行导入，请核对。"
    ),
    "imports.sex_malformed": _l("性别“%(value)s”读不懂，先空着。请写“男”或“女”。"),
    "imports.party_malformed": _l("“%(value)s”看不出是否党员，先记为否。请写“是”或“否”。"),
    "imports.born_malformed": _l("出生年月“%(value)s”读不懂，先空着。请写成 1958-09-01 这样。"),
    "imports.door_malformed": _l("住址“%(value)s”读不懂，先空着。请写成“3号楼”“2单元”“401”。"),
    "imports.text_too_long": _l("内容太长。请写短一些。"),
    # finding a person
    "imports.person_unknown": _l(
        "花名册里没有“%(value)s”。请核对姓名；如确有此人，请先登记，再重试这一行。"
    ),
    "imports.person_rejected": _l(
        "“%(value)s”在花名册里的那一行有错，没有导入。请先改正花名册，再重试这一行。"
    ),
    "imports.person_ambiguous": _l(
        "有几位“%(value)s”，分不清是哪一位。请写上电话后四位，例如“李静（4552）”。"
    ),
    "imports.person_chosen_by_party": _l(
        "有几位“%(value)s”，已按其中唯一的党员安排。如不对，请写上电话后四位。"
    ),
    "imports.tail_mismatch": _l("有这个姓名，但电话尾号“%(value)s”对不上。请核对姓名和尾号。"),
    "imports.tail_malformed": _l("“%(value)s”不是电话后四位。请写四位数字；没有手机就留空。"),
    # days
    "imports.date_missing": _l("没有日期。请补上，例如 2022-09-09。"),
    "imports.date_malformed": _l("日期“%(value)s”读不懂。请写成 2022-09-09 这样。"),
    "imports.year_unknown": _l("日期“%(value)s”没有年份，整本台账里也找不到年份。请补上年份。"),
    "imports.best_before_malformed": _l(
        "保质期“%(value)s”读不懂，先空着。请写成 2024-02-23 这样。"
    ),
    # points
    "imports.points_missing": _l("没有积分。请补上数字。"),
    "imports.points_malformed": _l("积分“%(value)s”不是数字。请核对原始记录，写成 10 这样的数字。"),
    "imports.points_out_of_range": _l("积分“%(value)s”太大或太小。请核对后改正。"),
    "imports.exchange_not_negative": _l(
        "这一行是兑换，积分“%(value)s”却是正数。兑换请写成负数，例如 -20。"
    ),
    "imports.balance_negative": _l(
        "此人的积分合计是 %(value)s，兑换比得到的多。请核对其各行；在改正之前不导入余额。"
    ),
    OVERDRAWN: _l(
        "此人新增的几行合起来是 %(value)s 分，会扣掉已经导入的积分，所以都没有写入。"
        "请核对；确实要扣的，由专干做积分更正，再把这一行去掉。"
    ),
    "imports.line_repeated": _l(
        "与第 %(see_row)s 行完全一样，两行都计入。如果是重复登记，请删去一行。"
    ),
    # goods
    "imports.product_missing": _l("没有物品名称。请补上。"),
    "imports.product_repeated": _l("“%(value)s”与第 %(see_row)s 行重复，只计一次，不用处理。"),
    "imports.product_contradicts": _l(
        "“%(value)s”与第 %(see_row)s 行是同一商品或同一条码，但积分或名称不同。请留下对的一行。"
    ),
    "imports.quantity_missing": _l("没有数量。请补上件数。"),
    "imports.quantity_malformed": _l("数量“%(value)s”不是件数。请写成 24 这样的整数。"),
    "imports.price_malformed": _l("价格“%(value)s”读不懂。请写成元，最多两位小数，例如 9.90。"),
    "imports.price_missing": _l("没有价格，这一行的价值不计入合计。"),
    "imports.barcode_malformed": _l("条码“%(value)s”不是 8 到 14 位数字，先空着。请扫码补上。"),
    "imports.limit_malformed": _l("限兑“%(value)s”读不懂，先当作不限。请写成数字。"),
    # plots
    "imports.plot_number_missing": _l("没有责任田编号。请补上，例如“1号田”。"),
    "imports.plot_number_malformed": _l("“%(value)s”里看不出编号。请写成“1号田”这样。"),
    "imports.plot_repeated": _l(
        "“%(value)s”与第 %(see_row)s 行编号相同，但组长或面积不同。请改正编号。"
    ),
    "imports.area_malformed": _l("面积“%(value)s”读不懂，先空着。请写成平方米的数字。"),
    # cells and sheets
    "imports.formula_value": _l("这一格是公式，取了上次保存的结果“%(value)s”。请核对。"),
    "imports.formula_empty": _l(
        "这一格是公式，但没有保存结果，当作空白。请用 Excel 打开、保存后再导入，或直接写上结果。"
    ),
    "imports.sheet_unrecognised": _l(
        "没有认出“%(value)s”是什么表，没有读取。如果需要，请检查表头。"
    ),
    "imports.table_beside": _l(
        "右边还有一张同样的表（“%(value)s”），没有读取。请把它移到左边那张的下面，再导入。"
    ),
    "imports.sheet_hidden": _l("“%(value)s”是隐藏的表，没有读取。如果需要，请取消隐藏。"),
}


def message_for(problem: Problem) -> str:
    """A problem's message, filled in, in the reader's language."""
    return str(MESSAGES[problem.code]) % {
        "value": problem.value,
        "see_row": problem.see_row,
    }
