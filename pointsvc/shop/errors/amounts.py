"""What is asked for is no amount, date or code."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.i18n import lazy_gettext as _l


class AmountRefused(Invalid):
    """A quantity or a sum of points that is no amount: 1 to 1,000 units, 1,000,000 points."""

    code = "shop.amount_refused"
    message = _l("数量须为 1 至 1000 的整数，合计不超过 1,000,000 分。")


class BarcodeRefused(Invalid):
    """A barcode with characters that no label has, or a wrong check digit of EAN-13 or EAN-8."""

    code = "shop.barcode_refused"
    message = _l(
        "条码不对：8 位、13 位条码的末位校验不符，或含有条码里没有的字符。请再扫一次；"
        "没有条码的，空着就行。"
    )


class ShopUnclear(Invalid):
    """The keeper keeps several shops and the request does not say which."""

    code = "shop.which_shop"
    message = _l("您管着几家店，请选是哪一家。")


class ScanAgain(Conflict):
    """The member was scanned too long ago, by somebody else, or not at all."""

    code = "shop.scan_again"
    message = _l("离扫码已经太久，请再扫一次居民的码。")


class MarkdownExceeds(Conflict):
    """More is wanted than there is at the lowered price."""

    code = "shop.markdown_exceeds"
    message = _l("特价的只剩 %(left)s 件。先办这几件，多要的另办一次，按原价。")


class PastDate(Invalid):
    """Goods that are past their date are brought to the shelf."""

    code = "shop.past_date"
    message = _l("已过期，不能入库。")


class FutureDate(Invalid):
    """An invoice, or a sponsor's money, is of a day that has not come."""

    code = "shop.future_date"
    message = _l("不能晚于今天，请照单据上的日期填。")


class DatesCrossed(Invalid):
    """The last day to eat lies before the last day of the best."""

    code = "shop.dates_crossed"
    message = _l("最后食用的日子不能早于保质期。")


class ReasonRequired(Conflict):
    """The count differs from the books, and nobody says why."""

    code = "shop.reason_required"
    message = _l("数出来和账上不一样。请再数一遍；真不一样的，写上原因，请监督员一起更正。")
