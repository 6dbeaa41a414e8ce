"""The volunteer's home: how much, my code, what today brings, what I earned and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from pointsvc.activities.queries import ShiftFacts
from pointsvc.checkin.codes import find_member_code, member_code, new_typed_digits
from pointsvc.checkin.cuts import cuts_of
from pointsvc.checkin.today import Came, shifts_of_day
from pointsvc.checkin.witnesses import sights_of
from pointsvc.communities.queries import CommunityFacts, find_places, get_community
from pointsvc.kernel import clock, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    requires,
)
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import get_balances, statement
from pointsvc.members.queries import get_member
from pointsvc.web.my_waiting import waiting_for
from pointsvc.web.pages.hall import blueprint
from pointsvc.web.statements import lines_of

LATEST = 5


@blueprint.route("/me")
@requires("me.read")
def me() -> str:
    """Balance first, then my code, today, the latest entries, the shops."""
    community = get_community(current_community_id())
    member = get_member(community.id, current_actor_id())
    now = clock.now()
    shifts = _shifts_today(community, member.id, now)
    is_leader = "leader" in current_caller().roles
    waiting = waiting_for(community, member.id, now, is_leader=is_leader)
    latest = statement(community_id=community.id, member_id=member.id, limit=LATEST)
    return render_template(
        "web/me.html",
        member=member,
        zone=community.zone,
        today=clock.local_day(now, community.zone),
        balances=get_balances(
            community_id=community.id,
            member_id=member.id,
            today=clock.local_day(now, community.zone),
        ),
        lines=lines_of(community.id, latest.rows),
        shifts=shifts,
        cuts=cuts_of(community.id, [came for _shift, _is_mine, came in shifts if came]),
        shops=find_places(community.id, kind="shop"),
        waiting=waiting,
        sights=sights_of(community, member.id, now) if waiting.people else [],
        **_code(community.id, member.id, now),
    )


@blueprint.route("/me/statement")
@requires("me.read")
def my_statement() -> str:
    """Every entry of the member's points, newest first."""
    community = get_community(current_community_id())
    member_id = current_actor_id()
    after, has_all = request.args.get("after"), request.args.get("all") or None
    page = statement(community_id=community.id, member_id=member_id, after=after)
    return render_template(
        "web/my_statement.html",
        zone=community.zone,
        lines=lines_of(community.id, page.rows, is_folded=not has_all),
        has_all=has_all,
        balances=get_balances(
            community_id=community.id,
            member_id=member_id,
            today=clock.local_day(clock.now(), community.zone),
        ),
        next_url=url_for("web.my_statement", after=page.next, all=has_all) if page.next else None,
        first_url=url_for("web.my_statement", all=has_all) if after else None,
    )


@blueprint.route("/me/code")
@requires("me.read")
def my_code() -> str:
    """The member's changing code in large, with digits to type where a camera fails."""
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    member = get_member(community_id, member_id)
    return render_template("web/my_code.html", member=member, **_code_with_digits(now))


@blueprint.route("/me/code/box")
@requires("me.read")
def my_code_box() -> str:
    """The box alone, for the script that changes it every 30 s."""
    return render_template("web/_my_code.html", **_code_with_digits(clock.now()))


def _code_with_digits(now: datetime) -> dict[str, Any]:
    community_id, member_id = current_community_id(), current_actor_id()
    facts = _code(community_id, member_id, now)
    digits = transact(
        lambda: new_typed_digits(community_id=community_id, member_id=member_id, now=now)
    )
    return {**facts, "digits": f"{digits[:4]} {digits[4:]}"}


def _code(community_id: UUID, member_id: UUID, now: datetime) -> dict[str, Any]:
    mine: Any = {"community_id": community_id, "member_id": member_id}
    at: Any = {"base": public_base(), "now": now}
    shown = find_member_code(**mine, **at) or transact(lambda: member_code(**mine, **at))
    return {
        "svg": qr.svg(shown.url, title=_("我的码"), version_max=10, is_brief=True),
        "digits": "",
        "valid_until": shown.next_at.isoformat(),
        "served_at": now.isoformat(),
    }


def _shifts_today(
    community: CommunityFacts, member_id: UUID, now: datetime
) -> list[tuple[ShiftFacts, bool, Came | None]]:
    since, until = clock.day_bounds(clock.local_day(now, community.zone), community.zone)
    return shifts_of_day(community_id=community.id, member_id=member_id, since=since, until=until)
