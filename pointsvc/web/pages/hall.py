"""The front hall's blueprint, its cookies, and the page that each role lands on."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.i18n import LOCALES
from pointsvc.kernel.permission import current_caller, public, signed_in
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import prefer
from pointsvc.members.visits import OpenedVisit
from pointsvc.organisation.rules import by_weight
from pointsvc.organisation.words import ROLE_NAMES
from pointsvc.web.callers import COOKIE
from pointsvc.web.desk_counts import waiting_at_desk
from pointsvc.web.navigation import desk_of, grouped, landing_of
from pointsvc.web.rendering import MODES, choose_mode

blueprint = Blueprint("web", __name__)

YEAR_SECONDS: Final = 365 * 24 * 3600


@blueprint.route("/")
@public
def front() -> ResponseReturnValue:
    """Ask strangers in; send everybody else to their own page; `role` chooses among several."""
    caller = current_caller()
    if caller.kind == "anonymous":
        return render_template("web/sign_in.html", values={}, refusal=None)
    if caller.kind == "operator":
        return redirect(landing_of("operator"))
    if caller.kind == "device":
        return redirect(url_for("web.at_device"))
    if caller.is_withheld:
        return redirect(url_for("web.second_step"))
    roles = by_weight(caller.roles)
    wanted = request.args.get("role")
    return redirect(landing_of(wanted if wanted in roles else roles[0]))


@blueprint.route("/desk")
@signed_in
def desk() -> str:
    """A role's desk: everything that it works with."""
    roles = by_weight(current_caller().roles)
    role = request.args.get("role", roles[0] if roles else "")
    if role not in roles:
        raise Forbidden
    return render_template(
        "web/desk.html",
        role_name=ROLE_NAMES[role],
        rooms=grouped(desk_of(role)),
        counts=waiting_at_desk(role),
        as_role=role,
    )


@blueprint.route("/device")
@public
def at_device() -> ResponseReturnValue:
    """What a shared device shows while nobody is signed in on it."""
    caller = current_caller()
    if caller.kind != "device":
        return redirect(url_for("web.front"))
    return render_template("web/device.html", kind=caller.device_kind)


@blueprint.route("/preferences", methods=["POST"])
@public
def preferences() -> ResponseReturnValue:
    """Keep the reader's mode and language: in a cookie, and with a member also in their row."""
    mode, locale = request.form.get("mode", ""), request.form.get("locale", "")
    response = redirect(safe_next(request.form.get("next")), 303)
    if mode in MODES:
        keep(response, "mode", mode)
    if locale in LOCALES:
        keep(response, "locale", locale)
    _remember(mode, locale)
    return response


def set_visit(response: Response, visit: OpenedVisit, *, cookie: str = COOKIE) -> None:
    """Hand the visit's token to the browser: not to scripts, not to other sites, https only."""
    response.set_cookie(
        cookie,
        visit.token,
        expires=visit.expires_at,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def keep(response: Response, name: str, value: str) -> None:
    """A preference's cookie; it says nothing about the person."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def safe_next(target: str | None) -> str:
    """An address of our own to go back to; the front page for anything else."""
    if not target or not target.isprintable() or not target.startswith("/"):
        return url_for("web.front")
    if target.startswith(("//", "/\\")):
        return url_for("web.front")
    parts = urlsplit(target)
    return target if not parts.netloc and not parts.scheme else url_for("web.front")


def _remember(mode: str, locale: str) -> None:
    caller = current_caller()
    if caller.kind != "member" or caller.id is None or caller.community_id is None:
        return
    community_id, member_id = caller.community_id, caller.id
    chosen = {"mode": mode if mode in MODES else choose_mode()}
    if locale in LOCALES:
        chosen["locale"] = locale
    transact(lambda: prefer(community_id=community_id, member_id=member_id, changes=chosen))
