"""The operator's word that published days are lost, after an older copy was put back."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.standing import declare_gaps, find_behind, settle
from pointsvc.web.pages.hall import blueprint


@blueprint.route("/operator/gap", methods=["GET", "POST"])
@requires("communities.operate")
def gap() -> ResponseReturnValue:
    """Which published days the books lack; the reason ends reading only."""
    if request.method == "GET":
        return _page("", None)
    instance, now, operator_id = Path(current_app.instance_path), clock.now(), current_actor_id()
    reason = request.form.get("reason", "")
    try:
        transact(lambda: declare_gaps(instance, reason=reason, declared_by_id=operator_id, now=now))
    except Refusal as refusal:
        return _page(reason, refusal), refusal.status
    settle(instance, gone_too=True)
    flash(_("记下了，公示页上写着。服务照常。"), "success")
    return redirect(url_for("web.communities"), 303)


def _page(reason: str, refusal: Refusal | None) -> str:
    behind = find_behind(Path(current_app.instance_path))
    return render_template("web/gap.html", behind=behind, reason=reason, refusal=refusal)
