"""The tariffs' refusals."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict, NotFound
from pointsvc.kernel.i18n import lazy_gettext as _l


class TariffUnknown(NotFound):
    """No activity of this code."""

    code = "earning.tariff_unknown"
    message = _l("没有这个活动类别。")


class TariffInThePast(Conflict):
    """A version may begin today or later: what was earned stays earned."""

    code = "earning.in_the_past"
    message = _l("细则不能溯及既往：生效日须是今天或以后。")


class TariffDayTaken(Conflict):
    """The activity has a version that begins on that day."""

    code = "earning.day_taken"
    message = _l("这个类别在 %(valid_from_on)s 已有一个版本，一天只能有一个。")


class ScaleTooEarly(Conflict):
    """A version that begins then or later would stay at the old scale."""

    code = "earning.scale_too_early"
    message = _l("已有细则从 %(valid_from_on)s 起生效，请把新标准定在那天以后。")
