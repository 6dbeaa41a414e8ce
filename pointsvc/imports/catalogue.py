"""积分超市商品: the shop's price list in points."""

from __future__ import annotations

from pointsvc.imports.amounts import parse_barcode, parse_limit, parse_points
from pointsvc.imports.donations import parse_pack, parse_product
from pointsvc.imports.headers import Kind, heading
from pointsvc.imports.lines import CatalogueLine
from pointsvc.imports.rows import Row

KIND = Kind(
    name="catalogue",
    headings=(
        heading("barcode", "条码 条形码 商品条码 商品条形码", "条码|条形码"),
        heading(
            "product",
            "商品 商品名称 品名 名称 物品 物品名称 兑换商品 兑换物品 礼品 礼品名称",
            "商品|品名|物品|礼品",
            "编号|规格|数量|条码|单价",
        ),
        heading("pack", "规格 规格型号 包装 包装规格 单位", "规格"),
        heading(
            "points",
            "所需积分 兑换积分 积分 兑换分值 所需分值 积分价 分值 积分价格 兑换所需积分 需要积分",
            "积分|分值",
            "余额|累计|合计",
        ),
        heading(
            "limit",
            "每户每月限兑 限兑 限购 每户限兑 每月限兑 限兑数量 每户限购 限量 每户每月限购",
            "限兑|限购|限量",
        ),
        heading("donor", "捐赠人/单位 捐赠人 捐赠单位 捐赠方", "捐赠"),
        heading("person", "姓名 名字 兑换人 居民姓名 志愿者姓名 志愿者"),
        heading("on", "日期 兑换日期 兑换时间"),
    ),
    needs=(frozenset({"product"}), frozenset({"points"})),
    forbids=frozenset({"donor", "person", "on"}),
)


class CatalogueReader:
    """Reads the price list row by row."""

    def __init__(self) -> None:
        """Nothing taken yet."""
        self.products: dict[tuple[str, str], CatalogueLine] = {}
        self.barcodes: dict[str, CatalogueLine] = {}

    def read(self, row: Row) -> CatalogueLine | None:
        """The product of a row; None where it is wrong, or repeats one (a warning)."""
        name = row.need("product", parse_product, "imports.product_missing")
        points = row.need("points", parse_points, "imports.points_missing")
        if points is not None and points <= 0:
            row.refuse("points", "imports.points_out_of_range")
        if row.errors or name is None or points is None:
            return None
        line = CatalogueLine(
            sheet=row.sheet,
            row=row.number,
            barcode=row.try_take("barcode", parse_barcode),
            name=name,
            pack=row.try_take("pack", parse_pack) or "",
            price_points=points,
            limit_household_month=row.try_take("limit", parse_limit),
        )
        return None if self._is_repeated(row, line) else line

    def take(self, line: CatalogueLine) -> None:
        """Count a product as taken."""
        self.products[line.name, line.pack] = line
        if line.barcode:
            self.barcodes[line.barcode] = line

    def _is_repeated(self, row: Row, line: CatalogueLine) -> bool:
        """A repeated row is a warning; the same product or barcode with other facts an error."""
        first = self.products.get((line.name, line.pack))
        if first is None and line.barcode:
            first = self.barcodes.get(line.barcode)
        if first is None:
            return False
        same = (first.name, first.pack, first.price_points) == (
            line.name,
            line.pack,
            line.price_points,
        )
        if same and line.barcode in (None, first.barcode):
            row.warn("product", "imports.product_repeated", see_row=first.row)
        else:
            row.refuse("product", "imports.product_contradicts", see_row=first.row)
        return True
