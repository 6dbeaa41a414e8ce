"""Goods, their prices and their stock."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.i18n import lazy_gettext as _l


class GoodsPast(Conflict):
    """What is past its date goes to waste, and nowhere else (S6)."""

    code = "shop.goods_past"
    message = _l("这批已经过期，只能报损。")


class SameShop(Conflict):
    """Goods are sent to the shop where they lie."""

    code = "shop.same_shop"
    message = _l("东西本来就在这家店，请选另一家店。")


class NotCheaper(Invalid):
    """A mark-down that is none."""

    code = "shop.not_cheaper"
    message = _l("特价要比现在的价低。")


class MarkdownRunning(Conflict):
    """The product is marked down already."""

    code = "shop.markdown_running"
    message = _l("这件商品正在特价，先结束这一次再定新的。")


class SameAgain(Conflict):
    """The member got exactly these goods a moment ago; a second time is said on purpose."""

    code = "shop.same_again"
    message = _l("刚给这位办过一模一样的一单（小票 %(receipt_no)s）。真要再办，请点“再办一单”。")


class ProductExists(Conflict):
    """An open product of the shop has this barcode, or this name and pack."""

    code = "shop.product_exists"
    message = _l("店里已有同名同规格或同条码的商品。")


class ProductClosed(Conflict):
    """The product was taken off the catalogue."""

    code = "shop.product_closed"
    message = _l("这件商品已下架。")


class StillInStock(Conflict):
    """A product with units on hand stays in the catalogue."""

    code = "shop.still_in_stock"
    message = _l("库里还有 %(on_hand)s 件，清完才能下架。")


class OutOfStock(Conflict):
    """Fewer units may leave than are wanted: the rest is sold, restricted or past its date."""

    code = "shop.out_of_stock"
    message = _l("库存不够：想兑 %(wanted)s 件，能兑 %(available)s 件。")


class WasteExceeds(Conflict):
    """More written off than the batch has."""

    code = "shop.waste_exceeds"
    message = _l("这批只有 %(on_hand)s 件。")
