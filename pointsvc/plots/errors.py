"""Refusals about plots."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class NotOfGroup(Conflict):
    """Leaders ask people of the group that tends the plot, nobody else."""

    code = "plots.not_of_group"
    message = _l("这位居民不在负责这块田的党小组里，请专干先把他加进组。")
