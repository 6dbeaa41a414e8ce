"""Pages about shifts: the staff's list, opening one, one shift, joining and leaving, ways to count."""

from pointsvc.activities.pages import kinds, opening, shifts, volunteering
from pointsvc.activities.pages.desk import blueprint

__all__ = ["blueprint", "kinds", "opening", "shifts", "volunteering"]
