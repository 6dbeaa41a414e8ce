"""Where a place lies: typed, or taken from the phone of a clerk who stands there."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import PlaceFacts, get_community, get_place
from pointsvc.communities.settings import RADIUS_METRES
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.geo import Circle, point_in
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.office import locate_place
from pointsvc.organisation.pages.desk import blueprint, clerk, done
from pointsvc.organisation.schemas import PositionForm

RADIUS_USUAL: Final = 100


@blueprint.route("/places/<uuid:place_id>/position", methods=["GET", "POST"])
@requires("organisation.write")
def position(place_id: UUID) -> ResponseReturnValue:
    """The middle of a place and how far it reaches."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    place = get_place(community_id, place_id)
    if request.method == "GET":
        return _page(place, _as_it_is(place), None)
    try:
        where = _circle(parse_form(PositionForm, request.form))
        transact(
            lambda: locate_place(
                community_id=community_id, place_id=place_id, position=where, actor=actor, now=now
            )
        )
    except Invalid as refusal:
        return _page(place, request.form.to_dict(), refusal), refusal.status
    flash(_("“%(name)s”的位置记好了。", name=place.name), "success")
    return redirect(url_for("organisation.places"), 303)


@blueprint.route("/places/<uuid:place_id>/position/forget", methods=["POST"])
@requires("organisation.write")
def forget_position(place_id: UUID) -> ResponseReturnValue:
    """Signs there ask for no position any more."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        locate_place(
            community_id=community_id, place_id=place_id, position=None, actor=actor, now=now
        )

    return done("organisation.places", work, _("位置删掉了。"))


def _circle(values: dict[str, Any]) -> Circle:
    point = point_in(values["point"])
    if point is None:
        raise Invalid({"point": [_("请写成“38.252100, 106.771800”的样子：先纬度，后经度。")]})
    return Circle(point, values["radius_metres"])


def _as_it_is(place: PlaceFacts) -> dict[str, Any]:
    known = place.position
    return {
        "point": str(known.middle) if known else "",
        "radius_metres": known.radius_metres if known else RADIUS_USUAL,
    }


def _page(place: PlaceFacts, values: dict[str, Any], refusal: Invalid | None) -> str:
    settings = get_community(current_community_id()).settings
    return render_template(
        "organisation/position.html",
        place=place,
        values=values,
        refusal=refusal,
        radius=RADIUS_METRES,
        error_max=settings.position_error_metres_max,
    )
