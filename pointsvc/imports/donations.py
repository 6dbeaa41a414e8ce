"""捐赠登记: who gave what to the shop."""

from __future__ import annotations

from dataclasses import replace

from pointsvc.imports.amounts import parse_fen, parse_quantity
from pointsvc.imports.cells import Cell, parse_text
from pointsvc.imports.dates import parse_best_before
from pointsvc.imports.headers import Kind, heading
from pointsvc.imports.lines import DonationLine, Tally, digest
from pointsvc.imports.rows import Row
from pointsvc.imports.years import Years

KIND = Kind(
    name="donations",
    headings=(
        heading(
            "on",
            "日期 时间 捐赠日期 捐赠时间 登记日期 接收日期 入库日期",
            "日期",
            "保质|到期|有效|生产",
        ),
        heading(
            "donor",
            "捐赠人/单位 捐赠人 捐赠单位 捐赠方 捐赠者 爱心人士 爱心企业 捐赠单位/个人 捐赠人或单位",
            "捐赠(?:人|单位|方|者|企业|个人)|爱心(?:人士|企业|商家)",
            "电话|手机|联系",
        ),
        heading(
            "product",
            "物品 物品名称 品名 捐赠物品 商品 商品名称 捐赠物资 物资名称 物资 名称",
            "物品|物资|品名|商品",
            "编号|规格|数量|条码|价值",
        ),
        heading("pack", "规格 规格型号 包装 包装规格", "规格"),
        heading("quantity", "数量 件数 捐赠数量 个数 数目", "数量|件数"),
        heading("price", "单价 价格 市场价 参考单价 市场单价", "单价"),
        heading(
            "value", "金额 总价 价值 总金额 合计金额 总价值 折合金额 捐赠金额", "金额|总价|价值"
        ),
        heading(
            "best_before",
            "保质期至 有效期至 到期日 到期日期 保质期 有效期 保质期限",
            "保质|有效期|到期",
        ),
    ),
    needs=(
        frozenset({"on"}),
        frozenset({"donor"}),
        frozenset({"product"}),
        frozenset({"quantity"}),
    ),
)


class DonationsReader:
    """Reads the donation register's rows one after another."""

    def __init__(self, years: dict[str, Years]) -> None:
        """Nothing taken yet; `years` by sheet."""
        self.years = years
        self.tally = Tally()

    def read(self, row: Row) -> DonationLine | None:
        """The gift of a row, or None where it is wrong."""
        parse_day = self.years[row.sheet].parser(row.number)
        on = row.need("on", parse_day, "imports.date_missing")
        donor = row.take("donor", parse_text) or ""
        product = row.need("product", parse_product, "imports.product_missing")
        quantity = row.need("quantity", parse_quantity, "imports.quantity_missing")
        value_fen = _value(row, quantity)
        if row.errors or on is None or product is None or quantity is None:
            return None
        pack = row.try_take("pack", parse_pack) or ""
        line = DonationLine(
            sheet=row.sheet,
            row=row.number,
            key=b"",
            on=on,
            donor=donor,
            product=product,
            pack=pack,
            quantity=quantity,
            value_fen=value_fen,
            best_before_on=row.try_take("best_before", parse_best_before),
        )
        content = _content(line)
        if (first := self.tally.rows.get(content)) is not None:
            row.warn("product", "imports.line_repeated", see_row=first)
        return replace(line, key=self.tally.next_key(content))

    def take(self, line: DonationLine) -> None:
        """Count a gift as taken."""
        self.tally.take(_content(line), line.row)


def parse_product(cell: Cell) -> str:
    """A product's name, 80 characters at most.

    Raises:
        BadCell: `imports.text_too_long`.
    """
    return parse_text(cell, 80)


def parse_pack(cell: Cell) -> str:
    """How it is packed (2kg, 30枚), 40 characters at most.

    Raises:
        BadCell: `imports.text_too_long`.
    """
    return parse_text(cell, 40)


def _value(row: Row, quantity: int | None) -> int | None:
    """What the gift is worth in fen: pieces by the price of one, else the value as written."""
    price = row.take("price", parse_fen)
    if price is not None and quantity is not None:
        return price * quantity
    value = row.take("value", parse_fen)
    if value is None and {"price", "value"} & row.table.columns.keys() and not row.errors:
        row.warn("price" if "price" in row.table.columns else "value", "imports.price_missing")
    return value


def _content(line: DonationLine) -> bytes:
    """What makes a gift this one; its price and best-before may be corrected later."""
    return digest(
        "donation", line.on.isoformat(), line.donor, line.product, line.pack, str(line.quantity)
    )
