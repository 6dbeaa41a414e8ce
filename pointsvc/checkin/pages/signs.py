"""Signs for plots and stations: chosen here, printed on A4."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from pointsvc.checkin.codes import sign_url
from pointsvc.checkin.pages.desk import QR_VERSION_MAX, blueprint
from pointsvc.communities.queries import CommunityFacts, PlaceFacts, find_places, get_community
from pointsvc.kernel import clock, codes, qr
from pointsvc.kernel.addresses import public_base
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact

KINDS = ("plot", "station", "hall")
SHEETS_MAX = 60


@blueprint.route("/checkin/signs")
@requires("cards.print")
def signs() -> str:
    """Which places to print signs for; all of them are ticked."""
    community = get_community(current_community_id())
    return render_template("checkin/signs.html", places=_places(community.id), kinds=_kind_names())


@blueprint.route("/checkin/signs/sheet")
@requires("cards.print")
def sign_sheet() -> str:
    """One A4 page for each place of `place_id`."""
    community = get_community(current_community_id())
    wanted = _wanted(community.id)
    base, now = public_base(), clock.now()
    urls = transact(
        lambda: [
            sign_url(community_id=community.id, place_id=place.id, base=base, now=now)
            for place in wanted
        ]
    )
    printed = [(place, *_code(place, url)) for place, url in zip(wanted, urls, strict=True)]
    return render_template(
        "checkin/sign_sheet.html", printed=printed, foot=_foot(community), kinds=_kind_names()
    )


def _places(community_id: UUID) -> list[PlaceFacts]:
    places = find_places(community_id)
    return sorted(
        (place for place in places if place.kind in KINDS),
        key=lambda place: (KINDS.index(place.kind), place.number),
    )


def _wanted(community_id: UUID) -> list[PlaceFacts]:
    """The places asked for. Raises NotFound for a foreign one."""
    try:
        ids = [UUID(text) for text in request.args.getlist("place_id")[:SHEETS_MAX]]
    except ValueError as error:
        raise NotFound from error
    known = {place.id: place for place in _places(community_id)}
    if not known.keys() >= set(ids):
        raise NotFound
    return [known[place_id] for place_id in ids]


def _code(place: PlaceFacts, url: str) -> tuple[Markup, str]:
    title = _("%(name)s的签到码", name=place.name)
    svg = qr.svg(url, title=title, version_max=QR_VERSION_MAX)
    return svg, codes.typed(url.rpartition("/")[2])


def _foot(community: CommunityFacts) -> str:
    return _("绿色账户 · %(name)s", name=community.name)


def _kind_names() -> dict[str, str]:
    return {"plot": _("责任田"), "station": _("投放点"), "hall": _("活动室")}
