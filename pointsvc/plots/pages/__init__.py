"""Pages about plots: the leader's own, the office's list."""

from pointsvc.plots.pages import mine, register
from pointsvc.plots.pages.desk import blueprint

__all__ = ["blueprint", "mine", "register"]
