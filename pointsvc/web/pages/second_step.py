"""二次验证 of one's own: begin, confirm, the recovery codes once, prove it again, turn it off."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock, qr
from pointsvc.kernel.errors import Forbidden, Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.one_time_codes import enrolment_address, secret_text
from pointsvc.kernel.permission import current_actor_id, current_caller, signed_in
from pointsvc.kernel.transaction import transact
from pointsvc.members.errors import SecondStepDemanded
from pointsvc.members.second_steps import (
    begin_second_step,
    check_second_step,
    confirm_second_step,
    end_second_step,
    find_begun,
    has_second_step,
    recovery_codes_left,
)
from pointsvc.members.sign_in import check_own_password
from pointsvc.members.visits import end_visits_of, prove_visit
from pointsvc.organisation.queries import roles_of
from pointsvc.web.identities import caller_address, is_second_step_demanded
from pointsvc.web.pages.hall import blueprint, safe_next

QR_VERSION_MAX = 16


def may_set_up() -> bool:
    """Staff and operators, on a phone or computer of their own; no volunteer ever hears of it."""
    caller = current_caller()
    if caller.kind == "operator":
        return True
    if caller.kind != "member" or caller.on_device_id is not None or caller.community_id is None:
        return False
    return bool(roles_of(caller.community_id, current_actor_id()) - {"volunteer"})


@blueprint.route("/me/second-step")
@signed_in
def second_step() -> str:
    """Whether it is on; the secret while it waits for its first code."""
    _check_may()
    return _page(None)


@blueprint.route("/me/second-step/begin", methods=["POST"])
@signed_in
def begin() -> ResponseReturnValue:
    """Draw a secret, after the password: whoever found an open browser cannot."""
    _check_may()
    subject_id, community_id, now = current_actor_id(), current_caller().community_id, clock.now()
    try:
        _check_password()
        transact(
            lambda: begin_second_step(subject_id=subject_id, community_id=community_id, now=now)
        )
    except Refusal as refusal:
        return _page(refusal), refusal.status
    return redirect(url_for("web.second_step"), 303)


@blueprint.route("/me/second-step/confirm", methods=["POST"])
@signed_in
def confirm() -> ResponseReturnValue:
    """The first code; every other visit ends, as it was begun without one."""
    _check_may()
    caller, subject_id, now = current_caller(), current_actor_id(), clock.now()
    visit_id, code = caller.sign_in_id, request.form.get("code", "")
    assert visit_id is not None, "whoever is signed in has a visit"

    def work() -> list[str]:
        codes = confirm_second_step(
            subject_id=subject_id, community_id=caller.community_id, code=code, now=now
        )
        prove_visit(visit_id=visit_id, now=now)
        end_visits_of(subject_id=subject_id, now=now, but=visit_id)
        return codes

    try:
        codes = transact(work)
    except Refusal as refusal:
        return _page(refusal), refusal.status
    return render_template("web/recovery_codes.html", codes=codes)


@blueprint.route("/me/second-step/end", methods=["POST"])
@signed_in
def end() -> ResponseReturnValue:
    """Off, with the password and a code."""
    subject_id, community_id, now = current_actor_id(), current_caller().community_id, clock.now()
    try:
        if is_second_step_demanded(subject_id, community_id):
            raise SecondStepDemanded
        _check_password()
        check_second_step(subject_id=subject_id, code=request.form.get("code", ""), now=now)
        transact(lambda: end_second_step(subject_id=subject_id, community_id=community_id, now=now))
    except Refusal as refusal:
        return _page(refusal), refusal.status
    flash(_("二次验证关掉了。"), "success")
    return redirect(url_for("web.my_sign_ins"), 303)


@blueprint.route("/me/second-step/prove", methods=["GET", "POST"])
@signed_in
def prove() -> ResponseReturnValue:
    """The code again before somebody approves, where the last one is a while ago."""
    if not has_second_step(current_actor_id()):
        raise Forbidden
    template, target = "web/prove_second_step.html", safe_next(request.values.get("next"))
    if request.method == "GET":
        return render_template(template, next=target, refusal=None)
    visit_id, now = current_caller().sign_in_id, clock.now()
    assert visit_id is not None, "whoever is signed in has a visit"
    try:
        check_second_step(subject_id=current_actor_id(), code=request.form.get("code", ""), now=now)
    except Refusal as refusal:
        return render_template(template, next=target, refusal=refusal), refusal.status
    transact(lambda: prove_visit(visit_id=visit_id, now=now))
    flash(_("验证好了，请继续。"), "success")
    return redirect(target, 303)


def _check_may() -> None:
    if not may_set_up():
        raise Forbidden


def _check_password() -> None:
    check_own_password(
        subject_id=current_actor_id(),
        community_id=current_caller().community_id,
        password=request.form.get("password", ""),
        address=caller_address(),
        now=clock.now(),
    )


def _page(refusal: Refusal | None) -> str:
    subject_id, caller = current_actor_id(), current_caller()
    return render_template(
        "web/second_step.html",
        is_on=has_second_step(subject_id),
        is_demanded=is_second_step_demanded(subject_id, caller.community_id),
        left=recovery_codes_left(subject_id),
        begun=_shown(),
        refusal=refusal,
    )


def _shown() -> dict[str, Any] | None:
    """The QR and the text of a secret that waits for its first code."""
    begun = find_begun(current_actor_id(), now=clock.now())
    if begun is None:
        return None
    issuer = _("绿色账户")
    account = request.host
    address = enrolment_address(begun.secret, account=account, issuer=issuer)
    svg = qr.svg(
        address, title=_("验证器要扫的码"), error_correction="M", version_max=QR_VERSION_MAX
    )
    return {"svg": svg, "text": secret_text(begun.secret), "address": address}
