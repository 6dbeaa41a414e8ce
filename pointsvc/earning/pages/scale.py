"""The one scale of all tariffs: looked at first, written when confirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.queries import find_kinds
from pointsvc.communities.queries import get_community
from pointsvc.earning.pages.desk import Shown, beside_day, blueprint, name_of, shown, today
from pointsvc.earning.scaling import ScaleLine, change_scale, plan_scale
from pointsvc.earning.schemas import DECISION_LENGTH, SCALE_HIGH, SCALE_LOW, ScaleForm
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact


@blueprint.route("/scale", methods=["GET", "POST"])
@requires("earning.write")
def scale() -> ResponseReturnValue:
    """Ask, show old and new side by side, and only then write."""
    if request.method == "GET":
        return _page({"change_id": new_id()}, None)
    community_id, actor_id = current_community_id(), current_actor_id()
    now, on = clock.now(), today()
    try:
        asked = parse_form(ScaleForm, request.form)
        if not asked.pop("confirmed"):
            lines = plan_scale(
                community_id=community_id,
                scale=asked["scale"],
                valid_from_on=asked["valid_from_on"],
                decided_on=asked["decided_on"],
                today=on,
            )
            return _page(request.form.to_dict(), None, lines)
        count = transact(
            lambda: change_scale(
                community_id=community_id, recorded_by_id=actor_id, now=now, today=on, **asked
            )
        )
    except (Invalid, Conflict) as refusal:
        return _page(request.form.to_dict(), beside_day(refusal)), refusal.status
    flash(_("%(count)s 条细则写了新版本。", count=count), "success")
    return redirect(url_for("earning.tariffs"), 303)


def _both(lines: list[ScaleLine], codes: list[str]) -> list[tuple[Shown, Shown]]:
    """Old and new, in the order in which the list of tariffs has them."""
    ordered = sorted(lines, key=lambda line: codes.index(line.after.code))
    return [(shown(line.before), shown(line.after)) for line in ordered]


def _page(
    values: dict[str, Any], refusal: Refusal | None, lines: list[ScaleLine] | None = None
) -> str:
    community = get_community(current_community_id())
    on = today()
    names = {kind.code: name_of(kind) for kind in find_kinds(community.id)}
    given = {"valid_from_on": on + timedelta(days=1), "decided_on": on}
    return render_template(
        "earning/scale.html",
        present=community.settings.rate_scale,
        values=given | values,
        refusal=refusal,
        lines=None if lines is None else _both(lines, list(names)),
        names=names,
        bounds=(SCALE_LOW, SCALE_HIGH),
        decision_length=DECISION_LENGTH,
    )
