"""The public page of a month, for the notice board and for neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from babel.dates import format_skeleton
from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.disclosure.accounts import account_of
from pointsvc.disclosure.opening_words import charts_of
from pointsvc.disclosure.openings import openings_of
from pointsvc.disclosure.queries import disclosure_of, find_first_disclosed_day
from pointsvc.disclosure.rules import Month, month_for, month_of
from pointsvc.kernel import clock, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.i18n import choose_locale, gettext as _
from pointsvc.kernel.permission import current_caller, current_community_id, public, requires
from pointsvc.ledger.totals import held_twice

blueprint = Blueprint("disclosure", __name__)
KEPT_SECONDS = 60
QR_VERSION_MAX = 10


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A month before or after, to turn the page to."""

    words: str
    url: str


@blueprint.route("/disclosure")
@requires("me.read")
def ours() -> ResponseReturnValue:
    """To the current month of one's own community."""
    community = get_community(current_community_id())
    month = month_of(clock.local_day(clock.now(), community.zone))
    return redirect(url_for("disclosure.month", community_id=community.id, name=month.name), 303)


@blueprint.route("/communities/<uuid:community_id>/months/<name>")
@public
def month(community_id: UUID, name: str) -> Response:
    """What came in, went out, lies in stock, was exchanged and is left; nobody is named."""
    community = get_community(community_id)
    today = clock.local_day(clock.now(), community.zone)
    shown = month_for(name, today)
    found = disclosure_of(community_id, shown)
    is_current = shown.last >= today
    page = render_template(
        "disclosure/month.html",
        community=community,
        month=shown,
        title=_words_of(shown),
        found=found,
        account=account_of(found.points),
        held=held_twice(community_id=community_id) if is_current else None,
        until=today if is_current else shown.last,
        before=_before(community_id, shown),
        after=None if is_current else _neighbour(community_id, shown.after),
        code=_code(community_id, shown),
    )
    return _kept(make_response(page))


@blueprint.route("/communities/<uuid:community_id>/openings/<name>")
@public
def openings(community_id: UUID, name: str) -> Response:
    """五公开: income, outgo, stock, exchange and rest of a month, in money, units and points."""
    community = get_community(community_id)
    today = clock.local_day(clock.now(), community.zone)
    shown = month_for(name, today)
    found = openings_of(community_id, shown)
    turn = partial(_neighbour, community_id, endpoint="disclosure.openings")
    page = render_template(
        "disclosure/openings.html",
        community=community,
        month=shown,
        title=_words_of(shown),
        found=found,
        charts=charts_of(found.months),
        until=min(today, shown.last),
        before=turn(shown.before) if _before(community_id, shown) else None,
        after=None if shown.last >= today else turn(shown.after),
        code=_code(community_id, shown, endpoint="disclosure.openings"),
    )
    return _kept(make_response(page))


def _kept(response: Response) -> Response:
    """A stranger's browser may keep the page for a moment; a signed-in reader's never."""
    if current_caller().kind == "anonymous":
        response.cache_control.private = True
        response.cache_control.max_age = KEPT_SECONDS
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def _words_of(shown: Month) -> str:
    """2026年11月; November 2026."""
    return format_skeleton("yMMMM", shown.first, locale=choose_locale())


def _before(community_id: UUID, shown: Month) -> Neighbour | None:
    first: date | None = find_first_disclosed_day(community_id)
    if first is None or first >= shown.first:
        return None
    return _neighbour(community_id, shown.before)


def _neighbour(
    community_id: UUID, other: Month, *, endpoint: str = "disclosure.month"
) -> Neighbour:
    address = url_for(endpoint, community_id=community_id, name=other.name)
    return Neighbour(_words_of(other), address)


def _code(community_id: UUID, shown: Month, *, endpoint: str = "disclosure.month") -> str:
    """This page's address as a code, for those who read it on paper."""
    path = url_for(endpoint, community_id=community_id, name=shown.name)
    return qr.svg(
        public_base() + path,
        title=_("这一页的网址"),
        error_correction="M",
        version_max=QR_VERSION_MAX,
        is_public=True,
    )
