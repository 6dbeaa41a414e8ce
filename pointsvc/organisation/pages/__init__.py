"""The clerk's pages about groups, roles, places, devices and settings."""

from pointsvc.organisation.pages import devices, groups, insuring, places, position, roles
from pointsvc.organisation.pages.desk import blueprint

__all__ = ["blueprint", "devices", "groups", "insuring", "places", "position", "roles"]
