"""The clerk's pages about people: the register, one person, cards and slips, trainings and insurances."""

from pointsvc.members.pages import cards, covers, one, register
from pointsvc.members.pages.desk import blueprint

__all__ = ["blueprint", "cards", "covers", "one", "register"]
