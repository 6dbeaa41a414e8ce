"""Points against goods and money: how far they reach; sponsors' budgets; suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.clock import add_months
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_caller, current_community_id, requires
from pointsvc.shop import giving
from pointsvc.shop.covering import coverage_of
from pointsvc.shop.forms.money import CorrectionForm, SponsorshipForm
from pointsvc.shop.pages.desk import blueprint, desk_with, faults_of, new_key, shown_here, today
from pointsvc.shop.queries.money import (
    get_sponsorship,
    gifts_worth,
    list_sponsorships,
    list_suppliers,
)
from pointsvc.shop.service.sponsorships import Sponsor


@blueprint.route("/money")
@requires("shop.review")
def money() -> str:
    """What people hold, what lies on the shelf, what money is left, for how many months."""
    community = get_community(current_community_id())
    on = today(clock.now())
    found = coverage_of(community.id, today=on)
    months_min = community.settings.cover_months_min
    return render_template(
        "shop/money.html",
        community=community,
        coverage=found,
        months_min=months_min,
        is_short=found.is_short(months_min),
        sponsorships=list_sponsorships(community.id),
        suppliers=list_suppliers(community.id),
        may_write="clerk" in current_caller().roles,
        month_name=f"{on:%Y-%m}",
        gifts=gifts_worth(community.id, add_months(on, -12), on),
    )


@blueprint.route("/sponsorships/new", methods=["GET", "POST"])
@requires("shop.office")
def new_sponsorship() -> ResponseReturnValue:
    """Note a sponsor's money."""
    if request.method == "GET":
        return _form(None)
    try:
        values = parse_form(SponsorshipForm, request.form)
        kind = values["sponsor_kind"]
        giving.note_money(
            desk_with(values["key"], clock.now()),
            sponsor=Sponsor(
                kind, values["sponsor"] if kind != "anonymous" else None, values["is_named"]
            ),
            amount_fen=values["amount"],
            received_on=values["received_on"],
            purpose=values["purpose"],
            evidence=values["evidence"],
        )
    except Refusal as refusal:
        return _form(shown_here(refusal)), refusal.status
    flash(_("赞助登记好了。买东西时选它，花了多少自动记。"), "success")
    return redirect(url_for("shop.money"), 303)


@blueprint.route("/sponsorships/<uuid:sponsorship_id>/correct", methods=["GET", "POST"])
@requires("shop.office")
def correct_sponsorship(sponsorship_id: UUID) -> ResponseReturnValue:
    """Set a sum right that was typed wrong; never below what is spent."""
    found = get_sponsorship(current_community_id(), sponsorship_id)

    def page(values: Mapping[str, str], refusal: Refusal | None) -> str:
        return render_template(
            "shop/correct_sponsorship.html",
            sponsorship=found,
            values=values,
            refusal=refusal,
            faults=faults_of(refusal),
            key=new_key(),
        )

    if request.method == "GET":
        return page({}, None)
    try:
        values = parse_form(CorrectionForm, request.form)
        giving.set_money_right(
            desk_with(values["key"], clock.now()),
            sponsorship_id=sponsorship_id,
            amount_fen=values["amount"],
            evidence=values["evidence"],
        )
    except Refusal as refusal:
        return page(request.form, shown_here(refusal)), refusal.status
    flash(_("改好了，原来的数留痕里查得到。"), "success")
    return redirect(url_for("shop.money"), 303)


def _form(refusal: Refusal | None) -> str:
    on = today(clock.now())
    return render_template(
        "shop/new_sponsorship.html",
        today=on,
        values=request.form or {"received_on": on.isoformat()},
        refusal=refusal,
        faults=faults_of(refusal),
        key=new_key(),
    )
