"""What the demo's shop looks like inside: categories, dates, a mark-down, limits, wishes, a count."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from pointsvc.demo.founding import Street
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.shop.models import Product
from pointsvc.shop.service import Arrival, take_in
from pointsvc.shop.service.counts import enter_count, finish_count, join_count, open_count
from pointsvc.shop.service.limits import NewLimit, set_limit
from pointsvc.shop.service.markdowns import begin_markdown
from pointsvc.shop.service.wanted import add_wanted
from pointsvc.shop.shelf import Moving

FOOD: Final = "粮油"
CATEGORIES: Final = {
    FOOD: ("米", "油", "盐", "醋", "面", "糖", "奶", "蛋"),
    "日用": ("皂", "洗", "牙", "纸", "巾", "杯", "盆", "袋", "垃圾"),
    "工具": ("手套", "铲", "剪"),
}
WANTED: Final = (
    ("wanted", "洗衣液、香皂", "没有拆封的，离到期还有半年以上"),
    ("wanted", "大米、食用油", "5 公斤以下的小包装，老人拿得动"),
    ("refused", "旧衣服、旧鞋", "没有地方洗、消毒，也没有人要；东门有旧衣回收箱"),
    ("refused", "药、保健品", "超市不能发药，请送到小区外的药店回收点"),
)
REORDER_LEVEL: Final = 20


def furnish_shop(street: Street, now: datetime) -> None:
    """Sort the shelves, mark something down, set two limits, wish, count."""
    assert street.shop_id is not None
    keeper = street.people["张店"]
    products = _sort(street)
    _mark_down(street, products, keeper, now)
    _limit(street, keeper, now)
    for number, (kind, name, words) in enumerate(WANTED):
        add_wanted(
            community_id=street.community_id,
            wanted_id=street.derived("wanted", number),
            shop_id=street.shop_id,
            kind=kind,
            name=name,
            words=words,
            by_id=keeper,
            now=now,
        )
    _count(street, products, now)


def _sort(street: Street) -> list[Product]:
    """Each product into the first category that its name fits; some have a level to buy from."""
    of = (Product.community_id == street.community_id, Product.shop_id == street.shop_id)
    for category, words in CATEGORIES.items():
        for word in words:
            db.session.execute(
                update(Product)
                .where(*of, Product.category.is_(None), Product.name.contains(word))
                .values(category=category)
            )
    wanted = select(Product).where(*of, Product.closed_at.is_(None)).order_by(Product.sort_key)
    products = list(db.session.scalars(wanted))
    for product in products[::3]:
        product.reorder_level = REORDER_LEVEL
    db.session.flush()
    return products


def _mark_down(street: Street, products: list[Product], keeper: UUID, now: datetime) -> None:
    """Milk that is good for five more days, for less."""
    today = clock.local_day(now, street.zone)
    food = [each for each in products if each.category == FOOD] or products
    product = food[0]
    [batch_id] = take_in(
        community_id=street.community_id,
        arrivals=[
            Arrival(
                street.derived("intake", 1),
                product.id,
                6,
                today + timedelta(days=5),
                None,
                "便民超市 0317-2056688",
                today + timedelta(days=20),
            )
        ],
        kind="purchase",
        moving=Moving(keeper, now, today),
    )
    begin_markdown(
        community_id=street.community_id,
        batch_id=batch_id,
        price_points=max(1, product.price_points // 2),
        reason="临期",
        by_id=keeper,
        now=now,
    )


def _limit(street: Street, keeper: UUID, now: datetime) -> None:
    assert street.shop_id is not None
    for number, limit in enumerate(
        (
            (FOOD, "household", "month", "units", 6),
            (None, "member", "day", "points", 600),
        )
    ):
        category, holder, window, measure, most = limit
        set_limit(
            community_id=street.community_id,
            limit=NewLimit(
                street.derived("limit", number),
                street.shop_id,
                None,
                category,
                holder,
                window,  # type: ignore[arg-type]
                measure,
                most,
            ),
            by_id=keeper,
            now=now,
        )


def _count(street: Street, products: list[Product], now: datetime) -> None:
    """Two have counted the same, one soap is missing; the supervisor has still to look."""
    assert street.shop_id is not None
    count_id, at = street.derived("count", 1), now - timedelta(hours=1)
    pair = (street.people["张店"], street.people["赵芳"])
    whose = {"community_id": street.community_id, "count_id": count_id}
    open_count(shop_id=street.shop_id, by_id=pair[0], now=at, **whose)
    join_count(by_id=pair[1], now=at, **whose)
    for by_id in pair:
        for place, product in enumerate(products[:6]):
            found = product.on_hand - (place == 1 and product.on_hand > 0)
            enter_count(product_id=product.id, counted=int(found), by_id=by_id, now=at, **whose)
        finish_count(by_id=by_id, now=at, **whose)
