"""Refusals of communities and their places."""

from __future__ import annotations

from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.i18n import lazy_gettext as _l


class CommunityExists(Conflict):
    """Two communities of one name could not be told apart by a clerk or an operator."""

    code = "communities.name_taken"
    message = _l("已经有叫这个名字的社区。")


class PlaceNumberTaken(Conflict):
    """The kind has a place of this number."""

    code = "communities.place_number_taken"
    message = _l("这一类场所已经有 %(number)s 号。")


class PlaceClosed(Conflict):
    """The place was closed and takes nothing new."""

    code = "communities.place_closed"
    message = _l("这个场所已经停用。")
