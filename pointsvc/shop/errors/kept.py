"""Goods that are kept for somebody, and exchange days."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.i18n import lazy_gettext as _l


class GoodsReserved(Conflict):
    """Fewer units would be left than are kept for people."""

    code = "shop.goods_reserved"
    message = _l("其中 %(reserved)s 件有人预约了。要减到更少，请先在“预约”里替他们取消。")


class NotOpen(Conflict):
    """The reservation was fetched, cancelled or has run out."""

    code = "shop.reservation_not_open"
    message = _l("这张预约单已经了结了（取走、取消或过期）。")


class PickupCodeWrong(Conflict):
    """No open reservation of this community has the code: mistyped, used, or run out."""

    code = "shop.pickup_code_wrong"
    message = _l("没有这个自提码：可能打错了，也可能已经取走或过期了。")


class PickupElsewhere(Conflict):
    """The code is another shop's."""

    code = "shop.pickup_elsewhere"
    message = _l("这张预约单要到“%(shop)s”去取。")


class DueTooFar(Invalid):
    """A reservation is kept for a day at least and for two weeks at most, or what the day says."""

    code = "shop.due_too_far"
    message = _l("最多留 14 天。")


class DayDisordered(Conflict):
    """Wishes close before the first slot begins, and make-up slots come after all the others."""

    code = "shop.day_disordered"
    message = _l("时间不对：先登记，登记截止以后才开始兑换；补兑要排在所有兑换时段之后。")


class DayOver(Conflict):
    """The exchange day was drawn, ended or called off."""

    code = "shop.day_over"
    message = _l("这个兑换日已经抽签、结束或取消了。")


class WishesClosed(Conflict):
    """Wishes are not taken yet or not any more, or this one was decided."""

    code = "shop.wishes_closed"
    message = _l("现在不在登记时间里，或者已经有结果了。")


class AlreadyWished(Conflict):
    """The household wished for this before: once is as good as often."""

    code = "shop.already_wished"
    message = _l("您家已经登记过这一样了，每户每样登记一次。")


class DrawTooEarly(Conflict):
    """Wishes are still taken."""

    code = "shop.draw_too_early"
    message = _l("登记还没有截止，不能抽签。")


class AlreadyDrawn(Conflict):
    """It was drawn, or called off."""

    code = "shop.already_drawn"
    message = _l("已经抽过签了。")
