"""What waits at the street's shop: goods kept for some, an exchange day to wish for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pointsvc.demo.founding import Street
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.shop.queries.catalogue import list_products
from pointsvc.shop.queries.exchange_days import slots_of
from pointsvc.shop.queries.stock import available_of
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.exchange_days import DayPlan, SlotPlan, plan_day
from pointsvc.shop.service.reserving import Booking, book_goods
from pointsvc.shop.service.wishing import make_wish

SHARED: Final = {"大米": 2, "抽纸": 1}
KEPT: Final = ("香皂", "毛巾")
WISHING: Final = ("李梅", "刘洋", "王强", "孙岗")


def wait_at_the_shop(street: Street, now: datetime) -> None:
    """Soap for 李梅 until next week; rice and tissues on a Saturday soon, wished for by some."""
    assert street.shop_id is not None
    today = clock.local_day(now, street.zone)
    products = list_products(street.community_id, shop_id=street.shop_id)
    free = available_of(street.community_id, {p.id for p in products}, today=today)
    by_name = {product.name: product.id for product in products if free[product.id] > 1}
    kept = [WantedLine(by_name[name], 1) for name in KEPT if name in by_name]
    if kept:
        member_id = street.people["李梅"]
        due_at = clock.at_local(today + timedelta(days=6), 23, 59, street.zone)
        booking = Booking(member_id, street.shop_id, kept, due_at, member_id)
        book_goods(community_id=street.community_id, booking=booking, now=now)
    shared = {name: units for name, units in SHARED.items() if name in by_name}
    if shared:
        goods = [
            WantedLine(by_name[name], min(units, free[by_name[name]]))
            for name, units in shared.items()
        ]
        _share(street, goods, now)


def _share(street: Street, goods: list[WantedLine], now: datetime) -> None:
    assert street.shop_id is not None
    today = clock.local_day(now, street.zone)
    saturday = today + timedelta(days=7 + (5 - today.weekday()) % 7)
    begins = clock.at_local(saturday, 9, 0, street.zone)
    slots = [
        SlotPlan(
            begins + n * timedelta(minutes=30),
            begins + (n + 1) * timedelta(minutes=30),
            "4号楼一层",
            20,
        )
        for n in range(4)
    ]
    later = begins + timedelta(days=7)
    slots.append(SlotPlan(later, later + timedelta(hours=1), "4号楼一层", 20, is_makeup=True))
    closes = clock.at_local(saturday - timedelta(days=2), 23, 59, street.zone)
    day_id, clerk_id = new_id(), street.people["赵芳"]
    plan = DayPlan(street.shop_id, f"{saturday.month}月兑换日", now, closes, slots, goods)
    plan_day(community_id=street.community_id, day_id=day_id, plan=plan, by_id=clerk_id, now=now)
    chosen = slots_of(street.community_id, day_id)
    people = [(name, id_) for name, id_ in street.people.items() if name in WISHING]
    for place, (_name, member_id) in enumerate(people):
        make_wish(
            community_id=street.community_id,
            day_id=day_id,
            product_id=goods[place % len(goods)].product_id,
            slot_id=chosen[place % 2].id,
            member_id=member_id,
            by_id=member_id,
            now=now,
        )
