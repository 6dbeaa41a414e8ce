"""Adopted corners: the office's list, an offer, the resident's own, the agreement on paper."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.rules import may_run_at
from pointsvc.activities.scopes import scope_of
from pointsvc.communities.queries import find_places, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid, NotFound
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
from pointsvc.members.search import search
from pointsvc.plots.forms.places import CornerAnswerForm, NoticeForm, OfferForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.pages.telling import flash_refusal, own_plot
from pointsvc.plots.places.adopting import answer_offer, give_notice, offer_corner
from pointsvc.plots.places.adoptions import AdoptionFacts, adoptions_in, adoptions_of, get_adoption
from pointsvc.plots.places.clauses import CLAUSES
from pointsvc.plots.places.corner_words import CORNER_KINDS, CORNER_WORDS
from pointsvc.plots.places.outline_words import OWNER_WORDS
from pointsvc.plots.queries import PlotFacts, get_plot
from pointsvc.plots.rules.terms import CLAUSES_VERSION, NOTICE_DAYS, TERM


@blueprint.route("/corners")
@requires("plots.write")
def corners() -> str:
    """Every adopted corner of the plots that one runs; for the clerk those that are over too."""
    community = get_community(current_community_id())
    scope, is_clerk = scope_of(current_caller()), "clerk" in current_caller().roles
    found = adoptions_in(community.id, with_past=is_clerk)
    places = find_places(community.id, kind="plot")
    return render_template(
        "plots/corners.html",
        adoptions=[each for each in found if may_run_at(scope, each.place_id)],
        plots=[place for place in places if may_run_at(scope, place.id)],
        corner_words=CORNER_WORDS,
        corner_kinds=CORNER_KINDS,
    )


@blueprint.route("/<uuid:place_id>/corners")
@requires("plots.write")
def new_corner(place_id: UUID) -> str:
    """Which corner, to whom: a leader chooses in the group, a clerk looks for any resident."""
    plot, community = own_plot(place_id), get_community(current_community_id())
    text, is_clerk = request.args.get("q", ""), "clerk" in current_caller().roles
    today = clock.local_day(clock.now(), community.zone)
    return render_template(
        "plots/new_corner.html",
        plot=plot,
        text=text,
        is_clerk=is_clerk,
        choices=_found(community.id, text) if is_clerk else _of_group(plot),
        new_id=new_id(),
        starts_on=today.isoformat(),
        ends_on=(today + TERM).isoformat(),
        notice_days=NOTICE_DAYS,
        clauses=CLAUSES[CLAUSES_VERSION],
    )


@blueprint.route("/<uuid:place_id>/corners", methods=["POST"])
@requires("plots.write")
def offer(place_id: UUID) -> ResponseReturnValue:
    """Offer it."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        values = parse_form(OfferForm, request.form)
        transact(
            lambda: offer_corner(
                community_id=community_id,
                scope=scope,
                offered_by_id=actor_id,
                place_id=place_id,
                now=now,
                **values,
            )
        )
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
        again = url_for("plots.new_corner", place_id=place_id, q=request.args.get("q"))
        return redirect(again, 303)
    flash(_("已发消息请他。愿意不愿意由本人说了算。"), "success")
    return redirect(url_for("plots.corners"), 303)


@blueprint.route("/corners/mine")
@requires("me.read")
def my_corners() -> str:
    """What I was offered, what I look after."""
    found = adoptions_of(current_community_id(), current_actor_id())
    return render_template(
        "plots/my_corners.html",
        adoptions=found,
        clauses=CLAUSES,
        corner_words=CORNER_WORDS,
        corner_kinds=CORNER_KINDS,
    )


@blueprint.route("/corners/<uuid:adoption_id>/answer", methods=["POST"])
@requires("me.read")
def answer_corner(adoption_id: UUID) -> ResponseReturnValue:
    """Yes or no; a clerk for somebody who stands at the desk."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    is_clerk = "clerk" in current_caller().roles
    try:
        said = parse_form(CornerAnswerForm, request.form)
        transact(
            lambda: answer_offer(
                community_id=community_id,
                adoption_id=adoption_id,
                accepts=said["answer"] == "accepted",
                answered_by_id=actor_id,
                is_at_desk=is_clerk,
                now=now,
            )
        )
        flash(_("记下了，已告诉社区。"), "success")
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
    return redirect(_back(community_id, adoption_id), 303)


@blueprint.route("/corners/<uuid:adoption_id>/notice", methods=["POST"])
@requires("me.read")
def notice(adoption_id: UUID) -> ResponseReturnValue:
    """Not any more: after the days of notice it ends."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    try:
        reason = parse_form(NoticeForm, request.form)["reason"]
        last_on = transact(
            lambda: give_notice(
                community_id=community_id,
                scope=scope,
                adoption_id=adoption_id,
                given_by_id=actor_id,
                reason=reason,
                now=now,
            )
        )
        flash(_("记下了，最后一天是 %(day)s，已告诉对方。", day=last_on.isoformat()), "success")
    except (Conflict, Invalid) as refusal:
        flash_refusal(refusal)
    return redirect(_back(community_id, adoption_id), 303)


@blueprint.route("/corners/<uuid:adoption_id>")
@requires("me.read")
def agreement(adoption_id: UUID) -> str:
    """The agreement for both sides to sign, one page of A4 in Chinese and English."""
    community = get_community(current_community_id())
    lent = get_adoption(community.id, adoption_id)
    _check_reader(lent)
    return render_template(
        "plots/agreement.html",
        lent=lent,
        plot=get_plot(community.id, lent.place_id),
        clauses=CLAUSES[lent.clauses_version],
        owner_words=OWNER_WORDS,
        is_mine=lent.member_id == current_actor_id(),
    )


def _found(community_id: UUID, text: str) -> list[tuple[UUID, str]]:
    """Residents by name, door or the end of their number; nobody while nothing was typed."""
    rows = search(community_id, text=text).rows if text.strip() else []
    return [(person.id, f"{person.name} · {person.volunteer_no}") for person in rows]


def _of_group(plot: PlotFacts) -> list[tuple[UUID, str]]:
    """Everybody of the plot's group, its leaders too."""
    people = [(person.id, person.name) for person in plot.people]
    return list(dict([*plot.leaders, *people]).items())


def _check_reader(lent: AdoptionFacts) -> None:
    """Its resident, and who runs the plot; to everybody else it is not there."""
    if lent.member_id == current_actor_id():
        return
    if not may_run_at(scope_of(current_caller()), lent.place_id):
        raise NotFound


def _back(community_id: UUID, adoption_id: UUID) -> str:
    lent = get_adoption(community_id, adoption_id)
    is_mine = lent.member_id == current_actor_id()
    return url_for("plots.my_corners" if is_mine else "plots.corners")
