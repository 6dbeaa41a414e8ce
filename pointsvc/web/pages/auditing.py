"""The auditor's trail: who did what and when, who agreed to what, and the deed behind a transfer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, render_template, request, url_for

from pointsvc.audit.queries import actions_of, page_of_events
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.earning.queries import find_tariffs_by_id
from pointsvc.kernel import clock
from pointsvc.kernel.fields import day_in
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.ledger.traces import get_transfer
from pointsvc.members.queries import names_of
from pointsvc.members.search import search
from pointsvc.web.deeds import Deed, Source, deeds_of
from pointsvc.web.pages.hall import blueprint
from pointsvc.web.second_persons import page_of_agreed
from pointsvc.web.trail import action_words, events_of

DEED_PAGES = {
    "attendance": ("checkin.attendance", "attendance_id"),
    "order": ("shop.order", "order_id"),
    "scan": ("checkin.drop_scan", "drop_id"),
}


@blueprint.route("/trail")
@requires("ledger.audit")
def trail() -> str:
    """Audit events, newest first; of a person, of an action, of a day."""
    community = get_community(current_community_id())
    asked = {name: request.args.get(name, "").strip() for name in ("q", "action", "on")}
    day, after = day_in(asked["on"]), request.args.get("after")
    page = page_of_events(
        community.id, after=after, action=asked["action"] or None, **_who_and_when(community, day)
    )
    kept: dict[str, Any] = {name: value or None for name, value in asked.items()}
    return render_template(
        "web/trail.html",
        zone=community.zone,
        events=events_of(community.id, page.rows, community.zone),
        asked=asked,
        day_is_wrong=bool(asked["on"]) and day is None,
        actions=[(action, action_words(action)) for action in actions_of(community.id)],
        next_url=url_for("web.trail", after=page.next, **kept) if page.next else None,
        first_url=url_for("web.trail", **kept) if after else None,
    )


@blueprint.route("/trail/agreed")
@requires("ledger.audit")
def agreed() -> str:
    """Refunds, corrections and counts, both people side by side."""
    community = get_community(current_community_id())
    after = request.args.get("after")
    page = page_of_agreed(community.id, after=after)
    return render_template(
        "web/agreed.html",
        zone=community.zone,
        rows=page.rows,
        next_url=url_for("web.agreed", after=page.next) if page.next else None,
        first_url=url_for("web.agreed") if after else None,
    )


@blueprint.route("/transfers/<uuid:transfer_id>/deed")
@requires("ledger.audit")
def deed(transfer_id: UUID) -> str:
    """The deed behind a transfer, and the tariff version that it was computed from."""
    community = get_community(current_community_id())
    transfer = get_transfer(community.id, transfer_id)
    source: Source = (transfer.source_type, transfer.source_id)
    found = deeds_of(community.id, [source]).get(source, Deed())
    tariffs = find_tariffs_by_id(
        community_id=community.id, ids=[transfer.tariff_id] if transfer.tariff_id else []
    )
    return render_template(
        "web/deed.html",
        zone=community.zone,
        transfer=transfer,
        deed=found,
        people=names_of(community.id, [found.member_id] if found.member_id else []),
        tariff=tariffs.get(transfer.tariff_id) if transfer.tariff_id else None,
        has_tariff_page="earning.tariff" in current_app.view_functions,
        page_url=_page_of(found.about),
    )


def _who_and_when(community: CommunityFacts, day: date | None) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    name = request.args.get("q", "").strip()
    if name:
        wanted["actor_ids"] = [person.id for person in search(community.id, text=name).rows]
    if day is not None:
        since, until = clock.day_bounds(day, community.zone)
        wanted |= {"since": since, "until": until}
    return wanted


def _page_of(about: Source | None) -> str | None:
    """The page of an attendance or an order, where this server has one."""
    if about is None:
        return None
    endpoint, argument = DEED_PAGES[about[0]]
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **{argument: about[1]})  # type: ignore[arg-type]
