"""`python -m bench.months`: pages about plots where 500 plots have had five years of calendar.

Forty leaders, each of twelve or thirteen plots; two duties a week on every plot, four years behind
and one before. Asked for inside this process, through the whole application, as P10 is: what is
printed is the server's time and how many statements a page sent. Not one of the figures P1 to P13:
a smoke of what the month may cost, kept so that it can be asked again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final
from uuid import UUID

import psycopg
from flask import current_app

from bench import community, postgres
from bench.figures import percentile
from bench.pages import _bearer, _counting

PLOTS: Final = 500
LEADERS: Final = 40
DAYS: Final = (-4 * 365, 365)
ASKED: Final = 60
PLACES: Final = """
INSERT INTO places (community_id, id, kind, number, name)
SELECT %(home)s, md5('plot' || n)::uuid, 'plot', n, n || '号田'
FROM generate_series(%(first)s::int, %(last)s::int) n
"""
TENDED: Final = """
INSERT INTO group_places (community_id, id, group_id, place_id, since_at)
SELECT p.community_id, md5('tended' || p.number)::uuid, g.id, p.id, now()
FROM places p JOIN groups g ON g.community_id = p.community_id AND g.number = p.number %% %(leaders)s + 1
WHERE p.community_id = %(home)s AND p.number >= %(first)s
"""
KNOWN: Final = """
INSERT INTO plots (community_id, place_id, area_m2, outline)
SELECT community_id, id, 100,
    format('%%s,%%s %%s,%%s %%s,%%s %%s,%%s', x, y, x + 80, y, x + 80, y + 60, x, y + 60)
FROM (SELECT *, number %% 30 * 100 AS x, number / 30 * 100 AS y FROM places
      WHERE community_id = %(home)s AND kind = 'plot') p
"""
PLANS: Final = """
INSERT INTO care_plans (community_id, id, place_id, care, rrule, season_from, season_to, starts_on,
    at_minute, minutes, people_count, interval_days, risk, follows_holidays, created_by_id, created_at)
SELECT p.community_id, md5('plan' || p.place_id)::uuid, p.place_id, 'litter', 'FREQ=WEEKLY;BYDAY=MO,TH',
    101, 1231, current_date - 1460, 510, 60, 2, 7, 'none', false, %(by)s, now()
FROM plots p WHERE p.community_id = %(home)s
"""
SHIFTS: Final = """
INSERT INTO shifts (community_id, id, activity_kind, place_id, led_by_id, starts_at, ends_at,
    capacity, signed_up_count, created_by_id, created_at, risk, changes_count)
SELECT p.community_id, md5(p.place_id::text || d)::uuid, 'PLOT_CARE', p.place_id, %(by)s,
    d + interval '30 minutes', d + interval '90 minutes', 2, d::date - current_date & 1, %(by)s, now(),
    'none', 0
FROM plots p CROSS JOIN generate_series(current_date + %(since)s::int, current_date + %(until)s::int,
    interval '1 day') d
WHERE p.community_id = %(home)s AND extract(isodow from d) IN (1, 4)
"""
DUTIES: Final = """
INSERT INTO duties (community_id, id, plan_id, place_id, shift_id, rule_on, due_on, state, is_moved)
SELECT s.community_id, md5('duty' || s.id)::uuid, md5('plan' || s.place_id)::uuid, s.place_id, s.id,
    s.starts_at::date, s.starts_at::date, 'planned', false
FROM shifts s WHERE s.community_id = %(home)s
"""


def main() -> None:
    """Fill, ask, print."""
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.running() as server,
        community.office(Path(folder), server.make("months")),
    ):
        made = community.found(300, leaders=LEADERS, clerks=4)
        with server.connect("months") as connection:
            _fill(connection, made.id, made.leaders[0].member_id)
        leaders = [each.token for each in made.leaders]
        clerks = [each.token for each in made.clerks]
        for path in ("/plots/month", "/plots/mine", "/plots/duties/mine", "/plots/map", "/me"):
            sys.stdout.write(_asked(path, leaders))
        sys.stdout.write(_asked("/plots", clerks))


def _fill(connection: psycopg.Connection, home: UUID, by: UUID) -> None:
    since, until = DAYS
    facts = {"home": home, "by": by, "leaders": LEADERS, "first": LEADERS + 1, "last": PLOTS}
    for statement in (PLACES, TENDED, KNOWN, PLANS, SHIFTS, DUTIES):
        connection.execute(statement, facts | {"since": since, "until": until})
    connection.execute("VACUUM (ANALYZE)")
    [[count]] = connection.execute("SELECT count(*) FROM duties").fetchall()
    sys.stdout.write(f"{PLOTS} plots, {count:,} duties\n")


def _asked(path: str, tokens: list[str]) -> str:
    """A page by several people in turn, the first turn of each left out."""
    client, seconds, own, statements, size = current_app.test_client(), [], [], [], 0
    for token in tokens:
        client.get(path, headers=_bearer(token))
    with _counting() as counted:
        for turn in range(ASKED):
            before, began, used = len(counted), time.perf_counter(), time.process_time()
            answer = client.get(path, headers=_bearer(tokens[turn % len(tokens)]))
            seconds.append((time.perf_counter() - began) * 1000)
            own.append((time.process_time() - used) * 1000)
            statements.append(len(counted) - before)
            assert answer.status_code == 200, (path, answer.status)  # noqa: PLR2004
            size = max(size, len(answer.data))
    said = f"p50 {median(seconds):.1f} ms, p99 {percentile(seconds, 0.99):.1f} ms"
    said += f", of which {median(own):.1f} ms this process's own"
    return f"{path}: {said}, {max(statements)} statements, {size // 1024} KB\n"


if __name__ == "__main__":
    main()
