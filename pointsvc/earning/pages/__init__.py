"""Pages about tariffs: the list for the board, one activity's versions, the scale."""

from pointsvc.earning.pages import scale, tariffs, versions
from pointsvc.earning.pages.desk import blueprint

__all__ = ["blueprint", "scale", "tariffs", "versions"]
