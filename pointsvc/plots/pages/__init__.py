"""Pages about plots: the leader's own, the office's list, calendars, who cares."""

from pointsvc.plots.pages import calendar, caring, mine, plans, register, week
from pointsvc.plots.pages.desk import blueprint

__all__ = ["blueprint", "calendar", "caring", "mine", "plans", "register", "week"]
