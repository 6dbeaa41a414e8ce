"""Years of a street's life, written by SQL: the same rows as the services make, five years of them.

Entries go on from the first of each passbook, in the order in which they would have come: chained,
with their transfers, heads and balances. Only the hashes of filled entries are made up, so `ledger
verify` is not asked about such a database (P11 has its own).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import psycopg

CHUNK: Final = 50
POINTS: Final = 5
DAYS: Final = 1826
PRESENT: Final = 20  # people at a shift
ID: Final = (
    "(lpad(to_hex(1600000000000 + s::bigint * 86400000), 12, '0') || substr(md5({}), 1, 20))::uuid"
)
_TRANSFER_ID: Final = ID.format("p.id::text || p.community_id::text || s")
_WALLET: Final = "a.community_id = p.community_id AND a.owner_id = p.owner_id AND a.kind = 'wallet'"
_WHOSE: Final = (
    "p.unit = 'points' AND (%(home)s::uuid IS NULL OR p.community_id = %(home)s)"
    " AND (%(owners)s::uuid[] IS NULL OR p.owner_id = ANY(%(owners)s::uuid[]))"
)
_GROWN: Final = f"""
FROM generate_series(%(first)s::int, %(last)s::int) s CROSS JOIN passbooks p
JOIN accounts a ON {_WALLET} JOIN accounts i ON i.community_id = p.community_id AND i.kind = 'opening'
WHERE {_WHOSE} ORDER BY s
"""
TRANSFERS: Final = f"""
INSERT INTO transfers (community_id, id, unit, debit_account_id, credit_account_id, amount, kind,
    reason, source_type, source_id, effect, recorded_at, business_on)
SELECT p.community_id, {_TRANSFER_ID}, 'points', i.id, a.id, {POINTS}, 'award', '', 'scan',
    {_TRANSFER_ID}, 'award', to_timestamp(1600000000 + s * 86400), date '2020-09-13' + s::int {_GROWN}
"""
ENTRIES: Final = f"""
INSERT INTO entries (community_id, passbook_id, seq, owner_id, transfer_id, account_id, delta,
    account_after, prev_seq, spendable_before, spendable_delta, spendable_after, hash)
SELECT p.community_id, p.id, s, p.owner_id, {_TRANSFER_ID}, a.id, {POINTS}, {POINTS} * s, s - 1,
    {POINTS} * (s - 1), {POINTS}, {POINTS} * s, sha256((p.id::text || s)::bytea) {_GROWN}
"""
BALANCES: Final = f"""
UPDATE accounts a SET balance = {POINTS} * %(last)s, last_seq = %(last)s
FROM passbooks p WHERE {_WALLET} AND {_WHOSE}
"""  # noqa: S608 - our own words
HEADS: Final = f"""
UPDATE passbooks p SET head_seq = %(last)s, head_ref = %(last)s, spendable = {POINTS} * %(last)s,
    head_hash = sha256((p.id::text || %(last)s::int)::bytea) WHERE {_WHOSE}
"""  # noqa: S608 - our own words
SHIFTS: Final = f"""
INSERT INTO shifts (community_id, id, activity_kind, place_id, led_by_id, starts_at, ends_at,
    signed_up_count, created_by_id, created_at, risk, changes_count)
SELECT g.community_id, {ID.format("p.id::text || s")}, 'PLOT_CARE', p.id, g.member_id, d, d +
    interval '2 hours', 0, g.member_id, d - interval '1 day', 'none', 0
FROM generate_series(1, {DAYS}) s CROSS JOIN LATERAL (SELECT now() - (s || ' days')::interval) t(d)
JOIN role_grants g ON g.community_id = %(home)s AND g.role = 'leader'
JOIN group_places b ON b.community_id = g.community_id AND b.group_id = g.group_id
JOIN places p ON p.community_id = b.community_id AND p.id = b.place_id AND p.number <= %(places)s
"""  # noqa: S608 - our own words
STAYS: Final = f"""
INSERT INTO attendances (community_id, id, shift_id, member_id, state, in_at, out_at, minutes,
    closed_by, corrections, award_points, is_in_review)
SELECT h.community_id, md5(h.id::text || m.volunteer_no)::uuid, h.id, m.id, 'closed', h.starts_at,
    h.ends_at, 120, 'scan', 0, {POINTS}, false
FROM (SELECT *, row_number() OVER (ORDER BY starts_at, id) AS no FROM shifts
      WHERE community_id = %(home)s AND ends_at < now()) h
JOIN members m ON m.community_id = h.community_id
    AND (m.volunteer_no + h.no * 7) %% (%(people)s / {PRESENT}) = 0
"""  # noqa: S608 - our own words
SCANS: Final = """
INSERT INTO scans (community_id, id, body_hash, direction, proof, shift_id, member_id, attendance_id,
    actor_kind, actor_id, received_at, happened_at, quantity, verdict, reason, award_points,
    service_minutes)
