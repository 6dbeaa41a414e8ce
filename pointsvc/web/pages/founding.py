"""The one-time address on an empty database: the first operator and the first community."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.audit.actors import Actor
from pointsvc.kernel import clock
from pointsvc.kernel.clock import DEFAULT_ZONE
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import public
from pointsvc.kernel.transaction import transact
from pointsvc.members.operators import check_setup, take_office
from pointsvc.members.secrets import hash_password
from pointsvc.members.visits import OpenedVisit, open_visit
from pointsvc.web.identities import caller_agent
from pointsvc.web.new_community import found_community
from pointsvc.web.pages.hall import blueprint, set_visit

FIELDS = ("name", "phone", "community", "zone")


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@public
def setup(token: str) -> ResponseReturnValue:
    """Make the operator and the first community, once, within 24 hours."""
    now = clock.now()
    check_setup(token=token, now=now)
    facts: dict[str, Any] = {"token": token, "zones": zones()}
    if request.method == "GET":
        return render_template(
            "web/setup.html", values={"zone": DEFAULT_ZONE}, refusal=None, **facts
        )
    try:
        visit = _found(token, now)
    except Refusal as refusal:
        values = {name: request.form.get(name, "") for name in FIELDS}
        page = render_template("web/setup.html", values=values, refusal=refusal, **facts)
        return page, refusal.status
    response = redirect(url_for("web.communities"), 303)
    set_visit(response, visit)
    return response


def zones() -> list[tuple[str, str]]:
    """The zones to choose from: China's first, then the others by name."""
    first = ["Asia/Shanghai", "Asia/Urumqi"]
    others = sorted(z for z in available_timezones() if "/" in z and z not in first)
    return [(zone, zone) for zone in [*first, *others]]


def _found(token: str, now: datetime) -> OpenedVisit:
    form = request.form
    if form.get("password", "") != form.get("again", ""):
        raise Invalid({"again": [_("两次输入的密码不一样。")]})
    password_hash = hash_password(form.get("password", ""))
    community_id, agent = new_id(), caller_agent()

    def work() -> OpenedVisit:
        operator = take_office(
            token=token,
            name=form.get("name", ""),
            phone=form.get("phone", ""),
            password_hash=password_hash,
            now=now,
        )
        _community(community_id, Actor("operator", operator.id), now)
        return open_visit(
            subject_kind="operator",
            subject_id=operator.id,
            community_id=None,
            agent=agent,
            now=now,
        )

    return transact(work)


def _community(community_id: Any, actor: Actor, now: datetime) -> None:
    """Found the community; its name is called `community` on this page."""
    try:
        found_community(
            community_id=community_id,
            name=request.form.get("community", ""),
            zone=request.form.get("zone", DEFAULT_ZONE),
            actor=actor,
            now=now,
        )
    except Invalid as refusal:
        errors = dict(refusal.errors)
        if "name" in errors:
            errors["community"] = errors.pop("name")
        raise Invalid(errors) from refusal
