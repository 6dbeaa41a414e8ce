"""`python -m bench.shop`: the shop's pages with 5,000 products and 100,000 orders.

Five years of exchanges, 1,667 orders a month, one or two lines each; every product has a batch. Asked
for inside this process through the whole application: what is printed is the server's time and how many
statements a page sent. What is wanted: search and list under 50 ms, the month's sheet under 2 s. Not one
of the figures P1 to P13, as `bench.months` is none.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg

from bench import community, postgres
from bench.months import _asked
from pointsvc.communities.service import create_place
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.pinyin import initials, sort_key
from pointsvc.kernel.transaction import transact
from pointsvc.members.queries import count_members
from pointsvc.shop.queries.catalogue import find_scanned, suggest_products

PRODUCTS: Final = 5000
ORDERS: Final = 100_000
DAYS: Final = 5 * 365
NAMES: Final = ("香皂", "洗衣液", "大米", "食用油", "抽纸", "毛巾", "牙膏", "酱油", "铅笔", "手套")
GOODS: Final = """
INSERT INTO products (community_id, id, shop_id, barcode, name, pack, price_points, price_version,
    on_hand, category, sort_key, initials, created_at)
VALUES (%(home)s, md5('product' || %(n)s)::uuid, %(shop)s, %(code)s, %(name)s, %(pack)s, 40, 1, 1000000,
    %(category)s, %(key)s, %(first)s, now())
"""
PRICES: Final = """
INSERT INTO product_prices (community_id, id, product_id, version, price_points, set_at)
SELECT community_id, md5('price' || id)::uuid, id, 1, 40, now() FROM products
WHERE community_id = %(home)s
"""
BATCHES: Final = """
INSERT INTO batches (community_id, id, product_id, best_before_on, received_on, on_hand)
SELECT community_id, md5('batch' || id)::uuid, id, current_date + (random() * 400)::int + 1,
    current_date - 1900, 1000000 FROM products WHERE community_id = %(home)s
"""
MADE: Final = """
INSERT INTO orders (community_id, id, receipt_no, shop_id, member_id, holder_id, keeper_id, proof,
    total_points, placed_at, business_on)
SELECT %(home)s, md5('order' || n)::uuid, n, %(shop)s, m.id, m.id, %(keeper)s, 'card', 40,
    now() - (n %% %(days)s) * interval '1 day', current_date - (n %% %(days)s)
FROM generate_series(1, %(orders)s) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM members
      WHERE community_id = %(home)s AND id <> %(keeper)s) m ON m.place = n %% %(people)s + 1
"""
LINES: Final = """
INSERT INTO order_lines (community_id, id, order_id, number, product_id, quantity, price_points,
    price_version, total_points, refunded)
SELECT o.community_id, md5('line' || o.id || k)::uuid, o.id, k,
    md5('product' || (o.receipt_no * 7 + k) %% %(products)s)::uuid, 1, 40, 1, 40, 0
FROM orders o CROSS JOIN generate_series(1, 2) k
WHERE o.community_id = %(home)s AND (k = 1 OR o.receipt_no %% 2 = 0)
"""
MOVES: Final = """
INSERT INTO stock_movements (community_id, id, batch_id, product_id, kind, delta, batch_after,
    product_after, source_type, source_id, effect, moved_by_id, moved_at, business_on)
SELECT l.community_id, md5('move' || l.id)::uuid, md5('batch' || l.product_id)::uuid, l.product_id,
    'order', -1, 1000000, 1000000, 'order_line', l.id, 'out/0', %(keeper)s, o.placed_at, o.business_on
FROM order_lines l JOIN orders o ON o.community_id = l.community_id AND o.id = l.order_id
WHERE l.community_id = %(home)s
"""


def main() -> None:
    """Fill, ask, print."""
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.running() as server,
        community.office(Path(folder), server.make("shop")),
    ):
        made = community.found(300, leaders=2, clerks=2)
        shop_id, keeper = _open(made.id, made.clerks[0].member_id)
        with server.connect("shop") as connection:
            _fill(connection, made.id, shop_id, keeper)
        tokens = [community.token_of(made.id, keeper)]
        db.session.commit()
        code = _some_code()
        for path in (
            "/shop/products",
            "/shop/products?q=xyy",
            "/shop/products?q=洗衣",
            f"/shop/products?q={code}",
            "/shop/products?order=stock",
            "/shop/window",
            "/shop/dates",
            "/shop/to-buy",
            "/shop/month",
            "/shop/month?all=1",
        ):
            sys.stdout.write(_asked(path, tokens))
        _search(made.id, shop_id, code)


def _open(home: UUID, keeper: UUID) -> tuple[UUID, UUID]:
    shop_id = new_id()

    def work() -> None:
        create_place(community_id=home, place_id=shop_id, kind="shop", name="积分超市")
        community.grant(home, keeper, "keeper", place_id=shop_id)

    transact(work)
    return shop_id, keeper


def _some_code() -> str:
    return f"{690_000_000_000 + PRODUCTS // 2}"


def _fill(connection: psycopg.Connection, home: UUID, shop: UUID, keeper: UUID) -> None:
    facts = {"home": home, "shop": shop, "keeper": keeper, "days": DAYS, "orders": ORDERS}
    facts |= {"products": PRODUCTS, "people": count_members(home) - 1}
    with connection.cursor() as cursor:
        cursor.executemany(GOODS, [facts | _product(n) for n in range(PRODUCTS)])
    for statement in (PRICES, BATCHES, MADE, LINES, MOVES):
        connection.execute(statement, facts)
    connection.execute("VACUUM (ANALYZE)")
    [[count]] = connection.execute("SELECT count(*) FROM stock_movements").fetchall()
    sys.stdout.write(f"{PRODUCTS} products, {ORDERS:,} orders, {count:,} movements\n")


def _product(n: int) -> dict[str, object]:
    name, pack = NAMES[n % len(NAMES)], f"{n}号"
    label = f"{name} {pack}"
    return {
        "n": n,
        "code": f"{690_000_000_000 + n}",
        "name": name,
        "pack": pack,
        "category": f"类{n % 12}",
        "key": sort_key(label),
        "first": initials(label),
    }


def _search(home: UUID, shop: UUID, code: str) -> None:
    """The counter's own searches, without the page around them."""
    for text in ("洗衣", "xyy", "xiyiye", "2500", code):
        began = time.perf_counter()
        for _turn in range(20):
            suggest_products(home, shop, text)
        spent = (time.perf_counter() - began) * 50
        sys.stdout.write(f"counter, “{text}”: {spent:.1f} ms\n")
    began = time.perf_counter()
    for _turn in range(20):
        find_scanned(home, shop, code)
    sys.stdout.write(f"counter, scanned: {(time.perf_counter() - began) * 50:.1f} ms\n")
    db.session.rollback()


if __name__ == "__main__":
    main()
