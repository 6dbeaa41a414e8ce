"""积分细则: what every activity earns now and what is coming, to read and to print for the board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import render_template, request

from pointsvc.activities.queries import KindFacts, find_kinds
from pointsvc.communities.queries import get_community
from pointsvc.earning.pages.desk import Shown, blueprint, name_of, shown, today
from pointsvc.earning.queries import find_versions
from pointsvc.earning.rules import TariffFacts, in_force
from pointsvc.kernel.permission import current_caller, current_community_id, requires


@blueprint.route("")
@requires("earning.read")
def tariffs() -> str:
    """The version in force of each activity, those that are coming, found by name or code."""
    community = get_community(current_community_id())
    versions = find_versions(community_id=community.id)
    text, on = request.args.get("q", "").strip(), today()
    kinds = [kind for kind in find_kinds(community.id) if _is_wanted(kind, text)]
    lines = [_line(kind, versions.get(kind.code, []), on) for kind in kinds]
    return render_template(
        "earning/tariffs.html",
        parts=[
            [line for line in lines if line[0].counted_by != "other"],
            [line for line in lines if line[0].counted_by == "other"],
        ],
        names={kind.code: name_of(kind) for kind in kinds},
        text=text,
        today=on,
        scale=community.settings.rate_scale,
    )


def _is_wanted(kind: KindFacts, text: str) -> bool:
    """Out of use only for those who can put it back into use; found by what it is called."""
    is_shown = kind.is_used or kind.counted_by == "other" or "clerk" in current_caller().roles
    called = f"{kind.name} {kind.name_en} {kind.code}".casefold()
    return is_shown and text.casefold() in called


def _line(
    kind: KindFacts, versions: Sequence[TariffFacts], on: date
) -> tuple[KindFacts, Shown | None, list[Shown]]:
    now = in_force(versions, on)
    coming = [shown(version) for version in versions if version.valid_from_on > on]
    return kind, shown(now) if now else None, coming
