"""积分细则 earning: what a deed is worth, how much of it counts, until when it can be spent.

Words: 积分细则 tariff, 上限 limit, 记分 award, 依据 decision.
Invariants: a version is never changed and rests on a decision; a deed is paid by the version in force
when it began; used ≤ limit for every holder and window (S3); whole numbers only, rounded down.
"""
