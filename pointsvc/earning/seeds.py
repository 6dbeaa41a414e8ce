"""The tariffs that a community starts with; it changes them by decision.

Source: the seed rule set of the founders' study of real schemes: 10 points are one service hour or
about one yuan of goods. Sorting one's own waste earns points and no minutes (MCA Order 67, art. 19);
donations earn none, so that points cannot be bought.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pointsvc.activities.models import ActivityKind
from pointsvc.earning.models import Tariff
from pointsvc.earning.queries import find_versions
from pointsvc.earning.rules import SEED_SCALE, scaled
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.outcomes import insert_once

DECISION: Final = "社区启用时的种子细则，待居民会议通过后可改"
LEADER: Final = "L"
SHIFT_CODE: Final = "C"
SIGN: Final = "S"
ROSTER: Final = "R"
ALL_WAYS: Final = LEADER + SHIFT_CODE + SIGN + ROSTER
ON_SITE: Final = LEADER + SHIFT_CODE + ROSTER


@dataclass(frozen=True, slots=True)
class Seed:
    """One line of the seed rule set; points and caps at 10 an hour."""

    code: str
    name: str
    name_en: str
    counted_by: str
    basis: str
    points: int
    day_cap: int | None
    month_cap: int | None
    is_service: bool = False  # whether its time counts as volunteer service
    ways: str = ON_SITE
    cap_holder: str = "member"


def _hours(
    code: str, names: tuple[str, str], points: int, caps: tuple[int, int], ways: str = ON_SITE
) -> Seed:
    """Volunteer service by the hour."""
    return Seed(code, *names, "attendance", "hour", points, *caps, is_service=True, ways=ways)


def _visits(
    code: str, names: tuple[str, str], points: int, caps: tuple[int, int], *, is_service: bool
) -> Seed:
    """So much for having been there."""
    ways = LEADER + ROSTER if is_service else ON_SITE
    return Seed(
        code, *names, "attendance", "check_in", points, *caps, is_service=is_service, ways=ways
    )


def _claims(
    code: str,
    names: tuple[str, str],
    points: int,
    caps: tuple[int | None, int | None] = (None, None),
) -> Seed:
    """Counted by people, not by scans."""
    return Seed(code, *names, "other", "quantity", points, *caps, is_service=code == "MEDIATE")


_SORT: Final = ("WASTE_SORT", "居民正确分类投放", "Sorted waste")
_TALK: Final = ("WASTE_TALK", "分类入户宣传", "Doorstep talks on sorting")
_MAKEUP: Final = ("MAKEUP", "补录", "Recorded afterwards")
SEEDS: Final = (
    _hours("PLOT_CARE", ("责任田养护", "Plot care"), 10, (30, 240), ALL_WAYS),
    _hours("GREEN_PLANT", ("植树补绿", "Planting"), 10, (40, 120), ALL_WAYS),
    _hours("CLEANUP", ("环境整治", "Clean-up"), 10, (40, 200), ALL_WAYS),
    _hours("CLEANUP_SNOW", ("扫雪除冰", "Snow clearing"), 12, (36, 200)),
    _hours("WASTE_DUTY", ("桶前值守", "Duty at the bins"), 10, (20, 200)),
    Seed(*_SORT, "drop", "quantity", 2, 4, 60, ways=LEADER, cap_holder="household"),
    Seed(*_TALK, "attendance", "quantity", 2, 20, 100, is_service=True, ways=LEADER + ROSTER),
    _hours("EPID_DUTY", ("疫情防控值守", "Epidemic duty"), 12, (48, 300)),
    _hours("PATROL", ("治安/消防巡逻", "Patrol"), 10, (20, 200)),
    _hours("PATROL_NIGHT", ("夜间巡逻", "Night patrol"), 12, (24, 150)),
    _visits("ELDER_CARE", ("助老探访、代购", "Visiting elders"), 10, (20, 160), is_service=True),
    _visits("TRAIN", ("参加培训", "Training"), 5, (5, 20), is_service=False),
    _visits("LECTURE", ("讲座宣讲(听)", "Listening to a talk"), 3, (3, 12), is_service=False),
    _hours("TEACH", ("担任讲师", "Teaching"), 15, (30, 60)),
    _hours("EVENT_HELP", ("社区活动服务", "Helping at events"), 10, (40, 160)),
    _hours("SHOP_DUTY", ("积分超市值班", "Shop duty"), 10, (30, 120)),
    _claims("PLOT_TASK_DONE", ("责任田任务合格", "Plot task passed"), 30, (None, 30)),
    _claims("PLOT_LEADER", ("责任田组长协调", "Leading a plot"), 40, (None, 40)),
    _claims("MEDIATE", ("邻里调解", "Mediation"), 20, (20, 60)),
    _claims("HAZARD", ("隐患上报属实", "Hazard confirmed"), 5, (10, 50)),
    _claims("SUGGEST", ("合理化建议采纳", "Suggestion adopted"), 10, (None, 30)),
    _claims("RECRUIT", ("推荐新志愿者(满3次服务)", "New volunteer brought in"), 20, (None, 40)),
    _claims("DONATE", ("捐赠物资", "Donation"), 0),
    _claims("HONOUR", ("社区表彰", "Commendation"), 50, (None, 50)),
    Seed(*_MAKEUP, "other", "hour", 10, 20, 40, is_service=True),
    _claims("NO_SHOW", ("无故缺勤", "Absent without notice"), 0),
    _claims("DED_FALSE", ("弄虚作假", "False record"), 0),
    _claims("DED_DUMP", ("乱倒垃圾(核实)", "Dumping, confirmed"), -10, (None, 30)),
)


def seed_tariffs(
    *,
    community_id: UUID,
    valid_from_on: date,
    now: datetime,
    scale: int = SEED_SCALE,
    recorded_by_id: UUID | None = None,
    decision: str = DECISION,
    minimum_percent: int = 60,
    step_minutes: int = 30,
) -> int:
    """Give a community its kinds of activity and their first tariffs; twice is the same as once.

    Args:
        community_id: whose.
        valid_from_on: the first day of the first versions.
        now: recorded then.
        scale: points for one hour; everything else follows in proportion (10 is the seeds' own).
        recorded_by_id: who founded the community, where it was a person.
        decision: what the versions rest on.
        minimum_percent: share of the planned time below which an hourly deed earns nothing.
        step_minutes: hourly deeds count whole steps.

    Returns:
        How many tariffs are new.
    """
    common = {
        "community_id": community_id,
        "version": 1,
        "valid_from_on": valid_from_on,
        "step_minutes": step_minutes,
        "minimum_percent": minimum_percent,
        "expiry": "end_of_next_year",
        "expiry_months": None,
        "decision": decision,
        "decided_on": valid_from_on,
        "recorded_by_id": recorded_by_id,
        "recorded_at": now,
    }
    insert_once(ActivityKind, [_kind(community_id, no, seed) for no, seed in enumerate(SEEDS, 1)])
    known = find_versions(community_id=community_id)
    rows = [
        {**common, **_tariff(community_id, seed, scale)} for seed in SEEDS if seed.code not in known
    ]
    return insert_once(Tariff, rows)


def _kind(community_id: UUID, sort_no: int, seed: Seed) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "code": seed.code,
        "name": seed.name,
        "name_en": seed.name_en,
        "counted_by": seed.counted_by,
        "by_leader": LEADER in seed.ways,
        "by_shift_code": SHIFT_CODE in seed.ways,
        "by_sign": SIGN in seed.ways,
        "by_roster": ROSTER in seed.ways,
        "sort_no": sort_no * 10,
    }


def _tariff(community_id: UUID, seed: Seed, scale: int) -> dict[str, Any]:
    return {
        "id": derived_id("seed-tariff", community_id, seed.code),
        "code": seed.code,
        "basis": seed.basis,
        "rate_points": scaled(seed.points, scale),
        "cap_day_points": scaled(seed.day_cap, scale),
        "cap_month_points": scaled(seed.month_cap, scale),
        "cap_holder": seed.cap_holder,
        "counts_as_service": seed.is_service,
    }
