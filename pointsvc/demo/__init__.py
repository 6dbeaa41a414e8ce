"""样板小区 demo: 尚城名邸 as a street to walk through, made through the services only.

Words: 样板 demo, 续期 renewal (keeping today's shifts open, whatever the day).

Invariants: a demo marks its community and is never built beside real data; every point in it was
earned, paid or opened through the same doors as a real one, so its books verify.
"""
