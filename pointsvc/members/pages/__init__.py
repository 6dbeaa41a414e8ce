"""The clerk's pages about people: the register, one person, cards and slips."""

from pointsvc.members.pages import cards, one, register
from pointsvc.members.pages.desk import blueprint

__all__ = ["blueprint", "cards", "one", "register"]
