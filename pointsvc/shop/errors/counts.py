"""Stock-takes."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class CountRunning(Conflict):
    """One stock-take at a time in a shop."""

    code = "shop.count_running"
    message = _l("这家店正在盘点，先把这一次做完。")


class CountFull(Conflict):
    """Two people count already."""

    code = "shop.count_full"
    message = _l("这次盘点已有两个人在数。")


class CountClosed(Conflict):
    """The stock-take, or one's own part of it, is over."""

    code = "shop.count_closed"
    message = _l("这次盘点您已经数完，或者已经结束，不能再改。")


class NotYourCount(Conflict):
    """Somebody else counts, or somebody who counted wants to approve it (L15)."""

    code = "shop.not_your_count"
    message = _l("要由没有数过的另一位监督员来定，也不能是数的人的家人；数的人只能数自己那份。")


class NothingCounted(Conflict):
    """Somebody is finished who counted nothing."""

    code = "shop.nothing_counted"
    message = _l("还没有数过东西。先扫一件，填上件数。")


class CountMoved(Conflict):
    """The books have less than the count takes away, or no batch to add to: it is counted again."""

    code = "shop.count_moved"
    message = _l("有的商品账上不够扣，或者从来没有入过库，不能照这个数更正。请退回重数。")
