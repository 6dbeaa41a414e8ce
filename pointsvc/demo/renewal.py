"""Keeping the street open: whatever the hour, a shift of plot 1, one at the station, an earner.

A neighbour who scanned the sign of plot 1 waits there for a word: 刘洋 or 王强 may give it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts, shifts_between
from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import cancel_shift
from pointsvc.checkin.codes import sign_url
from pointsvc.checkin.presences import Presence, presences_of
from pointsvc.checkin.queries import present_at
from pointsvc.checkin.scans import ScanRequest
from pointsvc.checkin.service.correcting import decide_correction, request_correction
from pointsvc.checkin.service.deciding import decide_attendance
from pointsvc.checkin.service.recording import record_scans
from pointsvc.communities.queries import all_communities, find_places, get_community
from pointsvc.demo.founding import NAME, Street
from pointsvc.demo.past import BASE, caller_of, open_shift, scan_people
from pointsvc.demo.people import volunteers
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import find_spendable
from pointsvc.ledger.service import adjust
from pointsvc.members.cards import live_cards
from pointsvc.members.queries import find_member_by_phone

BEFORE: Final = timedelta(hours=2)
AFTER: Final = timedelta(minutes=62)
CHANGE: Final = timedelta(minutes=2)  # the next shift is open before the last has ended
STATION_HOURS: Final = timedelta(hours=24)
SIGNED_BEFORE: Final = timedelta(minutes=90)
POINTS_WANTED: Final = 200
SIGNER: Final = volunteers()[0]  # who cares for plot 1 beside 刘洋, and came by its sign
PEOPLE: Final = {
    "李梅": "13800000001",
    "王强": "13800000002",
    "赵芳": "13800000005",
    "孙岗": "13800000006",
    "何督": "13800000007",
    "刘洋": "13800000008",
    SIGNER.name: SIGNER.phone,
}


def renew(now: datetime, *, afresh: bool = False) -> int:
    """Open today's shifts on every demo street; how many were opened. Safe to repeat.

    刘洋 has been on plot 1 for two hours, so that scanning her out shows an award; 李梅 has at
    least 200 points to spend. Plot 1 is renewed when its shift ends, hourly; `afresh` (at a start)
    puts 刘洋 back there whatever became of her.
    """
    streets = [each for each in all_communities() if each.is_demo and each.name == NAME]
    return sum(_renew(find_street(each.id), now, afresh=afresh) for each in streets)


def find_street(community_id: UUID) -> Street:
    """The street's ids, found again from its rows."""
    street = Street(community_id, get_community(community_id).zone)
    for name, phone in PEOPLE.items():
        member_id = find_member_by_phone(community_id, phone)
        if member_id is not None:
            street.people[name] = member_id
    for place in find_places(community_id):
        if place.kind == "plot":
            street.plots[place.number] = place.id
        elif place.kind == "station":
            street.station_id = street.station_id or place.id
    return street


