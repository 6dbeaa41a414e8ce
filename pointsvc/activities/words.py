"""Shifts in words."""

from __future__ import annotations

from typing import Final

from pointsvc.activities.queries import ShiftFacts
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _

MINUTES_IN_HOUR: Final = 60


def span_in_words(shift: ShiftFacts, zone: str) -> str:
    """08:00–10:00, 22:30–次日 00:00: on the community's clocks."""
    begins, ends = clock.local(shift.starts_at, zone), clock.local(shift.ends_at, zone)
    if ends.date() == begins.date():
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return f"{begins:%H:%M}–" + _("次日 %(time)s", time=f"{ends:%H:%M}")


def length_in_words(minutes: int) -> str:
    """90 → 1 小时 30 分钟."""
    hours, rest = divmod(minutes, MINUTES_IN_HOUR)
    if not hours:
        return _("%(minutes)s 分钟", minutes=rest)
    if rest:
        return _("%(hours)s 小时 %(minutes)s 分钟", hours=hours, minutes=rest)
    return _("%(hours)s 小时", hours=hours)
