"""补录 on pages: mine, those that wait for me, one with all its facts; deciding, stopping, taking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.errors import ShiftCancelled
from pointsvc.checkin.backfills import (
    LIVE,
    BackfillFacts,
    BackfillSeen,
    asked_by,
    backfills_in,
    get_backfill,
    led_in_month,
    page_of_ended,
    quota_of,
    seen_of,
)
from pointsvc.checkin.circles import decidable_by, may_decide
from pointsvc.checkin.errors import DayFull, StillElsewhere, TimesOverlap
from pointsvc.checkin.pages.desk import blueprint
from pointsvc.checkin.schemas import BackfillDecisionForm, BackfillEndForm
from pointsvc.checkin.service import decide_backfill, stop_backfill, withdraw_backfill
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.paging import Page
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.permissions import may

STATES: Final[dict[str, tuple[LazyText, str]]] = {
    "requested": (_l("等批准"), "wait"),
    "approved": (_l("公示中"), "wait"),
    "counted": (_l("已计分"), "good"),
    "declined": (_l("没有批准"), "bad"),
    "withdrawn": (_l("已撤回"), "plain"),
    "stopped": (_l("已停下"), "bad"),
    "voided": (_l("后来更正作废"), "bad"),
}
OVERSEERS: Final = frozenset({"clerk", "supervisor", "auditor"})
# Why the job stopped one: the refusals that it met then, by their codes.
_MET: Final[dict[str, type[Conflict]]] = {
    each.code: each for each in (TimesOverlap, StillElsewhere, ShiftCancelled)
}


@blueprint.route("/checkin/backfills")
@requires("checkin.see_backfills")
def backfills() -> str:
    """What waits for me, what I asked for and what is left of my month; for overseers all of them."""
    community, caller, me = (
        get_community(current_community_id()),
        current_caller(),
        current_actor_id(),
    )
    today = clock.local_day(clock.now(), community.zone)
    may_ask = may(caller, "checkin.backfill")
    sees_all = bool(caller.roles & OVERSEERS)
    decides = may(caller, "checkin.approve_backfill")
    for_me = decidable_by(community.id, me) if decides else []
    mine = asked_by(community.id, me) if may_ask else []
    others = backfills_in(community.id, LIVE) if sees_all else []
    after = request.args.get("after")
    ended = page_of_ended(community.id, after=after) if sees_all else Page([], None)
    return render_template(
        "checkin/backfills.html",
        zone=community.zone,
        states=STATES,
        quota=quota_of(community, me, today) if may_ask else None,
        for_me=seen_of(community.id, for_me),
        decides=decides,
        mine=seen_of(community.id, mine),
        sees_all=sees_all,
        live=seen_of(community.id, [each for each in others if each not in [*for_me, *mine]]),
        ended=seen_of(community.id, ended.rows),
        next_url=url_for("checkin.backfills", after=ended.next) if ended.next else None,
        first_url=url_for("checkin.backfills") if after else None,
    )


@blueprint.route("/checkin/backfills/<uuid:backfill_id>")
@requires("checkin.see_backfills")
def backfill(backfill_id: UUID) -> str:
    """One with all its facts: who asks for whom, how late, on what evidence, how often this month."""
    return _page(backfill_id, {}, None)


@blueprint.route("/checkin/backfills/<uuid:backfill_id>/decision", methods=["POST"])
@requires("checkin.approve_backfill")
def decide_one_backfill(backfill_id: UUID) -> ResponseReturnValue:
    """Agree, and the delay begins; or do not, and say why."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()

    def work() -> str:
        values = parse_form(BackfillDecisionForm, request.form)
        is_yes = values["approve"] == "yes"
        decide_backfill(
            community_id=community_id,
            caller=caller,
            backfill_id=backfill_id,
            approve=is_yes,
            reason=values["reason"],
            now=now,
        )
        return _("已同意，公示期满计分。") if is_yes else _("没有同意，什么都不计。")

    return _done(backfill_id, work)


@blueprint.route("/checkin/backfills/<uuid:backfill_id>/stop", methods=["POST"])
@requires("checkin.stop_backfill")
def stop_one_backfill(backfill_id: UUID) -> ResponseReturnValue:
    """Stop it before it counts."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()

    def work() -> str:
        reason = parse_form(BackfillEndForm, request.form)["reason"]
        stop_backfill(
            community_id=community_id,
            caller=caller,
            backfill_id=backfill_id,
            reason=reason,
            now=now,
        )
        return _("停下了，没有记分。")

    return _done(backfill_id, work)


@blueprint.route("/checkin/backfills/<uuid:backfill_id>/withdrawal", methods=["POST"])
@requires("checkin.backfill")
def withdraw_one_backfill(backfill_id: UUID) -> ResponseReturnValue:
    """Take back what I asked for."""
    community_id, caller, now = current_community_id(), current_caller(), clock.now()

    def work() -> str:
        withdraw_backfill(
            community_id=community_id, caller=caller, backfill_id=backfill_id, now=now
        )
        return _("撤回了，名额还给您。")

    return _done(backfill_id, work)


def why_ended(facts: BackfillFacts) -> str:
    """The reason somebody wrote, or what the job met when it should have counted."""
    reason = facts.end_reason or ""
    if reason == DayFull.code:
        return _("这一天的服务时间已满。")
    return str(_MET[reason].message) if reason in _MET else reason


def _done(backfill_id: UUID, work: Callable[[], str]) -> ResponseReturnValue:
    """Do it and say so; a refusal is said on the same page, with what was typed."""
    try:
        words = transact(work)
    except (Conflict, Invalid) as refusal:
        return _page(backfill_id, request.form.to_dict(), refusal), refusal.status
    flash(words, "success")
    return redirect(url_for("checkin.backfills"), 303)


def _page(backfill_id: UUID, values: dict[str, str], refusal: Refusal | None) -> str:
    community, caller = get_community(current_community_id()), current_caller()
    facts = get_backfill(community.id, backfill_id)
    me = current_actor_id()
    is_mine = facts.requested_by_id == me
    decides = (
        facts.state == "requested"
        and may(caller, "checkin.approve_backfill")
        and may_decide(community.id, me, facts)
    )
    was_mine_to_decide = facts.decided_by_id == me
    if not (is_mine or decides or was_mine_to_decide or caller.roles & OVERSEERS):
        raise Forbidden
    [seen] = seen_of(community.id, [facts])
    return render_template(
        "checkin/backfill.html",
        zone=community.zone,
        seen=seen,
        why=why_ended(facts),
        state=state_of(seen),
        quota=quota_of(
            community,
            facts.requested_by_id,
            clock.local_day(facts.requested_at, community.zone),
        ),
        led=led_in_month(community, facts.requested_by_id, facts.requested_at),
        delay_hours=community.settings.backfill_delay_hours,
        decides=decides,
        may_withdraw=is_mine and facts.state == "requested",
        may_stop=facts.is_live and may(caller, "checkin.stop_backfill"),
        may_trace=may(caller, "checkin.trace"),
        values=values,
        refusal=refusal,
    )


def state_of(seen: BackfillSeen) -> tuple[LazyText, str]:
    """How it stands, in words and with the sign beside them."""
    return STATES["voided" if seen.is_voided else seen.facts.state]
