"""Places in and out of use, and the numbers that the community sets itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import find_places, get_community
from pointsvc.communities.service import KINDS
from pointsvc.communities.settings import BOUNDS
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import LazyText, gettext as _, lazy_gettext as _l
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.office import (
    change_settings,
    open_place,
    shut_place,
    tell_open_hours,
    use_place_again,
)
from pointsvc.organisation.pages.desk import KIND_NAMES, blueprint, clerk, done
from pointsvc.organisation.schemas import HoursForm, PlaceForm, SettingsForm

KINDS_WITH_HOURS: Final = ("station", "shop")
SETTING_NAMES: Final[dict[str, tuple[LazyText, LazyText]]] = {
    "pin_above_points": (_l("用卡一次兑换超过多少分要 PIN"), _l("分")),
    "pin_day_points": (_l("用卡一天合计超过多少分要 PIN（0 = 不看一天）"), _l("分")),
    "exchange_minimum_points": (_l("攒够多少分才能兑换（0 = 不限）"), _l("分")),
    "check_out_grace_minutes": (_l("场次结束后多久自动签退"), _l("分钟")),
    "day_minutes_auto": (_l("一天内直接记的服务时长上限"), _l("分钟")),
    "day_minutes_held": (_l("一天内待审核的服务时长上限"), _l("分钟")),
    "provisional_hours": (_l("自助签到多久内须有人确认"), _l("小时")),
    "late_minutes": (_l("离线上传晚于多久要组长确认"), _l("分钟")),
    "receivable_share_percent": (_l("新得积分抵扣旧账的比例"), _l("%")),
    "regrant_grace_days": (_l("退回的到期积分再用几天"), _l("天")),
    "vouched_people_max": (_l("扫标牌的，同场一个人最多给几个人作证（0 = 不用）"), _l("人")),
    "position_error_metres_max": (
        _l("扫标牌时手机位置的误差最多多少米（0 = 不用位置）"),
        _l("米"),
    ),
    "second_step_roles": (
        _l("登录要二次验证的人（0 = 自愿，1 = 办事员、监督员、审计员，2 = 所有工作人员）"),
        _l("档"),
    ),
    "roster_sample_percent": (_l("名册点名抽查多少（0 = 不抽）"), _l("%")),
    "backfill_quota": (_l("每人每月最多提几条补录（0 为不许补录）"), _l("条")),
    "backfill_days": (_l("事后多少天内可以提补录"), _l("天")),
    "backfill_delay_hours": (_l("补录批准后多久才计分"), _l("小时")),
    "care_week_hours": (_l("排班时一个人一周最多几小时"), _l("小时")),
    "substitution_veto_hours": (_l("有人替班后，组长多久内可以不同意（0 = 不用）"), _l("小时")),
    "wait_auto_hours": (_l("空出名额时，开始前多久以上自动给候补的人"), _l("小时")),
    "risk_age_min": (_l("危险活动最小几岁"), _l("岁")),
    "mower_age_max": (_l("割草机最大几岁"), _l("岁")),
    "ladder_age_max": (_l("登梯最大几岁"), _l("岁")),
    "pesticide_age_max": (_l("打药最大几岁"), _l("岁")),
    "night_age_max": (_l("夜间活动最大几岁"), _l("岁")),
    "reminder_hour": (_l("前一天晚上几点提醒报名的人"), _l("点")),
    "inspection_pass_mark": (_l("责任田验收多少分合格"), _l("分")),
    "inspection_objection_days": (_l("验收后多少天内可以提异议"), _l("天")),
    "photo_keep_days": (_l("照片保存多少天"), _l("天")),
    "cover_months_min": (_l("库存和赞助至少够兑几个月，不够就提醒少发分，0 为不提醒"), _l("个月")),
    "proxy_members_max": (_l("一个人一个月最多替几位居民代领（0 = 不许代领）"), _l("位")),
}


@blueprint.route("/places")
@requires("organisation.read")
def places() -> str:
    """Every place, closed ones too."""
    return _places({}, None)


@blueprint.route("/places", methods=["POST"])
@requires("organisation.write")
def new_place() -> ResponseReturnValue:
    """Open a place."""
    community_id, actor, now, place_id = current_community_id(), clerk(), clock.now(), new_id()
    try:
        values = parse_form(PlaceForm, request.form)
        place = transact(
            lambda: open_place(
                community_id=community_id, place_id=place_id, actor=actor, now=now, **values
            )
        )
    except Refusal as refusal:
        return _places(request.form.to_dict(), refusal), refusal.status
    flash(_("“%(name)s”开好了。", name=place.name), "success")
    return redirect(url_for("organisation.places"), 303)


@blueprint.route("/places/<uuid:place_id>/close", methods=["POST"])
@requires("organisation.write")
def close(place_id: UUID) -> ResponseReturnValue:
    """Out of use."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        shut_place(community_id=community_id, place_id=place_id, actor=actor, now=now)

    return done("organisation.places", work, _("已停用。"))


