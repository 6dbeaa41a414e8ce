"""What a community decides for itself, with defaults and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class CommunitySettings:
    """A community's numbers; what it never touched stands at the default.

    The minimum time and the step of hourly awards are a tariff's own, version by version.

    Attributes:
        pin_above_points: an exchange with a printed card asks for the PIN above this.
        pin_day_points: so do all of a day together above this; 0 where a day is not counted, as at
            first: on exchange day one card rightly pays for much, and elders without a PIN would go
            home empty-handed. Cards that stay just below the limit are shown to the auditor.
        exchange_minimum_points: who has fewer points exchanges nothing yet; 0 for no minimum.
        check_out_grace_minutes: who did not check out is closed this long after the end.
        day_minutes_auto: service minutes a day that count by themselves.
        day_minutes_held: service minutes a day that count after a second look; more is refused.
        provisional_hours: a scan of a printed sign is annulled after this without a second signal.
        late_minutes: a scan that arrives later than this needs a leader.
        receivable_share_percent: share of new earnings a month that pays back what is owed.
        regrant_grace_days: days that points of a passed date live after a refund.
        backfill_quota: work counted after the fact that one person may ask for in a month; 0 for none.
        backfill_days: days after the work within which it may be asked for.
        backfill_delay_hours: from the second person's yes until it counts.
        roster_sample_percent: share of the people ticked on a roster that another person asks.
        rate_scale: the one scale of the seed tariffs: points for an hour.
        vouched_people_max: for how many people in a shift one who was there may vouch; 0 for none.
        position_error_metres_max: a phone's position counts at a sign when it is as exact as this;
            0 where no position is asked for.
        second_step_roles: whom a code of an app is asked of at sign-in: 0 nobody who does not want
            it, 1 office, supervisors, auditors, 2 every role beyond a volunteer's.
        care_week_hours: hours a week for which one person is asked at most, who said nothing else.
        substitution_veto_hours: how long a leader may say no to who took a duty on; 0 for not at all.
        wait_auto_hours: who waits gets a free seat by itself until so long before; later they are told.
        risk_age_min: from which age on somebody may do dangerous work: full age, as who is hurt
            must be able to answer for themselves.
        mower_age_max: until which age with a mower; 65, as a fall or a flying stone heals badly.
        ladder_age_max: until which age on a ladder.
        pesticide_age_max: until which age with pesticides.
        night_age_max: until which age at night; 70, as one walks in pairs and lifts nothing.
        reminder_hour: at which hour of the evening before who signed up is reminded.
        inspection_pass_mark: points of 100 from which a plot's month passes.
        inspection_objection_days: days within which a group may ask for a second visit.
        photo_keep_days: days after which photographs are emptied.
        cover_months_min: goods and money should last so many months for the points that people
            hold; below it the office is told to promise no more. 0 for no alarm.
        proxy_members_max: for how many members one person collects goods in a month; 0 for none.
    """

    pin_above_points: int = 100
    pin_day_points: int = 0
    exchange_minimum_points: int = 0
    check_out_grace_minutes: int = 60
    day_minutes_auto: int = 480
    day_minutes_held: int = 720
    provisional_hours: int = 48
    late_minutes: int = 1440
    receivable_share_percent: int = 50
    regrant_grace_days: int = 30
    backfill_quota: int = 10
    backfill_days: int = 30
    backfill_delay_hours: int = 48
    roster_sample_percent: int = 20
    rate_scale: int = 10
    vouched_people_max: int = 3
    position_error_metres_max: int = 0
    second_step_roles: int = 0
    care_week_hours: int = 6
    substitution_veto_hours: int = 24
    wait_auto_hours: int = 12
    risk_age_min: int = 18
    mower_age_max: int = 65
    ladder_age_max: int = 65
    pesticide_age_max: int = 65
    night_age_max: int = 70
    reminder_hour: int = 18
    inspection_pass_mark: int = 90
    inspection_objection_days: int = 5
    photo_keep_days: int = 365
    cover_months_min: int = 1
    proxy_members_max: int = 3


BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "pin_above_points": (0, 1_000_000),
    "pin_day_points": (0, 1_000_000),
    "exchange_minimum_points": (0, 100_000),
    "check_out_grace_minutes": (0, 720),
    "day_minutes_auto": (0, 1440),
    "day_minutes_held": (0, 1440),
    "provisional_hours": (1, 720),
    "late_minutes": (0, 43_200),
    "receivable_share_percent": (0, 100),
    "regrant_grace_days": (0, 366),
    "backfill_quota": (0, 100),
    "backfill_days": (1, 31),
    "backfill_delay_hours": (48, 720),
    "roster_sample_percent": (0, 100),
    "rate_scale": (1, 1000),
    "vouched_people_max": (0, 20),
    "position_error_metres_max": (0, 200),
    "second_step_roles": (0, 2),
    "care_week_hours": (1, 40),
    "substitution_veto_hours": (0, 168),
    "wait_auto_hours": (0, 168),
    "risk_age_min": (16, 60),
    "mower_age_max": (60, 120),
    "ladder_age_max": (60, 120),
    "pesticide_age_max": (60, 120),
    "night_age_max": (60, 120),
    "reminder_hour": (12, 21),
    "inspection_pass_mark": (50, 100),
    "inspection_objection_days": (1, 30),
    "photo_keep_days": (30, 3650),
    "cover_months_min": (0, 24),
    "proxy_members_max": (0, 100),
}
RADIUS_METRES: Final = (10, 2000)  # how far a place may reach
NAMES: Final = tuple(field.name for field in fields(CommunitySettings))


def settings_from(stored: Mapping[str, Any]) -> CommunitySettings:
    """The settings in a community's row; names that this version does not know are left alone."""
    return CommunitySettings(**{name: stored[name] for name in NAMES if name in stored})


def faults_of(changes: Mapping[str, int], current: CommunitySettings) -> dict[str, tuple[int, int]]:
    """The changes that do not fit, each with its bounds; the held day is never below the auto day.

    Args:
        changes: whole numbers by name, all of them names of settings.
        current: what stands now.
    """
    faults = {
        name: BOUNDS[name]
        for name, value in changes.items()
        if not BOUNDS[name][0] <= value <= BOUNDS[name][1]
    }
    auto = changes.get("day_minutes_auto", current.day_minutes_auto)
    if changes.get("day_minutes_held", current.day_minutes_held) < auto:
        faults.setdefault("day_minutes_held", (auto, BOUNDS["day_minutes_held"][1]))
    return faults
