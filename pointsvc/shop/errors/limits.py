"""What somebody may still have."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class LimitExists(Conflict):
    """The shop has a limit on the same thing, for the same holder and window."""

    code = "shop.limit_exists"
    message = _l("已经有一条一样的限兑，改它的数就行。")


class InsufficientPoints(Conflict):
    """The member has fewer spendable points than the goods cost."""

    code = "shop.insufficient_points"
    message = _l("积分不够：现有 %(balance_points)s 分，需要 %(total_points)s 分。")


class LimitReached(Conflict):
    """More than the household may have of a product this month."""

    code = "shop.limit_reached"
    message = _l("超过本户本月限兑：每户每月 %(limit)s 件，还可兑 %(left)s 件。")


class UnitsLimitReached(Conflict):
    """More units than a person or household may have of something in a window."""

    code = "shop.units_limit_reached"
    message = _l("超过这家店的限兑：最多 %(limit)s 件，还可兑 %(left)s 件。")


class PointsLimitReached(Conflict):
    """More points than a person or household may spend on something in a window."""

    code = "shop.points_limit_reached"
    message = _l("超过这家店的限兑：最多用 %(limit)s 分，还可用 %(left)s 分。")


class BalanceTooLow(Conflict):
    """The member has fewer points than the community lets exchange from."""

    code = "shop.balance_too_low"
    message = _l("要攒够 %(minimum)s 分才能兑换，现有 %(balance_points)s 分。")
