"""Trainings and insurances: one person's, and what runs out soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.kernel import clock
from pointsvc.kernel.csv_lines import BOM, csv_line
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.covering import (
    record_insurance,
    record_training,
    withdraw_insurance,
    withdraw_training,
)
from pointsvc.members.covers import SOON, Order, endings, insurances_of, trainings_of
from pointsvc.members.pages.desk import blueprint, clerk, today
from pointsvc.members.queries import get_member
from pointsvc.members.rules import TRAINING_TOPICS
from pointsvc.members.schemas import PolicyForm, TrainingForm
from pointsvc.members.words import ENDING_WORDS, TOPIC_WORDS

YEAR = timedelta(days=364)


@blueprint.route("/<uuid:member_id>/cover")
@requires("members.read")
def cover(member_id: UUID) -> str:
    """What somebody was trained in and how long they are insured."""
    return _page(member_id, None)


@blueprint.route("/<uuid:member_id>/trainings", methods=["POST"])
@requires("members.write")
def new_training(member_id: UUID) -> ResponseReturnValue:
    """Write a training down."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> str:
        record_training(
            community_id=community_id,
            member_id=member_id,
            actor=actor,
            now=now,
            **parse_form(TrainingForm, request.form),
        )
        return _("培训登记好了。")

    return _kept(member_id, work)


@blueprint.route("/<uuid:member_id>/insurances", methods=["POST"])
@requires("members.write")
def new_insurance(member_id: UUID) -> ResponseReturnValue:
    """Write an insurance down."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> str:
        count = record_insurance(
            community_id=community_id,
            member_ids=[member_id],
            actor=actor,
            now=now,
            **parse_form(PolicyForm, request.form),
        )
        return _("保险登记好了。") if count else _("这份保险已经登记过。")

    return _kept(member_id, work)


@blueprint.route("/trainings/<uuid:training_id>/withdraw", methods=["POST"])
@requires("members.write")
def take_training_back(training_id: UUID) -> ResponseReturnValue:
    """It was a mistake."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    whose = transact(
        lambda: withdraw_training(
            community_id=community_id, training_id=training_id, actor=actor, now=now
        )
    )
    flash(_("撤回了，留痕里查得到。"), "success")
    return redirect(url_for("members.cover", member_id=whose), 303)


@blueprint.route("/insurances/<uuid:insurance_id>/withdraw", methods=["POST"])
@requires("members.write")
def take_insurance_back(insurance_id: UUID) -> ResponseReturnValue:
    """It was a mistake, or ended before its day."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    whose = transact(
        lambda: withdraw_insurance(
            community_id=community_id, insurance_id=insurance_id, actor=actor, now=now
        )
    )
    flash(_("撤回了，留痕里查得到。"), "success")
    return redirect(url_for("members.cover", member_id=whose), 303)


@blueprint.route("/covers")
@requires("members.read")
def covers() -> str:
    """What runs out within sixty days or has just run out, by day or by name."""
    order, now = _order(), clock.now()
    return render_template(
        "members/covers.html",
        endings=endings(current_community_id(), today(now), order=order),
        order=order,
        order_urls={by: url_for("members.covers", order=by) for by in ("day", "name")},
        words=ENDING_WORDS,
        today=today(now),
        days=SOON.days,
    )


@blueprint.route("/covers.csv")
@requires("members.read")
def covers_csv() -> Response:
    """The same list for a spreadsheet."""
    lines = [csv_line([_("志愿者编号"), _("姓名"), _("什么"), _("编号"), _("到哪天")])]
    for each in endings(current_community_id(), today(clock.now()), order=_order()):
        kind = str(ENDING_WORDS[each.kind])
        cells = [each.volunteer_no, each.name, kind, each.number, each.ends_on.isoformat()]
        lines.append(csv_line(cells))
    response = Response(BOM + "".join(lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="covers.csv")
    return response


def _kept(member_id: UUID, work: Callable[[], str]) -> ResponseReturnValue:
    try:
        words = transact(work)
    except Refusal as refusal:
        return _page(member_id, refusal), refusal.status
    flash(words, "success")
    return redirect(url_for("members.cover", member_id=member_id), 303)


def _page(member_id: UUID, refusal: Refusal | None) -> str:
    community_id, on = current_community_id(), today(clock.now())
    return render_template(
        "members/cover.html",
        member=get_member(community_id, member_id),
        trainings=trainings_of(community_id, member_id),
        insurances=insurances_of(community_id, member_id),
        topics=[(topic, TOPIC_WORDS[topic]) for topic in TRAINING_TOPICS],
        words=TOPIC_WORDS,
        refusal=refusal,
        values=request.form,
        training_id=new_id(),
        policy_id=new_id(),
        today=on,
        year_on=on + YEAR,
    )


def _order() -> Order:
    return "name" if request.args.get("order") == "name" else "day"
