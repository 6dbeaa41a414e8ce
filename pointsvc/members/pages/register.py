"""The register: finding people, and registering somebody at the door."""

from __future__ import annotations

from typing import Any, Final, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import OWN_PURPOSES, TEXTS
from pointsvc.members.pages.desk import blueprint
from pointsvc.members.queries import count_members
from pointsvc.members.rules import door_of
from pointsvc.members.schemas import NewPersonForm
from pointsvc.members.search import Order, State, search
from pointsvc.members.service import NewMember, register_member

ORDERS: Final = ("name", "number")
STATES: Final = ("active", "departed")


@blueprint.route("")
@requires("members.read")
def index() -> str:
    """People by name or number; found by name, last four digits, number, phone or door."""
    community_id = current_community_id()
    text = request.args.get("q", "")
    order = cast("Order", _one_of("order", ORDERS))
    state = cast("State", _one_of("state", STATES))
    kept: dict[str, Any] = {"q": text or None, "order": order, "state": state}
    after = request.args.get("after")
    page = search(community_id, text=text, order=order, state=state, after=after)
    return render_template(
        "members/index.html",
        people=page.rows,
        count=count_members(community_id),
        text=text,
        order=order,
        state=state,
        order_urls={
            by: url_for("members.index", q=text or None, order=by, state=state) for by in ORDERS
        },
        next_url=url_for("members.index", after=page.next, **kept) if page.next else None,
        first_url=url_for("members.index", **kept) if after else None,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires("members.write")
def new() -> ResponseReturnValue:
    """Register somebody at the door."""
    if request.method == "GET":
        return _form({}, None)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        person = _person(parse_form(NewPersonForm, request.form))
        made = transact(
            lambda: register_member(
                community_id=community_id, person=person, recorded_by_id=actor_id, now=now
            )
        )
    except Refusal as refusal:
        return _form(request.form.to_dict(), refusal), refusal.status
    flash(_("登记好了，志愿者编号 %(number)s。", number=made.volunteer_no), "success")
    return redirect(url_for("members.show", member_id=made.member_id), 303)


def _person(values: dict[str, Any]) -> NewMember:
    consents = {purpose: values[purpose] for purpose in OWN_PURPOSES}
    return NewMember(
        name=values["name"],
        phone=values["phone"],
        door=door_of(values["building"], values["unit"], values["room"]),
        sex=values["sex"],
        born_on=values["born_on"],
        is_party_member=values["is_party_member"],
        note=values["note"],
        consents=consents | {"guardian": bool(values["guardian_name"])},
        guardian_name=values["guardian_name"],
    )


def _form(values: dict[str, Any], refusal: Refusal | None) -> str:
    return render_template(
        "members/new.html",
        values=values,
        refusal=refusal,
        texts=TEXTS,
        purposes=OWN_PURPOSES,
    )


def _one_of(name: str, known: tuple[str, ...]) -> str:
    asked = request.args.get(name, known[0])
    return asked if asked in known else known[0]
