"""One defect, step by step; the office's list, to be looked through and to be worked on."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.attachments.queries import pictures_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, NotFound
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    Caller,
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.kernel.vault import mask_name
from pointsvc.members.queries import names_of
from pointsvc.plots.access import oversees, sees_plot
from pointsvc.plots.doing.defects import (
    DefectFacts,
    counts_by_state,
    echoers_of,
    get_defect,
    page_of_defects,
    steps_of,
)
from pointsvc.plots.doing.mending import say_unmended, step_defect
from pointsvc.plots.doing.pictures import DEFECT, may_see
from pointsvc.plots.forms.doing import StepForm, UnmendedForm
from pointsvc.plots.pages.defects import defect_words
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.rules.mending import DEFECT_KINDS, DEFECT_STATES, OPEN_STATES, next_states
from pointsvc.plots.words import DEFECT_KIND_WORDS, DEFECT_STATE_WORDS

FILTERS: Final[dict[str, tuple[str, ...]]] = {
    "open": OPEN_STATES,
    **{state: (state,) for state in DEFECT_STATES},
    "all": DEFECT_STATES,
}


@blueprint.route("/defects")
@requires("organisation.read")
def defects() -> str:
    """What is broken on all plots: open ones, by state, by kind, by what was written."""
    community = get_community(current_community_id())
    state = request.args.get("state", "open")
    state = state if state in FILTERS else "open"
    kind = request.args.get("kind", "")
    kind = kind if kind in DEFECT_KINDS else ""
    looked_for = request.args.get("q", "").strip()[:80]
    after = request.args.get("after")
    page = page_of_defects(
        community.id,
        states=FILTERS[state],
        kind=kind or None,
        looked_for=looked_for,
        after=after,
    )
    kept: dict[str, Any] = {
        name: value
        for name, value in (("state", state), ("kind", kind), ("q", looked_for))
        if value
    }
    return render_template(
        "plots/defects.html",
        defects=page.rows,
        next_url=url_for("plots.defects", after=page.next, **kept) if page.next else None,
        first_url=url_for("plots.defects", **kept) if after else None,
        state=state,
        kind=kind,
        looked_for=looked_for,
        filters=_tabs(counts_by_state(community.id), state, kind, looked_for),
        kinds=[(each, DEFECT_KIND_WORDS[each]) for each in DEFECT_KINDS],
        zone=community.zone,
        **defect_words(),
    )


@blueprint.route("/defects/<uuid:defect_id>")
@requires("me.read")
def defect(defect_id: UUID) -> str:
    """One, with everything that became of it; the clerk takes it on from here."""
    return _page(defect_id, {}, None)


@blueprint.route("/defects/<uuid:defect_id>/steps", methods=["POST"])
@requires("organisation.write")
def step(defect_id: UUID) -> ResponseReturnValue:
    """A step on."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        values = parse_form(StepForm, request.form)
        transact(
            lambda: step_defect(
                community_id=community_id,
                defect_id=defect_id,
                taken_by_id=actor_id,
                now=now,
                **values,
            )
        )
    except Invalid as refusal:
        return _page(defect_id, request.form.to_dict(), refusal), refusal.status
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("记下了，已告诉报的人。"), "success")
    return redirect(url_for("plots.defect", defect_id=defect_id), 303)


@blueprint.route("/defects/<uuid:defect_id>/again", methods=["POST"])
@requires("plots.report_defect")
def again(defect_id: UUID) -> ResponseReturnValue:
    """It is not mended."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    values = parse_form(UnmendedForm, request.form)
    try:
        transact(
            lambda: say_unmended(
                community_id=community_id,
                defect_id=defect_id,
                said_by_id=actor_id,
                now=now,
                **values,
            )
        )
    except Conflict as refusal:
        flash(refusal.detail, "error")
    else:
        flash(_("记下了，已告诉组长和社区，会再去看。"), "success")
    return redirect(url_for("plots.defect", defect_id=defect_id), 303)


def _page(defect_id: UUID, values: dict[str, Any], refusal: Invalid | None) -> str:
    community, caller = get_community(current_community_id()), current_caller()
    found = get_defect(community.id, defect_id)
    echoers = echoers_of(community.id, defect_id)
    if not _may_read(caller, found, echoers):
        raise NotFound
    steps = steps_of(community.id, defect_id)
    people = {found.reported_by_id, *(each.taken_by_id for each in steps)}
    is_clerk = "clerk" in caller.roles
    return render_template(
        "plots/defect.html",
        defect=found,
        steps=steps,
        names=_names(community.id, people, caller),
        pictures=[
            each
            for each in pictures_of(community.id, DEFECT, [found.id]).get(found.id, [])
            if may_see(caller, each)
        ],
        is_clerk=is_clerk,
        choices=_choices(found),
        may_say_unmended=found.state == "mended" and caller.id in {found.reported_by_id, *echoers},
        step_id=values.get("step_id") or new_id(),
        values=values,
        refusal=refusal,
        back=_back(caller),
        zone=community.zone,
        **defect_words(),
    )


def _choices(found: DefectFacts) -> list[tuple[str, LazyText]]:
    """The next steps; taking up what had come to an end is called so."""
    if found.state not in OPEN_STATES:
        return [(each, _l("重新处理：还没了结")) for each in next_states(found.state)]
    return [(each, DEFECT_STATE_WORDS[each]) for each in next_states(found.state)]


def _may_read(caller: Caller, found: DefectFacts, echoers: list[UUID]) -> bool:
    """Who reported it or has seen it too, the plot's people, and who oversees."""
    is_mine = caller.id == found.reported_by_id or caller.id in echoers
    return is_mine or sees_plot(caller, found.place_id)


def _names(community_id: UUID, people: set[UUID], caller: Caller) -> dict[UUID, str]:
    """Whole for the office and for oneself, masked for others."""
    names = names_of(community_id, people)
    if oversees(caller) or "leader" in caller.roles:
        return names
    return {id_: name if id_ == caller.id else mask_name(name) for id_, name in names.items()}


def _back(caller: Caller) -> str:
    return (
        url_for("plots.defects")
        if caller.roles & {"clerk", "auditor"}
        else url_for("plots.my_defects")
    )


def _tabs(
    counts: dict[str, int], current: str, kind: str, looked_for: str
) -> list[tuple[str, str, bool]]:
    words = {"open": _("没了结的"), "all": _("全部"), **DEFECT_STATE_WORDS}
    kept: dict[str, Any] = {
        name: value for name, value in (("kind", kind), ("q", looked_for)) if value
    }
    return [
        (
            f"{words[name]} {sum(counts.get(state, 0) for state in states)}",
            url_for("plots.defects", state=name, **kept),
            name == current,
        )
        for name, states in FILTERS.items()
    ]
