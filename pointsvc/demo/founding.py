"""Founding the street: the community, its places, people, groups, roles, cards and shelves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import (
    create_community,
    create_place,
    set_position,
    update_settings,
)
from pointsvc.demo.people import (
    CAST,
    PLOTS,
    POSITION_ERROR_METRES_MAX,
    POSITIONS,
    Resident,
    leaders,
    volunteers,
)
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.kernel import clock
from pointsvc.kernel.geo import Circle, point_in
from pointsvc.kernel.ids import derived_id
from pointsvc.members.credentials import link_everything
from pointsvc.members.registration import NewMember, register_members
from pointsvc.members.rules import Door
from pointsvc.organisation.service import create_group, grant_role, join_group, tend_place
from pointsvc.plots.places.taking_over import take_over_plot

NAME: Final = "尚城名邸"
FOREIGN_NAME: Final = "余丁村"
AGE_DAYS: Final = 35


@dataclass(slots=True)
class Street:
    """The ids of what was founded, by the names that the demo uses."""

    community_id: UUID
    zone: str
    people: dict[str, UUID] = field(default_factory=dict)
    groups: dict[int, UUID] = field(default_factory=dict)
    plots: dict[int, UUID] = field(default_factory=dict)
    station_id: UUID | None = None
    shop_id: UUID | None = None

    def derived(self, *facts: object) -> UUID:
        """An id of the street's own, the same on every machine with the same community."""
        return derived_id("demo", self.community_id, *facts)


def found_street(*, community_id: UUID, password_hash: str, now: datetime) -> Street:
    """Make the community as it stood before the past month began."""
    founded_at = now - timedelta(days=AGE_DAYS)
    community = create_community(community_id=community_id, name=NAME, now=founded_at, is_demo=True)
    street = Street(community_id, community.zone)
    seed_tariffs(
        community_id=community_id,
        valid_from_on=clock.local_day(founded_at, community.zone),
        now=founded_at,
    )
    _open_places(street)
    _locate_plots(street)
    residents = (*CAST, *volunteers(), *leaders().values())
    _register(street, residents, password_hash, founded_at)
    _found_groups(street, founded_at)
    _grant_roles(street, founded_at)
    _take_over_plots(street, founded_at)
    return street


def found_neighbour(
    *, community_id: UUID, resident: Resident, password_hash: str, now: datetime
) -> Street:
    """Another community with one member, who must never get in here."""
    community = create_community(
        community_id=community_id, name=FOREIGN_NAME, now=now, is_demo=True
    )
    street = Street(community_id, community.zone)
    today = clock.local_day(now, community.zone)
    seed_tariffs(community_id=community_id, valid_from_on=today, now=now)
    _register(street, (resident,), password_hash, now)
    return street


def _take_over_plots(street: Street, at: datetime) -> None:
    for number, _location, area_m2, planting in PLOTS:
        take_over_plot(
            community_id=street.community_id,
            place_id=street.plots[number],
            area_m2=area_m2,
            planting=planting,
            care="浇水、修剪、除草、捡拾垃圾",
            member_ids=tenders_of(street, number),
            now=at,
        )


def _open_places(street: Street) -> None:
    for number, location, _area, _planting in PLOTS:
        street.plots[number] = street.derived("plot", number)
        create_place(
            community_id=street.community_id,
            place_id=street.plots[number],
            kind="plot",
            number=number,
            name=f"{number}号田",
            location=location,
        )
    street.station_id = street.derived("station")
    street.shop_id = street.derived("shop")
    for place_id, kind, name, location, open_hours in (
        (street.station_id, "station", "东门投放点", "小区东门", "早 7:00–9:00，晚 18:00–20:00"),
        (street.shop_id, "shop", "尚城积分超市", "4号楼一层", "每天 8:30–18:00"),
        (street.derived("hall"), "hall", "小马扎议事亭", "中心花园", None),
    ):
        create_place(
            community_id=street.community_id,
            place_id=place_id,
            kind=kind,
            name=name,
            location=location,
            open_hours=open_hours,
        )


def _locate_plots(street: Street) -> None:
    """Some plots have a position, and the street uses it: who agrees is confirmed by being near."""
    update_settings(
        community_id=street.community_id,
        changes={"position_error_metres_max": POSITION_ERROR_METRES_MAX},
    )
    for number, (where, radius_metres) in POSITIONS.items():
        middle = point_in(where)
        assert middle is not None
        set_position(
            community_id=street.community_id,
            place_id=street.plots[number],
            position=Circle(middle, radius_metres),
        )


def _register(
    street: Street, residents: Iterable[Resident], password_hash: str, at: datetime
) -> None:
    residents = list(residents)
    registered = register_members(
        community_id=street.community_id,
        people=[_new_member(resident) for resident in residents],
        recorded_by_id=None,
        now=at,
    )
    for resident, row in zip(residents, registered, strict=True):
        street.people[resident.name] = row.member_id
        link_everything(phone=resident.phone, password_hash=password_hash, now=at)


def _new_member(resident: Resident) -> NewMember:
    return NewMember(
        name=resident.name,
        phone=resident.phone,
        door=Door(resident.building, resident.unit, resident.room),
        sex=resident.sex,
        born_on=resident.born_on,
        is_party_member=resident.is_party_member,
        consents={"service": True, "messages": True},
    )


def _found_groups(street: Street, at: datetime) -> None:
    """Nine groups, a plot each, three volunteers each beside the leader; 李梅 stands in for one."""
    for number, place_id in street.plots.items():
        group_id = street.groups[number] = street.derived("group", number)
        create_group(
            community_id=street.community_id,
            group_id=group_id,
            number=number,
            name=f"第{'一二三四五六七八九'[number - 1]}党小组",
            actor=SYSTEM,
            now=at,
        )
        tend_place(
            community_id=street.community_id,
            group_id=group_id,
            place_id=place_id,
            actor=SYSTEM,
            now=at,
        )
        stand_ins = [street.people["李梅"]] if number == 1 else []
        for member_id in [*tenders_of(street, number), *stand_ins, leader_of(street, number)]:
            join_group(
                community_id=street.community_id,
                group_id=group_id,
                member_id=member_id,
                actor=SYSTEM,
                now=at,
            )


def tenders_of(street: Street, number: int) -> list[UUID]:
    """The three volunteers who care for a plot."""
    tenders = [street.people["刘洋"], *(street.people[r.name] for r in volunteers())]
    return tenders[number * 3 - 3 : number * 3]


def leader_of(street: Street, number: int) -> UUID:
    """Who leads the group of a plot."""
    return street.people["王强" if number == 1 else leaders()[number].name]


def _grant_roles(street: Street, at: datetime) -> None:
    people, station, shop = street.people, street.station_id, street.shop_id
    grants: list[tuple[UUID, str, UUID | None, UUID | None]] = [
        (people["张店"], "keeper", None, shop),
        (people["周敏"], "auditor", None, None),
        (people["赵芳"], "clerk", None, None),
        (people["孙岗"], "attendant", None, station),
        (people["何督"], "supervisor", None, None),
    ]
    grants += [(leader_of(street, n), "leader", g, None) for n, g in street.groups.items()]
    for member_id, role, group_id, place_id in grants:
        grant_role(
            community_id=street.community_id,
            grant_id=street.derived("grant", role, member_id),
            member_id=member_id,
            role=role,
            group_id=group_id,
            place_id=place_id,
            granted_by=SYSTEM,
            now=at,
        )