SELECT a.community_id, md5(a.id::text || d.way)::uuid, sha256(a.id::text::bytea), d.way, 'card',
    a.shift_id, a.member_id, a.id, 'member', h.led_by_id, d.at, d.at, 1, 'accepted', '', a.award_points,
    0
FROM attendances a JOIN shifts h ON h.community_id = a.community_id AND h.id = a.shift_id
CROSS JOIN LATERAL (VALUES ('in', a.in_at), ('out', a.out_at)) d(way, at)
WHERE a.community_id = %(home)s
"""
AUDIT: Final = """
INSERT INTO audit_events (community_id, id, at, actor_kind, actor_id, action, subject_id, detail)
SELECT s.community_id,
    (lpad(to_hex((extract(epoch from s.received_at) * 1000)::bigint), 12, '0')
        || substr(md5(s.id::text), 1, 20))::uuid,
    s.received_at, 'member', s.actor_id, 'checkin.scanned', s.member_id, '{}'
FROM scans s WHERE s.community_id = %(home)s
"""
ORDERS: Final = f"""
INSERT INTO orders (community_id, id, receipt_no, shop_id, member_id, holder_id, keeper_id, proof,
    total_points, placed_at, business_on)
SELECT m.community_id, {ID.format("m.id::text || s")}, 1000000 + s * %(people)s + m.volunteer_no,
    p.id, m.id, m.id, k.member_id, 'card', 5, now() - (s * 30 || ' days')::interval,
    current_date - (s * 30)::int
FROM generate_series(1, 60) s
JOIN members m ON m.community_id = %(home)s AND m.volunteer_no %% 5 = s %% 5
JOIN places p ON p.community_id = m.community_id AND p.kind = 'shop'
JOIN LATERAL (SELECT member_id FROM role_grants g WHERE g.community_id = m.community_id
    AND g.role = 'keeper' AND g.member_id <> m.id LIMIT 1) k ON true
"""  # noqa: S608 - our own words
LINES: Final = """
INSERT INTO order_lines (community_id, id, order_id, number, product_id, quantity, price_points,
    price_version, total_points, refunded)
SELECT o.community_id, md5(o.id::text)::uuid, o.id, 1, r.id, 1, 5, 1, 5, 0
FROM orders o CROSS JOIN LATERAL (SELECT id FROM products q
    WHERE q.community_id = o.community_id ORDER BY id LIMIT 1) r WHERE o.community_id = %(home)s
"""


def grow(
    connection: psycopg.Connection,
    depth: int,
    *,
    start: int = 1,
    home: str | None = None,
    owners: Sequence[UUID] | None = None,
) -> None:
    """Let passbooks grow from `start` to `depth` entries: all, one community's, or some people's."""
    whose = {"home": home, "owners": None if owners is None else list(owners)}
    with connection.transaction():
        connection.execute(
            "SET LOCAL session_replication_role = replica"
        )  # keys hold by construction
        for first in range(start + 1, depth + 1, CHUNK):
            bounds = {"first": first, "last": min(first + CHUNK - 1, depth), **whose}
            connection.execute(TRANSFERS, bounds)
            connection.execute(ENTRIES, bounds)
            sys.stderr.write(f"  filled to {bounds['last']} entries each\n")
        for statement in (HEADS, BALANCES):
            connection.execute(statement, {"last": depth, **whose})


def live(connection: psycopg.Connection, home: str, people: int, places: int) -> None:
    """Five years of shifts, stays, scans, audit and orders in one community."""
    facts = {"home": home, "people": people, "places": places}
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in (SHIFTS, STAYS, SCANS, AUDIT, ORDERS, LINES):
            connection.execute(statement, facts)
            sys.stderr.write(f"  {' '.join(statement.split()[:3])}\n")


def settle_neighbours(connection: psycopg.Connection, home: str, count: int) -> None:
    """So many other communities, each with everything that the one has by now."""
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "INSERT INTO communities SELECT md5('neighbour' || n)::uuid, name || n, zone, settings,"
            " created_at, is_demo FROM communities CROSS JOIN generate_series(1, %s) n WHERE id = %s",
            (count, home),
        )
        for table, columns in _tables(connection):
            names = ", ".join(f'"{name}"' for name in columns)
            others = names.replace('"community_id"', "other")
            connection.execute(
                f"INSERT INTO {table} ({names}) SELECT {others} FROM {table}"  # noqa: S608
                f" CROSS JOIN (SELECT id AS other FROM communities WHERE id <> '{home}') c"
                f" WHERE community_id = '{home}'"
            )
            sys.stderr.write(f"  {table} in {count} more communities\n")


def _tables(connection: psycopg.Connection) -> list[tuple[str, list[str]]]:
    """Tables of communities with their columns; those without community in their key are left out."""
    rows = connection.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)"
        " FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name"
        " HAVING bool_or(column_name = 'community_id') ORDER BY table_name"
    )
    left_out = {"code_directory", "sign_ins"}
    return [(table, columns) for table, columns in rows if table not in left_out]
