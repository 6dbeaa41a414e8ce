"""体检 doctor: `pointsvc doctor` looks at settings, keys, machine, database, clock and upkeep.

Words: 体检 doctor, 结论 finding, 故障 fault, 提醒 warning.
Invariants: it changes nothing, not even by opening what is absent; each check is a function that
returns findings; each finding that is not ok says in both languages what to do next; no finding
shows a secret or anybody's data.
"""
