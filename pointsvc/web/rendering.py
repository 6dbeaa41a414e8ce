"""What every page knows: who is reading, in which mode and language, where they can go."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError

from pointsvc.activities.queries import ShiftFacts
from pointsvc.checkin.offline import owner_of
from pointsvc.checkin.queries import attendances_of
from pointsvc.communities.queries import get_community
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.i18n import LazyText, choose_locale, gettext as _, lazy_gettext as _l
from pointsvc.kernel.permission import Caller, current_caller
from pointsvc.kernel.read_only import is_read_only
from pointsvc.members.operators import find_operator
from pointsvc.plots.places.about import About, find_about
from pointsvc.plots.queries import sign_texts
from pointsvc.web.about_members import links_about
from pointsvc.web.navigation import Item, items_for, role_tabs

MODES = ("elder", "standard")
STANDINGS: Final[dict[str, tuple[LazyText, str]]] = {
    "leads": (_l("您带队"), "info"),
    "open": (_l("您在场"), "good"),
    "provisional": (_l("您到了，待确认"), "wait"),
    "held": (_l("您来过，待核实"), "wait"),
    "closed": (_l("您来过了"), "good"),
}


def wire(app: Flask) -> None:
    """Give the templates their common values."""
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    caller = current_caller()
    caller_name, community_name = _names(caller)
    return {
        "caller": caller,
        "reader": caller,
        "mode": choose_mode(),
        "locale": choose_locale(),
        "navigation": _places(caller),
        "role_tabs": partial(role_tabs, caller),
        "links_about": partial(links_about, caller),
        "my_standings": partial(standings_in, caller),
        "about_place": about_place,
        "words_on_signs": partial(words_on_signs, caller),
        "caller_name": caller_name,
        "community_name": community_name,
        "is_read_only": is_read_only(),
        "idle_seconds": caller.idle_seconds,
        "scan_owner": _scan_owner(caller),
    }


def _places(caller: Caller) -> list[Item]:
    """The side bar; htmx takes only a part of the page, which stands beside one already."""
    return [] if "HX-Request" in request.headers else items_for(caller)


def standings_in(caller: Caller, shifts: Sequence[ShiftFacts]) -> dict[UUID, tuple[LazyText, str]]:
    """What the reader already is in shifts that they could join: counted there, or its leader.

    The pages of shifts stand below check-in and ask for it by this name.
    """
    if caller.id is None or caller.community_id is None:
        return {}
    found = {shift.id: "leads" for shift in shifts if shift.led_by_id == caller.id}
    ids = [shift.id for shift in shifts]
    present = attendances_of(caller.community_id, caller.id, shift_ids=ids)
    found |= {each.shift_id: each.state for each in present if each.state != "void"}
    return {shift_id: STANDINGS[state] for shift_id, state in found.items()}


def about_place(community_id: UUID, place_id: UUID) -> About | None:
    """What everybody may read of a plot behind its sign; None for what is no open plot.

    The page of a scanned code stands below plots and asks for it by this name.
    """
    return find_about(get_community(community_id), place_id, clock.now())


def words_on_signs(caller: Caller) -> dict[UUID, str]:
    """What the signs of the reader's plots say beside their code; asked for by the sheet of signs."""
    return sign_texts(caller.community_id) if caller.community_id else {}


def choose_mode() -> str:
    """Elder mode is the default of volunteers and of anyone not signed in."""
    chosen = request.cookies.get("mode")
    if chosen in MODES:
        return chosen
    working_roles = current_caller().roles - {"volunteer"}
    return "standard" if working_roles or current_caller().kind == "operator" else "elder"


def _scan_owner(caller: Caller) -> str | None:
    """Whose unsent scans this browser may show: "" nobody's, None where we do not know who reads."""
    return None if caller.kind == "anonymous" else str(owner_of(caller) or "")


def _names(caller: Caller) -> tuple[str | None, str | None]:
    """Who is reading and where; nothing when the database is away, as its error page says so."""
    if caller.id is None:
        return None, None
    try:
        place = get_community(caller.community_id).name if caller.community_id else _("运营管理")
        return _name(caller), place
    except (SQLAlchemyError, NotFound):
        db.session.rollback()
        return None, None


def _name(caller: Caller) -> str | None:
    if caller.kind != "operator" or caller.id is None:
        return caller.name
    operator = find_operator(caller.id)
    return operator.name if operator else None
