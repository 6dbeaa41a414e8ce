"""Signing in and out: phone and password, first time, invitation, card and PIN, enrolment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from pointsvc.audit.actors import Actor
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_caller, public
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import edit_member
from pointsvc.members.errors import TotpRequired
from pointsvc.members.first_sign_ins import FoundWay, find_by_token
from pointsvc.members.sign_in import (
    Identity,
    check_card,
    check_digits,
    check_password,
    enter_first_time,
    prepare_password,
)
from pointsvc.members.visits import OpenedVisit, end_visit
from pointsvc.organisation.devices import check_enrolment, enrol, look_at_enrolment
from pointsvc.web.callers import COOKIE, DEVICE_COOKIE
from pointsvc.web.choices import open_choices, seal_choices
from pointsvc.web.identities import caller_address, caller_agent, is_withheld, sign_in_as, zone_of
from pointsvc.web.invitations import is_placeholder
from pointsvc.web.pages.hall import blueprint, safe_next, set_visit


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Phone and password; at a device card and PIN."""
    if current_caller().kind == "device":
        return redirect(url_for("web.sign_in_with_card"))
    if request.method == "GET":
        return render_template("web/sign_in.html", values={}, refusal=None)
    now = clock.now()
    try:
        identities = check_password(
            phone=request.form.get("phone", ""),
            password=request.form.get("password", ""),
            address=caller_address(),
            now=now,
        )
        if len(identities) > 1:
            return _choose(identities, now)
        return _come_in(identities[0], now)
    except Refusal as refusal:
        return _again("web/sign_in.html", refusal)


@blueprint.route("/sign-in/choice", methods=["POST"])
@public
def choose_community() -> ResponseReturnValue:
    """One of several communities, after the password was right."""
    now = clock.now()
    identities = open_choices(request.form.get("sealed", ""), now=now)
    wanted = request.form.get("choice", "")
    for identity in identities:
        if str(identity.choice) == wanted:
            return _come_in(identity, now)
    flash(_("选择已过期，请重新登录。"), "error")
    return redirect(url_for("web.sign_in"), 303)


@blueprint.route("/sign-in/second-step", methods=["POST"])
@public
def sign_in_second_step() -> ResponseReturnValue:
    """The code of the app, or a recovery code, after the password was right."""
    now = clock.now()
    identities = open_choices(request.form.get("sealed", ""), now=now)
    if len(identities) != 1:
        flash(_("登录已过期，请重新登录。"), "error")
        return redirect(url_for("web.sign_in"), 303)
    try:
        visit = sign_in_as(identities[0], now=now, code=request.form.get("code", "") or "-")
    except Refusal as refusal:
        return _ask_code(identities[0], now, refusal), refusal.status
    return _arrived(visit)


@blueprint.route("/sign-in/first", methods=["GET", "POST"])
@public
def sign_in_first() -> ResponseReturnValue:
    """Phone and the eight digits of a slip, and a password for the next time."""
    template = "web/sign_in_first.html"
    if request.method == "GET":
        return render_template(template, values={}, refusal=None)
    now = clock.now()
    try:
        password = _new_password()
        way = check_digits(
            phone=request.form.get("phone", ""),
            digits=request.form.get("digits", ""),
            address=caller_address(),
            now=now,
        )
        visit = _enter(way, password, now)
    except Refusal as refusal:
        return _again(template, refusal)
    return _arrived(visit)


@blueprint.route("/sign-in/invitation/<token>", methods=["GET", "POST"])
@public
def accept_invitation(token: str) -> ResponseReturnValue:
    """An invitation's address: a password, and the name where the inviter did not know it."""
    now = clock.now()
    way = find_by_token(token=token, now=now)
    facts: dict[str, Any] = {
        "community": get_community(way.community_id),
        "asks_name": is_placeholder(way.member_name, way.phone),
        "token": token,
    }
    template = "web/invitation.html"
    if request.method == "GET":
        return render_template(template, values={}, refusal=None, way=way, **facts)
    try:
        visit = _enter(way, _new_password(), now, name=request.form.get("name"))
    except Refusal as refusal:
        return _again(template, refusal, way=way, **facts)
    return _arrived(visit)


