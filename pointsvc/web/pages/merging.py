"""The clerk's pages for people who are in the register twice."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.members.duplicates import likely_duplicates
from pointsvc.members.erasure_errors import IdentityUnchecked
from pointsvc.members.merging import merge_members
from pointsvc.members.person_requests import waiting_about
from pointsvc.web.deciders import others_than
from pointsvc.web.gone import ROOMS
from pointsvc.web.merging import COUNTED, lost_consents, needs_second, side_of
from pointsvc.web.pages.hall import blueprint

REASONS: Final[dict[str, LazyText]] = {
    "door": _l("同一户"),
    "birthday": _l("生日相同"),
    "tail": _l("手机尾号相同"),
    "bare": _l("有一个只登记了姓名"),
}


@blueprint.route("/members/duplicates")
@requires("members.merge")
def duplicates() -> str:
    """Pairs that may be one person; nothing is done by looking."""
    pairs = likely_duplicates(current_community_id())
    return render_template("web/duplicates.html", pairs=pairs, reasons=REASONS)


@blueprint.route("/members/<uuid:member_id>/merge/<uuid:twin_id>")
@requires("members.merge")
def merge(member_id: UUID, twin_id: UUID) -> str:
    """The two beside each other: `member_id` stays, everything of `twin_id` goes over."""
    return merge_page(member_id, twin_id, None)


@blueprint.route("/members/<uuid:member_id>/merge/<uuid:twin_id>", methods=["POST"])
@requires("members.merge")
def do_merge(member_id: UUID, twin_id: UUID) -> ResponseReturnValue:
    """Make them one; there is no way back."""
    community, by_id, now = get_community(current_community_id()), current_actor_id(), clock.now()
    try:
        if "is_checked" not in request.form:
            raise IdentityUnchecked
        transact(
            lambda: merge_members(
                community_id=community.id,
                from_id=twin_id,
                into_id=member_id,
                by_id=by_id,
                rooms=ROOMS.follow,
                now=now,
                today=clock.local_day(now, community.zone),
            )
        )
    except Refusal as refusal:
        return merge_page(member_id, twin_id, refusal), refusal.status
    flash(_("合并好了。积分、时长和没办完的事都在这个账户里。"), "success")
    return redirect(url_for("members.show", member_id=member_id), 303)


def merge_page(member_id: UUID, twin_id: UUID, refusal: Refusal | None) -> str:
    """The two accounts, and what one clerk may do, or ask."""
    community, now = get_community(current_community_id()), clock.now()
    today = clock.local_day(now, community.zone)
    kept, gone = (
        side_of(community.id, each, today=today, now=now) for each in (member_id, twin_id)
    )
    return render_template(
        "web/merge.html",
        kept=kept,
        gone=gone,
        counted=COUNTED,
        lost=lost_consents(kept, gone),
        needs_second=needs_second(kept, gone),
        others=others_than(community.id, {current_actor_id(), member_id, twin_id}, clock.now()),
        waiting=waiting_about(community.id, [member_id, twin_id], now),
        refusal=refusal,
    )
