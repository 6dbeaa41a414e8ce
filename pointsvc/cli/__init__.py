"""命令 cli: `pointsvc <room> <verb>`, for the operator at a terminal.

Invariants: commands that work in the books run with the database brought up to date; copies, roles,
rehearsals and the doctor take it as it stands; a setting that does not fit ends with exit code 2
and one line that says what to change.
"""
