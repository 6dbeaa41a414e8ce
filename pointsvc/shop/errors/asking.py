"""What is asked of a supervisor about stock and invoices."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class StockRequestWaiting(Conflict):
    """A request for this batch or this invoice waits for a supervisor already."""

    code = "shop.stock_request_waiting"
    message = _l("这里已经有一条申请在等监督员，请先等它有结果，或撤回。")


class BooksSaidOtherwise(Conflict):
    """A count is compared with what the books said when it was made, not with what somebody types."""

    code = "shop.books_said_otherwise"
    message = _l("账上现在是 %(on_hand)s 件，和这一页打开时不一样了。请刷新，再数一遍。")


class NothingCorrected(Conflict):
    """An invoice is corrected to what it says already."""

    code = "shop.nothing_corrected"
    message = _l("和原来登记的一样，没有要更正的。")


class CorrectionExceeds(Conflict):
    """So many of the bought goods left already that so few cannot have come."""

    code = "shop.correction_exceeds"
    message = _l("%(name)s这批现在只剩 %(on_hand)s 件，数量最少改成 %(least)s 件。")


class InvoiceMoved(Conflict):
    """The invoice was corrected otherwise since this was asked."""

    code = "shop.invoice_moved"
    message = _l("这张采购在这期间改过了，请撤回这条申请，照现在的数重新申请。")
