"""An inspector's own page: what one is asked for, the form of 100 points, the group's objection."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.scopes import scope_of
from pointsvc.attachments.doors import pictures_in
from pointsvc.attachments.queries import pictures_of
from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import names_of
from pointsvc.organisation.queries import led_place_ids
from pointsvc.plots.access import oversees, sees_plot
from pointsvc.plots.doing.form_versions import FormFacts, find_forms
from pointsvc.plots.doing.inspecting import (
    decline_inspection,
    finish_inspection,
    object_to_inspection,
)
from pointsvc.plots.doing.inspections import find_visits, get_visit, marks_of, visits_of
from pointsvc.plots.doing.pictures import INSPECTION
from pointsvc.plots.forms.doing import MarkForm, NoteForm, ObjectionForm
from pointsvc.plots.models import Inspection
from pointsvc.plots.pages.desk import blueprint, check_pictures_of_today
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.inspecting import PICTURES_MAX, Item, Mark, may_object
from pointsvc.plots.words import form_words


@blueprint.route("/inspections/mine")
@requires("me.read")
def my_inspections() -> str:
    """What I am asked to inspect; what was found on the plots that I lead."""
    community, member_id = get_community(current_community_id()), current_actor_id()
    led = led_place_ids(community.id, [member_id]).get(member_id, frozenset())
    found = find_visits(community.id, Inspection.place_id.in_(led), Inspection.state == "done")
    return render_template(
        "plots/my_inspections.html",
        visits=visits_of(community.id, member_id),
        found=found,
        place_names={
            place.id: place.name
            for place in find_places(community.id, kind="plot", with_closed=True)
        },
        pass_mark=community.settings.inspection_pass_mark,
        zone=community.zone,
    )


@blueprint.route("/inspections/<uuid:inspection_id>", methods=["GET", "POST"])
@requires("me.read")
def inspection(inspection_id: UUID) -> ResponseReturnValue:
    """The form to fill in, once; then what was found, for the inspector, the plot's people, the office."""
    if request.method == "GET":
        return _page(inspection_id, {}, None)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    visit = get_visit(community_id, inspection_id)
    if visit.inspector_id != actor_id:
        raise NotFound
    try:
        marks = _marks(visit.form_id)
        note = parse_form(NoteForm, {"note": request.form.get("note", "")})["note"]
        check_pictures_of_today()
        pictures = pictures_in("photo", most=PICTURES_MAX) if visit.state == "asked" else []
        score = transact(
            lambda: finish_inspection(
                community_id=community_id,
                inspection_id=inspection_id,
                marks=marks,
                note=note,
                pictures=pictures,
                inspector_id=actor_id,
                now=now,
            )
        )
    except Refusal as refusal:
        return _page(inspection_id, request.form.to_dict(), refusal), refusal.status
    flash(_("交上去了：%(score)s 分。谢谢您。", score=score), "success")
    return redirect(url_for("plots.inspection", inspection_id=inspection_id), 303)


@blueprint.route("/inspections/<uuid:inspection_id>/decline", methods=["POST"])
@requires("me.read")
def decline_visit(inspection_id: UUID) -> ResponseReturnValue:
    """Not this time; it costs nothing."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        transact(
            lambda: decline_inspection(
                community_id=community_id,
                inspection_id=inspection_id,
                declined_by_id=actor_id,
                now=now,
            )
        )
        flash(_("好的，社区会请别人；不扣分，也不影响别的。"), "success")
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return redirect(url_for("plots.my_inspections"), 303)


@blueprint.route("/inspections/<uuid:inspection_id>/objection", methods=["POST"])
@requires("plots.write")
def object_to_visit(inspection_id: UUID) -> ResponseReturnValue:
    """The group asks for a second visit."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        reason = parse_form(ObjectionForm, request.form)["objection"]
        transact(
            lambda: object_to_inspection(
                community_id=community_id,
                scope=scope,
                inspection_id=inspection_id,
                reason=reason,
                objected_by_id=actor_id,
                now=now,
            )
        )
        flash(_("提上去了，会请另一位来复验，以复验为准。"), "success")
    except Invalid as refusal:
        texts = (str(text) for some in (refusal.errors or {}).values() for text in some)
        flash(pause("；").join(texts), "error")
    except Conflict as refusal:
        flash(refusal.detail, "error")
    return redirect(url_for("plots.inspection", inspection_id=inspection_id), 303)


def _marks(form_id: UUID) -> list[Mark]:
    """The marks of the form's items in their order, each fault beside its own field."""
    [form] = find_forms(current_community_id(), [form_id])
    marks, faults = [], {}
    for number, _item in enumerate(form.items, 1):
        typed = {name: request.form.get(f"{name}-{number}", "") for name in ("points", "word")}
        try:
            values = parse_form(MarkForm, typed)
            marks.append(Mark(values["points"], values["word"] or None))
        except Invalid as refusal:
            texts = [str(text) for some in refusal.errors.values() for text in some]
            faults[f"points-{number}"] = texts
    if faults:
        raise Invalid(faults)
    return marks


def _page(inspection_id: UUID, values: dict[str, Any], refusal: Refusal | None) -> str:
    community, caller, now = get_community(current_community_id()), current_caller(), clock.now()
    visit = get_visit(community.id, inspection_id)
    is_mine = visit.inspector_id == caller.id
    if not (is_mine or sees_plot(caller, visit.place_id)):
        raise Forbidden
    [form] = find_forms(community.id, [visit.form_id])
    leads = may_run_at(scope_of(caller), visit.place_id)
    is_open = may_object(
        visit_number=visit.visit_no,
        done_at=visit.done_at,
        is_objected=visit.objected_at is not None,
        days=community.settings.inspection_objection_days,
        now=now,
    )
    may_see_name = is_mine or leads or oversees(caller)
    return render_template(
        "plots/inspection.html",
        visit=visit,
        plot=get_plot(community.id, visit.place_id),
        form=form,
        sections=_sections(form, refusal),
        marks=marks_of(community.id, inspection_id),
        inspector=names_of(community.id, [visit.inspector_id]).get(visit.inspector_id, "")
        if may_see_name
        else "",
        pictures=pictures_of(community.id, INSPECTION, [inspection_id]).get(inspection_id, []),
        is_to_fill=is_mine and visit.state == "asked",
        may_object=leads and is_open and not is_mine,
        pass_mark=community.settings.inspection_pass_mark,
        objection_days=community.settings.inspection_objection_days,
        values=values,
        refusal=refusal,
        form_words=form_words,
        most=PICTURES_MAX,
        back=_back(),
        zone=community.zone,
    )


def _sections(
    form: FormFacts, refusal: Refusal | None
) -> list[tuple[str, int, bool, list[tuple[int, Item]]]]:
    """Each section with its points, whether it is unfolded, and its items with their numbers.

    On a phone the form is long: the first section is open, and those where something is wrong.
    """
    faults = (refusal.errors or {}) if isinstance(refusal, Invalid) else {}
    found = []
    for place, (section, full) in enumerate(form.sections):
        lines = [(n, item) for n, item in enumerate(form.items, 1) if item.section == section]
        is_wrong = any(f"points-{n}" in faults or f"word-{n}" in faults for n, _item in lines)
        found.append((section, full, place == 0 or is_wrong, lines))
    return found


def _back() -> str:
    roles = current_caller().roles
    if roles & {"clerk", "supervisor", "auditor"} and "leader" not in roles:
        return url_for("plots.inspections")
    return url_for("plots.my_inspections")
