"""命令 cli: `pointsvc <room> <verb>`, for the operator at a terminal.

Invariants: every command but `serve --help` and the like runs with the database brought up to date;
a setting that does not fit ends with exit code 2 and one line that says what to change.
"""
