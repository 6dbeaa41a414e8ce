"""The books' refusals."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid, NotFound
from pointsvc.kernel.i18n import lazy_gettext as _l


class InsufficientPoints(Conflict):
    """Fewer spendable points than asked for."""

    code = "ledger.insufficient_points"
    message = _l("积分不够：现有 %(balance_points)s 分，需要 %(total_points)s 分。")


class AccountClosed(Conflict):
    """The owner was merged into another account, or erased: nothing moves here any more."""

    code = "ledger.account_closed"
    message = _l("这个账户已经合并或注销，不能再记账。请刷新后再试。")


class AmountRefused(Invalid):
    """An amount that is no whole number from 1 to 1,000,000."""

    code = "ledger.amount_refused"
    message = _l("数额须为 1 至 1,000,000 的整数。")


class EffectRepeated(Conflict):
    """The same deed would move points a second time (L8)."""

    code = "ledger.effect_repeated"
    message = _l("这件事已经记过账了，没有重复记账。")


class ReviewEnded(Conflict):
    """The review was released or annulled before (L10)."""

    code = "ledger.review_ended"
    message = _l("这笔待公示积分已处理过。")


class ReservationEnded(Conflict):
    """More of a reservation would end than is left of it (L10)."""

    code = "ledger.reservation_ended"
    message = _l("这笔预留的积分已经用掉或退回了。")


class CorrectionExceeds(Conflict):
    """More would be corrected than was moved (L12)."""

    code = "ledger.correction_exceeds"
    message = _l("冲正数额超过了原来的数额。")


class NothingToCorrect(NotFound):
    """There is no such transfer to correct."""

    code = "ledger.nothing_to_correct"
    message = _l("没有找到要冲正的记录。")


class FutureExpiry(Conflict):
    """Points may not be expired before their last day has passed."""

    code = "ledger.future_expiry"
    message = _l("不能提前清零：日期还没有到。")


class GapReasonMissing(Invalid):
    """Nobody said why days are missing, or in more than 500 characters."""

    code = "ledger.gap_reason_missing"
    message = _l("请写明为什么缺了这几天，500 字以内：它会印在公示页上。")


class GapNotByOperator(Invalid):
    """No operator has this phone number."""

    code = "ledger.gap_not_by_operator"
    message = _l("没有用这个手机号的运营员：缺口要由运营员本人说明。")
