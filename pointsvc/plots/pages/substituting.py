"""Not coming, asking others, going in somebody's place, saying no to it, saying thank you."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.scopes import scope_of
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _, pause
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.plots.forms.roster import CircleForm, ReasonForm, VetoForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.people.substituting import (
    cannot_come,
    come_after_all,
    take_on,
    thank,
    veto,
    widen,
)


@blueprint.route("/shifts/<uuid:shift_id>/absence", methods=["POST"])
@requires("me.read")
def cannot(shift_id: UUID) -> ResponseReturnValue:
    """Not come, with a reason."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    reason = parse_form(ReasonForm, request.form)["reason"]

    def work() -> None:
        cannot_come(
            community_id=community_id,
            shift_id=shift_id,
            member_id=actor_id,
            reason=reason,
            now=now,
        )

    return _done(work, _("知道了，请放心：不算缺席。已经在找人替您。"))


@blueprint.route("/substitutions/<uuid:substitution_id>/circle", methods=["POST"])
@requires("me.read")
def widen_circle(substitution_id: UUID) -> ResponseReturnValue:
    """Ask more people."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope, circle = scope_of(current_caller()), parse_form(CircleForm, request.form)["circle"]

    def work() -> None:
        widen(
            community_id=community_id,
            scope=scope,
            substitution_id=substitution_id,
            circle=circle,
            widened_by_id=actor_id,
            now=now,
        )

    return _done(work, _("好，多请了一些人。"))


@blueprint.route("/substitutions/<uuid:substitution_id>/take", methods=["POST"])
@requires("activities.sign_up")
def take(substitution_id: UUID) -> ResponseReturnValue:
    """I go."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()

    def work() -> None:
        take_on(
            community_id=community_id, substitution_id=substitution_id, member_id=actor_id, now=now
        )

    return _done(work, _("谢谢您！替您报上名了，到时见。"))


@blueprint.route("/substitutions/<uuid:substitution_id>/veto", methods=["POST"])
@requires("plots.write")
def veto_taken(substitution_id: UUID) -> ResponseReturnValue:
    """Rather somebody else, with a word why."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope, why = scope_of(current_caller()), parse_form(VetoForm, request.form)["why"]

    def work() -> None:
        veto(
            community_id=community_id,
            scope=scope,
            substitution_id=substitution_id,
            why=why,
            vetoed_by_id=actor_id,
            now=now,
        )

    return _done(work, _("已好好告诉本人，重新找人。"))


@blueprint.route("/substitutions/<uuid:substitution_id>/return", methods=["POST"])
@requires("me.read")
def come(substitution_id: UUID) -> ResponseReturnValue:
    """I can come after all."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()

    def work() -> None:
        come_after_all(
            community_id=community_id, substitution_id=substitution_id, member_id=actor_id, now=now
        )

    return _done(work, _("太好了，又替您报上名了。"))


@blueprint.route("/substitutions/<uuid:substitution_id>/thanks", methods=["POST"])
@requires("me.read")
def say_thanks(substitution_id: UUID) -> ResponseReturnValue:
    """Thank who went."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()

    def work() -> None:
        thank(
            community_id=community_id, substitution_id=substitution_id, member_id=actor_id, now=now
        )

    return _done(work, _("谢意带到了。"))


def _done(work: Callable[[], None], words: str) -> ResponseReturnValue:
    """Do it, say so or why not, and go back to where the button was."""
    try:
        transact(work)
    except Conflict as refusal:
        flash(refusal.detail, "error")
    except Invalid as refusal:
        flash(
            pause("；").join(str(text) for each in refusal.errors.values() for text in each),
            "error",
        )
    else:
        flash(words, "success")
    place_id = request.form.get("place_id", type=UUID)
    if place_id is not None:
        return redirect(url_for("plots.roster", place_id=place_id), 303)
    if request.form.get("back") == "leader":
        return redirect(url_for("plots.mine"), 303)
    return redirect(url_for("plots.my_duties"), 303)
