"""The place that is tortured: many members, a station, a past shift, fourteen goods, powers of two.

Whatever a member earns or spends is another power of two, and done once: 1, 2, 4, 8, 16 are drops, 32
is an hour's service, 64 to 524,288 are exchanges (and their refunds). So a balance tells which of
them it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.activities.service import create_shift
from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import update_settings
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.kernel import clock
from pointsvc.kernel.codes import url
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import Award, award
from pointsvc.members.cards import find_card, issue_cards
from pointsvc.members.secrets import hash_pin, set_pin
from pointsvc.members.service import NewMember, register_members
from pointsvc.shop import service
from pointsvc.shop.service import Arrival, CatalogueRow
from pointsvc.shop.shelf import Moving
from tests.support.cast import ZONE, Cast, raise_cast, token_of

DROPS: Final = tuple(2**n for n in range(5))
SERVICE: Final = 2**5
PRICES: Final = tuple(2**n for n in range(6, 20))
START: Final = sum(PRICES)
STOCK: Final = 1_000_000
CHUNK: Final = 500
NEXT_YEAR: Final = date(clock.now().year + 2, 12, 31)
PIN: Final = "4725"


@dataclass(frozen=True)
class Member:
    """Somebody who is scanned, and the address on their card."""

    id: str
    card: str


@dataclass(frozen=True)
class Scene:
    """What the crowd needs to know."""

    community_id: UUID
    members: Sequence[Member]
    products: dict[int, str]
    station_shift_id: str
    past_shift_id: str
    shift_began_at: datetime
    attendant: str
    leader: str
    keeper: str
    approver_card: str


def set_scene(count: int) -> Scene:
    """Make it, for so many members; inside an application context."""
    cast = raise_cast()
    now = clock.now()
    began = now - timedelta(hours=3)
    _set_rules(cast, now)
    members = _members(cast, count, now)
    return Scene(
        community_id=cast.community_id,
        members=members,
        products={price: _put_up(cast, price) for price in PRICES},
        station_shift_id=_shift(cast, "WASTE_SORT", now - timedelta(minutes=5), hours=12),
        past_shift_id=_shift(cast, "PLOT_CARE", began, hours=1),
        shift_began_at=began,
        attendant=token_of(cast.sungang),
        leader=token_of(cast.wangqiang),
        keeper=token_of(cast.zhangdian),
        approver_card=_approver(cast),
    )


def _set_rules(cast: Cast, now: datetime) -> None:
    """No caps, no PIN at the counter, and an hour's service for 32 points."""
    earlier = clock.local_day(now, ZONE) - timedelta(days=2)
    terms = {"WASTE_SORT": Terms("quantity", 1), "PLOT_CARE": Terms("hour", SERVICE)}
    community_id = cast.community_id

    def work() -> None:
        seed_tariffs(community_id=community_id, valid_from_on=earlier, now=now)
        update_settings(community_id=community_id, changes={"pin_above_points": 1_000_000})
        for code, said in terms.items():
            set_tariff(
                community_id=community_id,
                code=code,
                terms=said,
                valid_from_on=earlier + timedelta(days=1),
                decision="压力测试",
                decided_on=earlier,
                recorded_by_id=cast.zhaofang.id,
                now=now - timedelta(days=1),
                today=earlier,
            )

    transact(work)


def _members(cast: Cast, count: int, now: datetime) -> list[Member]:
    """Registered, with a card, and with enough to buy everything once."""
    made: list[Member] = []
    for first in range(0, count, CHUNK):
        names = [f"住户{number}" for number in range(first, min(first + CHUNK, count))]
        made += transact(lambda names=names: _register(cast, names, now))  # type: ignore[misc]
    return made


def _register(cast: Cast, names: list[str], now: datetime) -> list[Member]:
    home = cast.community_id
    people = [NewMember(each, consents={"service": True}) for each in names]
    rows = register_members(community_id=home, people=people, recorded_by_id=None, now=now)
    ids = [row.member_id for row in rows]
    issue_cards(community_id=home, member_ids=ids, actor=SYSTEM, now=now)
    for points in (PRICES[-1], START - PRICES[-1]):
        give(home, dict.fromkeys(ids, points), NEXT_YEAR, now)
    return [Member(str(each), _card(home, each)) for each in ids]


def give(community_id: UUID, points: dict[UUID, int], expires_on: date, now: datetime) -> None:
    """Let people have earned; a service among others', in their transaction."""
    award(
        community_id=community_id,
        awards=[
            Award(who, amount, 0, "attendance", new_id(), 0, None, expires_on, "PLOT_CARE")
            for who, amount in points.items()
        ],
        recorded_by_id=None,
        now=now,
        business_on=clock.local_day(now, ZONE),
    )


def _card(community_id: UUID, member_id: UUID) -> str:
    card = find_card(community_id, member_id)
    assert card is not None
    return url("http://localhost", card.token)


def _put_up(cast: Cast, price: int) -> str:
    """Goods for so many points, and more of them than anybody asks for."""
    now = clock.now()
    moving = Moving(cast.zhaofang.id, now, clock.local_day(now, ZONE), None)

    def work() -> UUID:
        product_id = service.create_product(
            community_id=cast.community_id,
            shop_id=cast.shop_id,
            row=CatalogueRow(None, f"货品 {price}", "1", price),
            set_by_id=cast.zhaofang.id,
            now=now,
        )
        service.take_in(
            community_id=cast.community_id,
            arrivals=[Arrival(new_id(), product_id, STOCK, None, None)],
            kind="purchase",
            moving=moving,
        )
        return product_id

    return str(transact(work))


def _shift(cast: Cast, kind: str, starts_at: datetime, *, hours: int) -> str:
    shift_id = new_id()
    at_plot = kind == "PLOT_CARE"
    transact(
        lambda: create_shift(
            community_id=cast.community_id,
            scope=Scope(cast.zhaofang.id, is_everywhere=True, roles=frozenset({"clerk"})),
            created_by_id=cast.zhaofang.id,
            led_by_id=(cast.wangqiang if at_plot else cast.sungang).id,
            shift_id=shift_id,
            activity_kind=kind,
            place_id=cast.plot_id if at_plot else cast.station_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=hours),
            capacity=None,
            now=starts_at,
        )
    )
    return str(shift_id)


def _approver(cast: Cast) -> str:
    """The supervisor's card, with its PIN."""
    pin_hash, now, person = hash_pin(PIN), clock.now(), cast.hedu
    transact(
        lambda: set_pin(
            community_id=cast.community_id,
            member_id=person.id,
            pin_hash=pin_hash,
            actor=SYSTEM,
            now=now,
        )
    )
    transact(
        lambda: issue_cards(
            community_id=cast.community_id, member_ids=[person.id], actor=SYSTEM, now=now
        )
    )
    return _card(cast.community_id, person.id)
