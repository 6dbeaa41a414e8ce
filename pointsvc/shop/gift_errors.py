"""The shop's refusals about gifts, their purposes, and money."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class NotRestricted(Conflict):
    """Goods without a purpose are exchanged at the counter, not handed out for one."""

    code = "shop.not_restricted"
    message = _l("这批没有指定用途，请在柜台上兑换。")


class IssuePastDate(Conflict):
    """Goods past their date leave to waste only (S6)."""

    code = "shop.issue_past_date"
    message = _l("这批已过期，只能报损，不能发放。")


class IssueExceeds(Conflict):
    """More is handed out than the batch has."""

    code = "shop.issue_exceeds"
    message = _l("这批只有 %(on_hand)s 件，发不了 %(wanted)s 件。")


class PurposeUnchanged(Conflict):
    """The new purpose is the one that stands."""

    code = "shop.purpose_unchanged"
    message = _l("新用途和现在的一样，不用改。")


class DonorUnknown(Conflict):
    """Nobody can agree for a donor who gave no name (慈善法 art. 56)."""

    code = "shop.donor_unknown"
    message = _l("捐赠人没有留名，没有人能同意改用途。请照原来的用途发放。")


class SupplierExists(Conflict):
    """A supplier of that name is known."""

    code = "shop.supplier_exists"
    message = _l("已经登记过同名的供应商，请从名单里选。")


class InvoiceKnown(Conflict):
    """This supplier's invoice was entered before."""

    code = "shop.invoice_known"
    message = _l("这家的发票 %(invoice_no)s 已经登记过，是第 %(number)s 笔采购。")


class InvoiceNoMistaken(InvoiceKnown):
    """Another invoice was entered under this number by mistake, and reads otherwise since."""

    code = "shop.invoice_no_mistaken"
    message = _l(
        "这家的发票号 %(invoice_no)s 错登在第 %(number)s 笔采购上，后来更正了。"
        "请先空着发票号登记，再到这笔新采购里更正发票号。"
    )


class BudgetExceeded(Conflict):
    """A purchase costs more than is left of the sponsor's money."""

    code = "shop.budget_exceeded"
    message = _l("这笔赞助只剩 %(left)s 元，不够付 %(total)s 元。")


class SpentAlready(Conflict):
    """A sponsor's money is corrected to less than was spent of it."""

    code = "shop.spent_already"
    message = _l("这笔赞助已经花了 %(spent)s 元，不能改成比这个少。")
