"""The disclosure's refusals."""

from __future__ import annotations

from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.i18n import lazy_gettext as _l


class NoSuchMonth(NotFound):
    """A month that has not begun, or what is no month at all."""

    code = "disclosure.no_such_month"
    message = _l("没有这个月的公示：月份写成 2026-11 这样，还没有到的月份看不到。")
