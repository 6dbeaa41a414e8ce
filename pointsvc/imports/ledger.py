"""积分台账: the points book that was kept on paper."""

from __future__ import annotations

from datetime import date

from pointsvc.imports.amounts import parse_points
from pointsvc.imports.cells import BadCell, is_blank, parse_digits, parse_name, parse_text
from pointsvc.imports.directory import Directory
from pointsvc.imports.headers import Kind, heading
from pointsvc.imports.lines import LedgerLine, Tally, digest
from pointsvc.imports.rows import Row
from pointsvc.imports.years import Years

_HANDLERS = "经办|登记|记录|审核|负责|单位|捐赠|家属"
_STANDING = "余额|结余|累计|剩余|合计|总分|总积分|排名|标准|可用|当前|现有"
_EXCHANGE = "兑换"

KIND = Kind(
    name="ledger",
    headings=(
        heading(
            "on", "日期 时间 服务日期 活动日期 登记日期 服务时间 活动时间 记分日期 积分日期", "日期"
        ),
        heading("name", "姓名 名字 志愿者 志愿者姓名 居民姓名 居民", "姓名|名字", _HANDLERS),
        heading(
            "digits",
            "电话后四位 手机后四位 手机尾号 电话尾号 尾号 后四位 电话后4位 手机后4位 联系电话 手机号码 "
            "手机号 电话 手机 联系方式 手机号后四位 电话号码后四位",
            "后四位|后4位|尾号|手机|电话|联系方式",
            _HANDLERS,
        ),
        heading(
            "activity",
            "服务项目 项目 服务内容 活动 活动内容 活动项目 活动名称 事由 类别 摘要 服务类别 积分项目 "
            "积分事由 内容 服务活动 加分项目",
            "项目|事由|内容|活动|类别|摘要",
        ),
        heading(
            "points",
            "积分 分值 得分 分数 积分值 获得积分 积分变动 增减积分 所得积分 加分",
            "积分|分值",
            _STANDING,
        ),
        heading(
            "spent", "兑换积分 使用积分 支出积分 扣减积分 消费积分 支出 减少 减分 扣分 已兑积分"
        ),
        heading("handler", "经办人 登记人 记录人 经手人 经办"),
        heading("product", "商品 商品名称 兑换商品 兑换物品 物品 物品名称 兑换礼品 礼品"),
    ),
    needs=(
        frozenset({"on"}),
        frozenset({"name"}),
        frozenset({"points", "spent"}),
    ),
    forbids=frozenset({"product"}),
)


class LedgerReader:
    """Reads the points book's rows one after another."""

    def __init__(self, directory: Directory, years: dict[str, Years]) -> None:
        """Begin, once the roster has been read; `years` by sheet."""
        self.directory = directory
        self.years = years
        self.tally = Tally()

    def read(self, row: Row) -> LedgerLine | None:
        """The line of a row, or None where it is wrong; every doubt is an error for the clerk."""
        person = self._find_person(row)
        parse_day = self.years[row.sheet].parser(row.number)
        on = row.need("on", parse_day, "imports.date_missing")
        activity = row.take("activity", parse_text) or ""
        points = _points(row, activity)
        if row.errors or person is None or on is None or points is None:
            return None
        content = _content(person, on, activity, points)
        if (first := self.tally.rows.get(content)) is not None:
            row.warn("name", "imports.line_repeated", see_row=first)
        return LedgerLine(
            sheet=row.sheet,
            row=row.number,
            key=self.tally.next_key(content),
            person=person,
            on=on,
            activity=activity,
            points=points,
            handler=row.try_take("handler", parse_text) or "",
        )

    def take(self, line: LedgerLine) -> None:
        """Count a line as taken."""
        content = _content(line.person, line.on, line.activity, line.points)
        self.tally.take(content, line.row)

    def _find_person(self, row: Row) -> bytes | None:
        name = row.need("name", parse_name, "imports.name_missing")
        if name is None:
            return None
        digits = row.take("digits", parse_digits)
        if digits is None and not is_blank(row.cell("digits")):
            return None
        try:
            return self.directory.find(name, digits or "").key
        except BadCell as bad:
            field = "digits" if bad.code == "imports.tail_mismatch" else "name"
            row.refuse(field, bad.code)
            return None


def _points(row: Row, activity: str) -> int | None:
    """Points of a line: one column with signs, or one for what came and one for what went."""
    if is_blank(row.cell("points")) and is_blank(row.cell("spent")):
        row.refuse("points", "imports.points_missing")
        return None
    earned = row.take("points", parse_points)
    spent = row.take("spent", parse_points)
    if row.errors:
        return None
    points = (earned or 0) - abs(spent or 0)
    if activity.startswith(_EXCHANGE) and points > 0:
        row.refuse("points", "imports.exchange_not_negative")
    return points


def _content(person: bytes, on: date, activity: str, points: int) -> bytes:
    """What makes a line this one; who wrote it down does not."""
    return digest("ledger", person.hex(), on.isoformat(), activity, str(points))