@blueprint.route("/places/<uuid:place_id>/reopen", methods=["POST"])
@requires("organisation.write")
def reopen(place_id: UUID) -> ResponseReturnValue:
    """In use again."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()

    def work() -> None:
        use_place_again(community_id=community_id, place_id=place_id, actor=actor, now=now)

    return done("organisation.places", work, _("已恢复使用。"))


@blueprint.route("/places/<uuid:place_id>/hours", methods=["POST"])
@requires("organisation.write")
def hours(place_id: UUID) -> ResponseReturnValue:
    """Say when it is open; a refusal stands beside the place's own field."""
    community_id, actor, now = current_community_id(), clerk(), clock.now()
    try:
        values = parse_form(HoursForm, request.form)
        transact(
            lambda: tell_open_hours(
                community_id=community_id, place_id=place_id, actor=actor, now=now, **values
            )
        )
    except Invalid as refusal:
        return _places({}, refusal, request.form.to_dict(), place_id), refusal.status
    flash(_("开放时间改好了。"), "success")
    return redirect(url_for("organisation.places"), 303)


@blueprint.route("/settings", methods=["GET", "POST"])
@requires("communities.settings")
def settings() -> ResponseReturnValue:
    """The numbers that the community sets itself, each with its bounds."""
    community = get_community(current_community_id())
    if request.method == "GET":
        return _settings(asdict(community.settings), None)
    actor, now = clerk(), clock.now()
    try:
        changes = parse_form(SettingsForm, request.form)
        changed = transact(
            lambda: change_settings(
                community_id=community.id, changes=changes, actor=actor, now=now
            )
        )
    except Refusal as refusal:
        return _settings(request.form.to_dict(), refusal), refusal.status
    flash(_("改了 %(count)s 项设置。", count=len(changed)), "success")
    return redirect(url_for("organisation.settings"), 303)


def _places(
    values: dict[str, Any],
    refusal: Refusal | None,
    typed: dict[str, str] | None = None,
    typed_id: UUID | None = None,
) -> str:
    found = find_places(current_community_id(), with_closed=True)
    timed = [
        place
        for place in found
        if place.is_open and (place.kind in KINDS_WITH_HOURS or place.open_hours)
    ]
    return render_template(
        "organisation/places.html",
        places=found,
        timed=timed,
        kinds=[(kind, KIND_NAMES[kind]) for kind in KINDS],
        kind_names=KIND_NAMES,
        values=values,
        refusal=refusal,
        typed=typed or {},
        typed_id=typed_id,
    )


def _settings(values: dict[str, Any], refusal: Refusal | None) -> str:
    return render_template(
        "organisation/settings.html",
        names=SETTING_NAMES,
        bounds=BOUNDS,
        values=values,
        refusal=refusal,
    )
