"""Pure decisions about shifts: who may do what in which, and which times make sense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

LENGTH_MAX: Final = timedelta(hours=24)
AHEAD_MAX: Final = timedelta(days=366)
BEFORE_MAX: Final = timedelta(days=31)
CAPACITY_MAX: Final = 1000
DEFAULT_MINUTES: Final = 120
DEFAULT_LENGTHS: Final = {
    "WASTE_SORT": 120,
    "PATROL_NIGHT": 90,
    "TRAIN": 60,
    "LECTURE": 60,
    "ELDER_CARE": 60,
}
START_STEP: Final = timedelta(minutes=5)
# Ways of being counted that make sense: drops are scanned at the station, claims are read by people.
WAYS: Final[dict[str, tuple[str, ...]]] = {
    "attendance": ("by_leader", "by_shift_code", "by_sign", "by_roster"),
    "drop": ("by_leader",),
    "other": (),
}
# Where a kind belongs; one that is not named here fits everywhere.
PLACE_KINDS: Final[dict[str, frozenset[str]]] = {
    "PLOT_CARE": frozenset({"plot"}),
    "GREEN_PLANT": frozenset({"plot", "hall"}),
    "WASTE_SORT": frozenset({"station"}),
    "WASTE_DUTY": frozenset({"station"}),
    "SHOP_DUTY": frozenset({"shop"}),
}
State = Literal["upcoming", "open", "over", "cancelled"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where somebody may run shifts: everywhere (clerks), or at these places.

    `places` are those that one's groups tend, the station that one attends, or a device's place.
    """

    id: UUID | None
    is_everywhere: bool = False
    places: frozenset[UUID] = frozenset()
    is_device: bool = False
    device_kind: str | None = None
    roles: frozenset[str] = frozenset()

    @property
    def runs_shifts(self) -> bool:
        """Whether the person leads, attends or keeps the books of shifts at all."""
        return not self.is_device and bool(self.roles & {"leader", "attendant", "clerk"})


@dataclass(frozen=True, slots=True)
class ShiftTimes:
    """What deciding about a shift needs of it."""

    place_id: UUID
    led_by_id: UUID
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    has_room: bool


def may_run_at(scope: Scope, place_id: UUID) -> bool:
    """Whether the person may open, cancel and change shifts there."""
    return scope.runs_shifts and (scope.is_everywhere or place_id in scope.places)


def may_scan_in(scope: Scope, place_id: UUID, led_by_id: UUID) -> bool:
    """Whether members' codes may be scanned in a shift: its leaders, its station, its scanner."""
    if scope.is_device:
        return scope.device_kind == "scanner" and place_id in scope.places
    return may_run_at(scope, place_id) or (scope.runs_shifts and scope.id == led_by_id)


def may_show_code(scope: Scope, place_id: UUID, led_by_id: UUID) -> bool:
    """Whether the shift's changing code may be shown: who may scan in it, and its kiosk."""
    if scope.is_device:
        return scope.device_kind in {"scanner", "kiosk"} and place_id in scope.places
    return may_scan_in(scope, place_id, led_by_id)


def verbs_for(scope: Scope, shift: ShiftTimes, *, is_signed_up: bool, now: datetime) -> list[str]:
    """What the person may do with the shift now: `scan`, `show_code`, `sign_up`, `leave`, `cancel`."""
    is_live = not shift.is_cancelled
    is_over = shift.ends_at <= now
    volunteers = bool(scope.roles & {"volunteer", "leader"})
    possible = {
        "scan": is_live and may_scan_in(scope, shift.place_id, shift.led_by_id),
        "show_code": is_live and may_show_code(scope, shift.place_id, shift.led_by_id),
        "sign_up": is_live and volunteers and not is_over and not is_signed_up and shift.has_room,
        "leave": is_live and not is_over and is_signed_up,
        "cancel": is_live and not is_over and may_run_at(scope, shift.place_id),
    }
    return [verb for verb, may in possible.items() if may]


def may_end(scope: Scope, shift: ShiftTimes, now: datetime) -> bool:
    """Whether the person may end the shift now: it runs, and they could call it off."""
    is_running = not shift.is_cancelled and shift.starts_at < now < shift.ends_at
    return is_running and may_run_at(scope, shift.place_id)


def faults_of_times(*, starts_at: datetime, ends_at: datetime, now: datetime) -> dict[str, str]:
    """What is wrong with a new shift's times: field → `order`, `length`, `past` or `far`."""
    if ends_at <= starts_at:
        return {"ends_at": "order"}
    if ends_at - starts_at > LENGTH_MAX:
        return {"ends_at": "length"}
    if starts_at < now - BEFORE_MAX:
        return {"starts_at": "past"}
    if starts_at > now + AHEAD_MAX:
        return {"starts_at": "far"}
    return {}


def default_minutes(activity_kind: str) -> int:
    """How long a shift of this kind usually lasts; a form starts with it."""
    return DEFAULT_LENGTHS.get(activity_kind, DEFAULT_MINUTES)


def state_of(shift: ShiftTimes, now: datetime) -> State:
    """How a shift stands at that moment."""
    if shift.is_cancelled:
        return "cancelled"
    if shift.ends_at <= now:
        return "over"
    return "open" if shift.starts_at <= now else "upcoming"


def fits_place(code: str, counted_by: str, place_kind: str) -> bool:
    """Whether the kind of activity is counted at such a place."""
    if counted_by == "other":
        return False
    if counted_by == "drop" and place_kind != "station":
        return False
    return place_kind in PLACE_KINDS.get(code, {place_kind})


def rounded_start(now: datetime) -> datetime:
    """Now, down to five minutes: a shift that begins with it is open at once."""
    return now - timedelta(
        minutes=now.minute % (START_STEP // timedelta(minutes=1)),
        seconds=now.second,
        microseconds=now.microsecond,
    )
