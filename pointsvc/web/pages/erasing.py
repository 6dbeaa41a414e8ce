"""Being erased: asked for on one's own page, or of a second person at the desk; done after the wait."""

from __future__ import annotations

from pathlib import Path
from typing import cast
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import get_balances
from pointsvc.members.changes import Closing
from pointsvc.members.erased_before import write_erased
from pointsvc.members.erasing import erase_member
from pointsvc.members.erasure_requests import (
    WAIT,
    ErasureFacts,
    ask_erasure,
    erasures_waiting,
    find_erasure,
    withdraw_erasure,
)
from pointsvc.members.person_requests import find_request, waiting_about
from pointsvc.members.proposing import Proposal, propose
from pointsvc.members.queries import get_member, names_of
from pointsvc.web.deciders import deciders_of, others_than
from pointsvc.web.forms import ErasureForm
from pointsvc.web.gone import forgets
from pointsvc.web.pages.hall import blueprint

CLOSINGS = ("lapse", "donate")


@blueprint.route("/me/erasure")
@requires("me.read")
def my_erasure() -> str:
    """What erasing means, said plainly before anything is asked for."""
    return _page(current_actor_id(), None, own=True)


@blueprint.route("/me/erasure", methods=["POST"])
@requires("me.read")
def ask_my_erasure() -> ResponseReturnValue:
    """Ask, or take it back."""
    return _asked(current_actor_id(), own=True)


@blueprint.route("/members/erasures")
@requires("members.read")
def erasures() -> str:
    """Who asked, and from when on it may be done."""
    community = get_community(current_community_id())
    waiting = erasures_waiting(community.id)
    return render_template(
        "web/erasures.html",
        waiting=waiting,
        names=names_of(community.id, [each.member_id for each in waiting]),
        zone=community.zone,
        now=clock.now(),
    )


@blueprint.route("/members/<uuid:member_id>/erasure")
@requires("members.read")
def erasure(member_id: UUID) -> str:
    """One person's request at the desk."""
    return _page(member_id, None, own=False)


@blueprint.route("/members/<uuid:member_id>/erasure", methods=["POST"])
@requires("members.write")
def ask_erasure_for(member_id: UUID) -> ResponseReturnValue:
    """What somebody says at the desk: that they take it back, or ask, which a second person hears."""
    if "withdraw" in request.form:
        return _asked(member_id, own=False)
    community_id, by_id, now = current_community_id(), current_actor_id(), clock.now()
    try:
        values = parse_form(ErasureForm, request.form.to_dict())
        request_id = transact(
            lambda: propose(
                community_id=community_id,
                asked=Proposal(member_id, values["reason"], closing=values["closing"]),
                by_id=by_id,
                deciders=deciders_of(community_id),
                now=now,
            )
        )
    except Refusal as refusal:
        return _page(member_id, refusal, own=False), refusal.status
    flash(_("申请提好了。本人收到了消息，另一个人同意了才开始等待期。"), "success")
    return redirect(url_for("web.person_request", person_request_id=request_id), 303)


@blueprint.route("/members/<uuid:member_id>/erasure/carry-out", methods=["POST"])
@requires("members.erase")
def carry_out_erasure(member_id: UUID) -> ResponseReturnValue:
    """After the wait, with the person's papers looked at; there is no way back."""
    community, by_id, now = get_community(current_community_id()), current_actor_id(), clock.now()
    try:
        transact(
            lambda: erase_member(
                community_id=community.id,
                member_id=member_id,
                by_id=by_id,
                is_checked="is_checked" in request.form,
                rooms=forgets(),
                now=now,
                today=clock.local_day(now, community.zone),
            )
        )
    except Refusal as refusal:
        return _page(member_id, refusal, own=False), refusal.status
    write_erased(Path(current_app.instance_path))
    flash(_("注销好了：身份信息已抹去，账本里只留编号。"), "success")
    return redirect(url_for("web.erasures"), 303)


def _asked(member_id: UUID, *, own: bool) -> ResponseReturnValue:
    community_id, by_id, now = current_community_id(), current_actor_id(), clock.now()
    closing = request.form.get("closing", "")
    is_back = "withdraw" in request.form

    def work() -> None:
        if not is_back and closing not in CLOSINGS:
            raise Invalid({"closing": [_("请选剩下的积分怎么办。")]})
        if is_back:
            withdraw_erasure(community_id=community_id, member_id=member_id, by_id=by_id, now=now)
        else:
            ask_erasure(
                community_id=community_id,
                member_id=member_id,
                closing=cast("Closing", closing),
                by_id=by_id,
                now=now,
            )

    try:
        transact(work)
    except Refusal as refusal:
        return _page(member_id, refusal, own=own), refusal.status
    flash(_("已撤回，账户照旧。") if is_back else _("记下了。等待期里随时可以撤回。"), "success")
    back = url_for("web.my_erasure") if own else url_for("web.erasure", member_id=member_id)
    return redirect(back, 303)


def _page(member_id: UUID, refusal: Refusal | None, *, own: bool) -> str:
    community, now = get_community(current_community_id()), clock.now()
    asked = find_erasure(community.id, member_id)
    return render_template(
        "web/my_erasure.html" if own else "web/erasure.html",
        member=get_member(community.id, member_id),
        asked=asked,
        is_unagreed=_is_unagreed(community.id, asked),
        proposed=waiting_about(community.id, [member_id], now),
        others=others_than(community.id, {current_actor_id(), member_id}, now) if not own else [],
        balances=_balances(community, member_id),
        wait_days=WAIT.days,
        refusal=refusal,
        zone=community.zone,
        now=now,
    )


def _is_unagreed(community_id: UUID, asked: ErasureFacts | None) -> bool:
    """Asked by a clerk alone, before two were needed: it can only be taken back."""
    if asked is None or asked.is_own:
        return False
    agreed = find_request(community_id, asked.id)
    return agreed is None or agreed.state != "approved"


def _balances(community: CommunityFacts, member_id: UUID) -> object:
    today = clock.local_day(clock.now(), community.zone)
    return get_balances(community_id=community.id, member_id=member_id, today=today)
