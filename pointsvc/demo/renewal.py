"""Keeping the street open: whatever the hour, a shift of plot 1, one at the station, an earner."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts, shifts_between
from pointsvc.checkin.presences import Presence, presences_of
from pointsvc.communities.queries import all_communities, find_places, get_community
from pointsvc.demo.founding import NAME, Street
from pointsvc.demo.past import caller_of, open_shift, scan_people
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import find_spendable
from pointsvc.ledger.service import adjust
from pointsvc.members.cards import live_cards
from pointsvc.members.queries import find_member_by_phone

BEFORE: Final = timedelta(hours=2)
AFTER: Final = timedelta(minutes=75)
STATION_HOURS: Final = timedelta(hours=24)
POINTS_WANTED: Final = 200
PEOPLE: Final = {
    "李梅": "13800000001",
    "王强": "13800000002",
    "赵芳": "13800000005",
    "孙岗": "13800000006",
    "何督": "13800000007",
    "刘洋": "13800000008",
}


def renew(now: datetime) -> int:
    """Open today's shifts on every demo street; how many were opened. Safe to repeat.

    刘洋 has been on plot 1 for two hours, so that scanning her out shows an award; 李梅 has at
    least 200 points to spend.
    """
    streets = [each for each in all_communities() if each.is_demo and each.name == NAME]
    return sum(_renew(find_street(each.id), now) for each in streets)


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


def _renew(street: Street, now: datetime) -> int:
    opened = 0
    if not _find_open(street, street.plots[1], now):
        _open_plot(street, now)
        opened += 1
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


def _open_plot(street: Street, now: datetime) -> None:
    """A shift that began two hours ago, with 刘洋 checked in since then."""
    leader = caller_of(street, street.people["王强"], "leader", "volunteer")
    liuyang = street.people["刘洋"]
    cards = {card.member_id: card.token for card in live_cards(street.community_id)}
    standing = _find_standing(street, liuyang, now)
    if standing is not None:
        left_at = min(now, standing.shift_ends_at)
        scan_people(
            street,
            leader,
            shift_id=standing.shift_id,
            direction="out",
            people=[liuyang],
            at=left_at,
            cards=cards,
        )
    starts_at = now - BEFORE
    shift_id = street.derived("plot-1", now)
    place_id = street.plots[1]
    open_shift(
        street,
        leader,
        shift_id=shift_id,
        kind="PLOT_CARE",
        place_id=place_id,
        starts_at=starts_at,
        ends_at=now + AFTER,
    )
    scan_people(
        street,
        leader,
        shift_id=shift_id,
        direction="in",
        people=[liuyang],
        at=starts_at,
        cards=cards,
    )


def _find_standing(street: Street, member_id: UUID, now: datetime) -> Presence | None:
    """Where the member is checked in and not out."""
    found = presences_of(
        community_id=street.community_id,
        member_ids=[member_id],
        shift_ids=[],
        since=now - timedelta(days=1),
        until=now,
    )
    return next((presence for presence in found if presence.state == "open"), None)


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
