"""Which ways of being counted are on, for each kind of activity."""

from __future__ import annotations

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.pages.desk import blueprint
from pointsvc.activities.queries import coming_counts, find_kinds
from pointsvc.activities.rules import WAYS
from pointsvc.activities.service import set_ways
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact

WAY_NAMES: Final[dict[str, tuple[LazyText, LazyText]]] = {
    "by_leader": (_l("组长扫码"), _l("反扫：组长、管理员扫居民的卡或手机码")),
    "by_shift_code": (_l("现场动态码"), _l("居民扫组长手机或展码屏上 30 秒一换的码")),
    "by_sign": (_l("标牌码"), _l("居民扫贴在现场的标牌；先记“待确认”，要组长或同场的人确认")),
    "by_roster": (_l("名册点名"), _l("组长在名册上勾，要写原因")),
}


@blueprint.route("/kinds", methods=["GET", "POST"])
@requires("communities.settings")
def kinds() -> ResponseReturnValue:
    """Switch ways on and off; a kind without any is out of use."""
    if request.method == "GET":
        return _kinds(None)
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    ways: dict[str, set[str]] = {code: set() for code in request.form.getlist("kind")}
    for asked in request.form.getlist("way"):
        code, _colon, way = asked.partition(":")
        ways.setdefault(code, set()).add(way)
    try:
        changed = transact(
            lambda: set_ways(community_id=community_id, ways=ways, changed_by_id=actor_id, now=now)
        )
    except Refusal as refusal:
        return _kinds(refusal), refusal.status
    flash(_("改了 %(count)s 个类别，从现在起生效。", count=len(changed)), "success")
    return redirect(url_for("activities.kinds"), 303)


def _kinds(refusal: Refusal | None) -> str:
    community_id = current_community_id()
    found = [kind for kind in find_kinds(community_id) if kind.counted_by != "other"]
    return render_template(
        "activities/kinds.html",
        kinds=found,
        possible=WAYS,
        names=WAY_NAMES,
        coming=coming_counts(community_id, clock.now()),
        refusal=refusal,
    )
