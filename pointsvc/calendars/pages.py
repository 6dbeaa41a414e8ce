"""The addresses that a phone subscribes to: what they show, making, changing and ending one."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.scopes import scope_of
from pointsvc.calendars.feeds import end_feed, feeds_of, find_feed, make_feed
from pointsvc.calendars.occasions import occasions_of
from pointsvc.calendars.rules import AHEAD, BACK
from pointsvc.calendars.writing import written
from pointsvc.communities.queries import get_community, place_names
from pointsvc.kernel import clock, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.i18n import gettext as _, speaking
from pointsvc.kernel.permission import (
    current_actor_id,
    current_caller,
    current_community_id,
    public,
    requires,
)
from pointsvc.kernel.read_only import is_read_only
from pointsvc.kernel.transaction import transact
from pointsvc.members.throttle import check_throttles, count_failure, watched
from pointsvc.organisation.queries import led_place_ids

blueprint = Blueprint("calendars", __name__, url_prefix="/calendars")
QR_VERSION_MAX = 12
CACHE_SECONDS = 900


@blueprint.route("/<secret>.ics")
@public
def feed(secret: str) -> Response:
    """The calendar itself, for whoever knows the address: a phone asks again and again."""
    now = clock.now()
    asker = watched("feed_address", request.remote_addr or "-")
    check_throttles([asker, watched("feed", secret)], now=now)
    found = find_feed(secret)
    if found is None:
        count_failure([asker], now=now)
        raise NotFound
    if not is_read_only():
        count_failure([watched("feed", secret)], now=now)
    community = get_community(found.community_id)
    with speaking(found.locale):
        occasions = occasions_of(community, found, now)
        name = _("绿色账户 · %(community)s", community=community.name)
    body = written(name, community.zone, occasions)
    response = Response(body, mimetype="text/calendar")
    response.set_etag(sha256(body).hexdigest())
    response.last_modified = max((each.modified_at for each in occasions), default=found.made_at)
    response.headers["Cache-Control"] = f"private, max-age={CACHE_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex"
    return response.make_conditional(request)  # type: ignore[return-value]


@blueprint.route("")
@requires("me.read")
def index() -> str:
    """Which addresses I have, and what whoever knows one sees."""
    return _page(None)


@blueprint.route("", methods=["POST"])
@requires("me.read")
def make() -> str:
    """A new address of my own days, shown this once; the one before shows nothing any more."""
    return _make(None)


@blueprint.route("/plots/<uuid:place_id>", methods=["POST"])
@requires("plots.write")
def make_for_plot(place_id: UUID) -> str:
    """The same for a plot that I lead."""
    return _make(place_id)


@blueprint.route("/end", methods=["POST"])
@requires("me.read")
def end() -> ResponseReturnValue:
    """My own address shows nothing any more."""
    return _end(None)


@blueprint.route("/plots/<uuid:place_id>/end", methods=["POST"])
@requires("me.read")
def end_for_plot(place_id: UUID) -> ResponseReturnValue:
    """A plot's address of mine shows nothing any more."""
    return _end(place_id)


def _make(place_id: UUID | None) -> str:
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    scope = scope_of(current_caller())
    secret = transact(
        lambda: make_feed(
            community_id=community_id,
            scope=scope,
            member_id=member_id,
            place_id=place_id,
            now=now,
        )
    )
    return _page(public_base() + url_for("calendars.feed", secret=secret))


def _end(place_id: UUID | None) -> ResponseReturnValue:
    community_id, member_id, now = current_community_id(), current_actor_id(), clock.now()
    transact(
        lambda: end_feed(community_id=community_id, member_id=member_id, place_id=place_id, now=now)
    )
    flash(_("停了。那个地址再也看不到什么。"), "success")
    return redirect(url_for("calendars.index"), 303)


def _page(address: str | None) -> str:
    community, member_id = get_community(current_community_id()), current_actor_id()
    feeds = feeds_of(community.id, member_id)
    led = led_place_ids(community.id, [member_id]).get(member_id, frozenset())
    places = [each for each in {*led, *feeds} if each is not None]
    names = place_names(community.id, places)
    return render_template(
        "calendars/index.html",
        feeds=feeds,
        plots=sorted(names.items(), key=lambda pair: pair[1]),
        led=led,
        address=address,
        webcal=address.replace("https://", "webcal://").replace("http://", "webcal://")
        if address
        else None,
        svg=qr.svg(address, title=_("日历的订阅地址"), version_max=QR_VERSION_MAX)
        if address
        else None,
        back_days=BACK.days,
        ahead_days=AHEAD.days,
        zone=community.zone,
    )
