"""基准测试 · The benchmark: how fast it is where people queue, as ratios of one run on one machine.

`make bench` measures figures P1 to P14 (docs/performance.md) in interleaved rounds, prints a table
and keeps it as JSON in `bench/results/`. Every figure has its base in the same run: **L** is the
least that a durable check-in can be (`limit-checkin.sql` in pgbench), **L′** the least of an
exchange; seconds by themselves say only what was seen.

Words: a *reading* is one number of one round; a *figure* is what many readings say, beside its
target. A round in which other programs took more than 0.15 core is thrown away and measured again.

No test is timed: what the harness computes is tested in `tests/bench`, what it measures is not.

A load generator of ours, not wrk, k6 or Locust: the request of each scan is another, made and
sealed before the clock starts, and each answer is counted against the database afterwards. wrk
would need that in Lua, k6 is no package of any system, Locust takes more of the machine than the
server does.
"""
