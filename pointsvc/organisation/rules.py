"""Pure decisions about roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

ROLES: Final = (
    "clerk",
    "supervisor",
    "auditor",
    "keeper",
    "attendant",
    "leader",
    "volunteer",
)
GRANTED: Final = ROLES[:-1]
# A card and a PIN prove less than a password: at a device they open what people come to it for.
ON_DEVICE: Final[dict[str, frozenset[str]]] = {
    "kiosk": frozenset({"volunteer"}),
    "till": frozenset({"volunteer", "keeper"}),
    "scanner": frozenset({"volunteer", "attendant", "leader"}),
}
# What a visit opens whose owner has yet to set up the second step that the community asks for.
WITHHELD_LEAVES: Final = frozenset({"volunteer"})
SECOND_STEP_DEMANDED: Final[dict[int, frozenset[str]]] = {
    0: frozenset(),
    1: frozenset({"clerk", "supervisor", "auditor"}),
    2: frozenset(GRANTED),
}
SCOPES: Final = {"leader": "group", "attendant": "station", "keeper": "shop"}


def roles_with(granted: Iterable[str]) -> frozenset[str]:
    """The roles of an active member: what was granted, and volunteer unless they audit.

    Who audits the books writes nothing into them, so an auditor holds no other role.
    """
    held = frozenset(granted)
    return held if "auditor" in held else held | {"volunteer"}


def may_hold(role: str, held: Iterable[str]) -> bool:
    """Whether a role fits beside those granted already: an auditor's stands alone."""
    others = set(held) - {role, "volunteer"}
    return not others if role == "auditor" else "auditor" not in others


def demands_second_step(granted: Iterable[str], level: int) -> bool:
    """Whether the community asks a second step of somebody with these roles.

    `level` is its setting: 0 of nobody, 1 of office, supervisors and auditors, 2 of every role beyond
    a volunteer's.
    """
    return not SECOND_STEP_DEMANDED[level].isdisjoint(granted)


def by_weight(roles: Iterable[str]) -> list[str]:
    """Roles in the order of their usefulness as a landing page; unknown ones last."""
    order = {role: place for place, role in enumerate(ROLES)}
    return sorted(roles, key=lambda role: (order.get(role, len(ROLES)), role))
