"""代领人: whom a member lets collect for them, on their own page and at the clerk's desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden, Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import get_member, names_of
from pointsvc.shop.forms.proxies import ProxyForm
from pointsvc.shop.numbered import find_watched
from pointsvc.shop.pages.desk import blueprint, faults_of, shown_here
from pointsvc.shop.queries.proxies import collects_for, get_proxy, proxies_of
from pointsvc.shop.service.proxies import name_proxy, revoke_proxy


@blueprint.route("/proxies", methods=["GET", "POST"])
@requires("me.read")
def proxies() -> ResponseReturnValue:
    """Who may collect for me, and for whom I may."""
    return _proxies(current_actor_id(), url_for("shop.proxies"))


@blueprint.route("/proxies/of/<uuid:member_id>", methods=["GET", "POST"])
@requires("members.write")
def proxies_of_member(member_id: UUID) -> ResponseReturnValue:
    """The same for somebody who tells the clerk."""
    return _proxies(member_id, url_for("shop.proxies_of_member", member_id=member_id))


@blueprint.route("/proxies/<uuid:proxy_id>/revoke", methods=["POST"])
@requires("me.read")
def revoke(proxy_id: UUID) -> ResponseReturnValue:
    """No longer: says the member, who collects, or a clerk."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()
    by_id = current_actor_id()
    proxy = get_proxy(community_id, proxy_id)
    is_mine = by_id in {proxy.member_id, proxy.proxy_member_id}
    if not is_mine and "clerk" not in caller.roles:
        raise Forbidden
    try:
        transact(
            lambda: revoke_proxy(community_id=community_id, proxy_id=proxy_id, by_id=by_id, now=now)
        )
        flash(_("撤回了，从现在起不能代领。"), "success")
    except Refusal as refusal:
        flash(shown_here(refusal).detail, "error")
    if is_mine:
        return redirect(url_for("shop.proxies"), 303)
    return redirect(url_for("shop.proxies_of_member", member_id=proxy.member_id), 303)


def people_who_collect(member_id: UUID, chosen: str) -> dict[str, Any]:
    """For the counter: who may collect for the member, and who was chosen of them."""
    community_id = current_community_id()
    found = proxies_of(community_id, member_id)
    names = names_of(community_id, {each.proxy_member_id for each in found}) if found else {}
    collectors = [
        (str(each.id), f"{names.get(each.proxy_member_id, _('已离册'))}（{each.relation}）")
        for each in found
    ]
    is_one = chosen in {key for key, _words in collectors}
    return {"collectors": collectors, "proxy_id": chosen if is_one else ""}


def _proxies(whose_id: UUID, address: str) -> ResponseReturnValue:
    if request.method == "GET":
        return _page(whose_id, address, {}, None)
    try:
        values = parse_form(ProxyForm, request.form.to_dict())
        _name(whose_id, values)
    except Refusal as refusal:
        shown = shown_here(refusal)
        page = _page(whose_id, address, request.form.to_dict(), shown)
        return page, refusal.status
    flash(_("登记好了。到店里代领时，店员会看得到。"), "success")
    return redirect(address, 303)


def _name(member_id: UUID, values: dict[str, Any]) -> None:
    community_id, by_id, now, proxy_id = (
        *(current_community_id(), current_actor_id(), clock.now()),
        new_id(),
    )
    person = find_watched(community_id, by_id, values["volunteer_no"], now, values["name"])
    if person is None:
        raise Invalid({"volunteer_no": [_("没有这位居民，或者号和姓名对不上。")]})
    transact(
        lambda: name_proxy(
            community_id=community_id,
            proxy_id=proxy_id,
            member_id=member_id,
            proxy_member_id=person.id,
            relation=values["relation"],
            named_by_id=by_id,
            now=now,
        )
    )


def _page(member_id: UUID, action: str, values: dict[str, Any], refusal: Refusal | None) -> str:
    community = get_community(current_community_id())
    mine, others = proxies_of(community.id, member_id), collects_for(community.id, member_id)
    people = {each.proxy_member_id for each in mine} | {each.member_id for each in others}
    return render_template(
        "shop/proxies.html",
        member=get_member(community.id, member_id),
        is_own=member_id == current_actor_id(),
        action=action,
        mine=mine,
        others=others,
        names=names_of(community.id, people),
        most=community.settings.proxy_members_max,
        values=values,
        faults=faults_of(refusal),
        refusal=refusal,
        zone=community.zone,
    )