def _renew(street: Street, now: datetime, *, afresh: bool) -> int:
    opened = _keep_plot_open(street, now, afresh=afresh)
    assert street.station_id is not None
    if not _find_open(street, street.station_id, now):
        attendant = caller_of(street, street.people["孙岗"], "attendant", "volunteer")
        starts_at = now - timedelta(minutes=5)
        ends_at = starts_at + STATION_HOURS
        shift_id = street.derived("station", now)
        place_id = street.station_id
        open_shift(
            street,
            attendant,
            shift_id=shift_id,
            kind="WASTE_SORT",
            place_id=place_id,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        opened += 1
    _top_up(street, now)
    return opened


def _find_open(street: Street, place_id: UUID, now: datetime) -> list[ShiftFacts]:
    shifts = shifts_between(
        community_id=street.community_id,
        since=now,
        until=now + timedelta(seconds=1),
        place_ids=[place_id],
    )
    return [shift for shift in shifts if shift.starts_at <= now < shift.ends_at]


def _keep_plot_open(street: Street, now: datetime, *, afresh: bool) -> int:
    """A shift of plot 1 with 刘洋 in it for two hours; whether a new one was opened."""
    leader = caller_of(street, street.people["王强"], "leader", "volunteer")
    shift = max(
        _find_open(street, street.plots[1], now), key=lambda each: each.ends_at, default=None
    )
    is_lasting = shift is not None and shift.ends_at - now > CHANGE
    if is_lasting and not afresh:
        return 0
    _forget_liuyang(street, now)
    _forget_signer(street, leader, now)
    if shift is None or not is_lasting:
        if shift is not None:
            _call_off_if_empty(street, leader, shift, now)
        shift_id = _open_plot(street, leader, now)
    else:
        shift_id = shift.id
    scan_people(
        street,
        leader,
        shift_id=shift_id,
        direction="in",
        people=[street.people["刘洋"]],
        at=now - BEFORE,
        cards={card.member_id: card.token for card in live_cards(street.community_id)},
    )
    _sign_in(street, shift_id, now)
    return int(not is_lasting)


def _sign_in(street: Street, shift_id: UUID, now: datetime) -> None:
    """Somebody scans the sign of plot 1 with her phone and leaves it at that."""
    signer = caller_of(street, street.people[SIGNER.name], "volunteer")
    at = now - SIGNED_BEFORE
    code = transact(
        lambda: sign_url(
            community_id=street.community_id, place_id=street.plots[1], base=BASE, now=at
        )
    )
    scan = ScanRequest(street.derived("sign", shift_id, now), "in", code=code, shift_id=shift_id)
    transact(
        lambda: record_scans(community_id=street.community_id, caller=signer, scans=[scan], now=at)
    )


def _forget_signer(street: Street, leader: Caller, now: datetime) -> None:
    """王强 annuls what nobody spoke for, so that one such stay waits and not one for every hour."""
    found = presences_of(
        community_id=street.community_id,
        member_ids=[street.people[SIGNER.name]],
        shift_ids=[],
        since=now - BEFORE,
        until=now,
    )
    for presence in found:
        if presence.state == "provisional" and presence.place_id == street.plots[1]:
            _annul(street, leader, presence.id, now)


def _annul(street: Street, leader: Caller, attendance_id: UUID, now: datetime) -> None:
    transact(
        lambda: decide_attendance(
            community_id=street.community_id,
            caller=leader,
            attendance_id=attendance_id,
            accept=False,
            reason="样板续期",
            now=now,
        )
    )


def _open_plot(street: Street, leader: Caller, now: datetime) -> UUID:
    shift_id = street.derived("plot-1", now)
    open_shift(
        street,
        leader,
        shift_id=shift_id,
        kind="PLOT_CARE",
        place_id=street.plots[1],
        starts_at=now - BEFORE,
        ends_at=now + AFTER,
    )
    return shift_id


def _call_off_if_empty(street: Street, leader: Caller, shift: ShiftFacts, now: datetime) -> None:
    """So that only one is open; where a visitor's volunteers are in it, it ends by itself."""
    if leader.id is None or present_at(street.community_id, shift.id):
        return
    leader_id = leader.id
    transact(
        lambda: cancel_shift(
            community_id=street.community_id,
            scope=scope_of(leader),
            cancelled_by_id=leader_id,
            shift_id=shift.id,
            now=now,
        )
    )


def _forget_liuyang(street: Street, now: datetime) -> None:
    """Void what 刘洋 did in this month's renewed shifts, by a clerk and a supervisor.

    Otherwise the day's and the month's cap would soon leave nothing for the next visitor to see.
    """
    today = clock.local_day(now - BEFORE, street.zone)
    found = presences_of(
        community_id=street.community_id,
        member_ids=[street.people["刘洋"]],
        shift_ids=[],
        since=clock.at_local(clock.month_start(today), 0, 0, street.zone) - BEFORE,
        until=now,
    )
    for presence in found:
        day = clock.local_day(presence.in_at, street.zone)
        if presence.shift_id != street.derived("care", day):
            with suppress(Conflict):  # a visitor has asked for a correction of the same attendance
                _void(street, presence, now)


def _void(street: Street, presence: Presence, now: datetime) -> None:
    correction_id = street.derived("void", presence.id, now)
    supervisor = caller_of(street, street.people["何督"], "supervisor", "volunteer")
    transact(
        lambda: request_correction(
            community_id=street.community_id,
            correction_id=correction_id,
            attendance_id=presence.id,
            requested_by_id=street.people["赵芳"],
            reason="样板续期",
            now=now,
        )
    )
    transact(
        lambda: decide_correction(
            community_id=street.community_id,
            caller=supervisor,
            correction_id=correction_id,
            approve=True,
            now=now,
        )
    )


def _top_up(street: Street, now: datetime) -> None:
    """What visitors of the demo spent is given back by hand, with two people, as in real life."""
    today = clock.local_day(now, street.zone)
    member_id = street.people["李梅"]
    left = find_spendable(community_id=street.community_id, member_ids=[member_id], today=today)[
        member_id
    ]
    if left >= POINTS_WANTED:
        return
    transact(
        lambda: adjust(
            community_id=street.community_id,
            member_id=member_id,
            points=POINTS_WANTED - left,
            adjustment_id=street.derived("top-up", now),
            expires_on=date(today.year + 1, 12, 31),
            reason="demo",
            recorded_by_id=street.people["赵芳"],
            approved_by_id=street.people["何督"],
            now=now,
            business_on=today,
        )
    )