@blueprint.route("/sign-in/card", methods=["GET", "POST"])
@public
def sign_in_with_card() -> ResponseReturnValue:
    """Card and PIN, at a device of the community only; ends after 60 s without a request."""
    device = current_caller()
    if device.kind != "device" or device.community_id is None:
        return redirect(url_for("web.sign_in"))
    if request.method == "GET":
        return render_template("web/sign_in_card.html", values={}, refusal=None)
    now = clock.now()
    try:
        member_id = check_card(
            community_id=device.community_id,
            card=request.form.get("card", ""),
            pin=request.form.get("pin", ""),
            address=caller_address(),
            now=now,
        )
        identity = Identity("member", member_id, "", device.community_id, "")
        visit = sign_in_as(identity, now=now, by_card=True)
    except Refusal as refusal:
        return _again("web/sign_in_card.html", refusal)
    return _arrived(visit)


@blueprint.route("/sign-out", methods=["POST"])
@public
def sign_out() -> ResponseReturnValue:
    """End this visit; at a device the device stays."""
    caller = current_caller()
    visit_id, subject_id = caller.sign_in_id, caller.id
    if caller.kind in {"member", "operator"} and visit_id and subject_id:
        transact(lambda: end_visit(subject_id=subject_id, visit_id=visit_id, now=clock.now()))
    response = redirect(url_for("web.front"), 303)
    response.delete_cookie(COOKIE)
    return response


@blueprint.route("/enrol/<code>", methods=["GET", "POST"])
@public
def enrol_device(code: str) -> ResponseReturnValue:
    """A device's one-time address: the button makes this browser the device."""
    now = clock.now()
    if request.method == "GET":
        device = look_at_enrolment(code=code, now=now)
        return render_template("web/enrol.html", device=device, code=code)
    check_enrolment(code=code, address=caller_address(), now=now)
    agent = caller_agent()
    enrolled = transact(lambda: enrol(code=code, agent=agent, now=now))
    response = redirect(url_for("web.front"), 303)
    set_visit(response, enrolled.visit, cookie=DEVICE_COOKIE)
    response.delete_cookie(COOKIE)
    return response


def _come_in(identity: Identity, now: datetime) -> ResponseReturnValue:
    """A visit, or the page that asks for the second step."""
    try:
        return _arrived(sign_in_as(identity, now=now))
    except TotpRequired:
        return _ask_code(identity, now, None)


def _ask_code(identity: Identity, now: datetime, refusal: Refusal | None) -> str:
    return render_template(
        "web/sign_in_second_step.html",
        sealed=seal_choices([identity], now=now),
        next=safe_next(request.form.get("next")),
        refusal=refusal,
    )


def _choose(identities: list[Identity], now: datetime) -> str:
    return render_template(
        "web/choose_community.html",
        identities=identities,
        sealed=seal_choices(identities, now=now),
        next=safe_next(request.form.get("next")),
    )


def _new_password() -> str:
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise Invalid({"again": [_("两次输入的密码不一样。")]})
    return password


def _enter(
    way: FoundWay, password: str, now: datetime, name: str | None = None
) -> OpenedVisit | None:
    prepared = prepare_password(phone=way.phone, password=password)
    today, agent = clock.local_day(now, zone_of(way.community_id)), caller_agent()

    withheld = is_withheld(Identity("member", way.member_id, "", way.community_id, ""))

    def work() -> OpenedVisit | None:
        if name is not None and is_placeholder(way.member_name, way.phone):
            edit_member(
                community_id=way.community_id,
                member_id=way.member_id,
                changes={"name": name},
                actor=Actor("member", way.member_id),
                now=now,
            )
        return enter_first_time(
            way=way,
            password=prepared,
            agent=agent,
            now=now,
            today=today,
            is_withheld=withheld,
        )

    return transact(work)


def _again(template: str, refusal: Refusal, **facts: Any) -> tuple[str, int]:
    """The same page, with what was typed (no secrets) and why it was refused."""
    values = {name: request.form.get(name, "") for name in ("phone", "name", "next")}
    return render_template(template, values=values, refusal=refusal, **facts), refusal.status


def _arrived(visit: OpenedVisit | None) -> Response:
    """Into the house; whoever set a new password beside a second step signs in with both."""
    if visit is None:
        flash(_("密码设好了。请用新密码和验证码登录。"), "success")
        return redirect(url_for("web.sign_in"), 303)
    response = redirect(safe_next(request.form.get("next")), 303)
    set_visit(response, visit)
    return response
