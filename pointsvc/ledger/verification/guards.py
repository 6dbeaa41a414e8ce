"""L3: the guards of history stand, each as the migrations put it up (docs/ledger.md)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text

from pointsvc.extensions import db
from pointsvc.kernel.append_only import APPEND_ONLY, guards
from pointsvc.kernel.blots import BLOTTED, blot_guards
from pointsvc.kernel.verification import Check

# pg_trigger.tgtype of BEFORE UPDATE OR DELETE FOR EACH ROW, and of BEFORE TRUNCATE FOR EACH STATEMENT.
_CHANGE, _TRUNCATE = 27, 34
_ALWAYS: Final = "A"
_POSTGRESQL: Final = text(
    "SELECT t.tgname, c.relname, t.tgtype, t.tgenabled::text, p.prosrc,"
    " encode(t.tgargs, 'escape') FROM pg_trigger t"
    " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
    " WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)"
)
_SQLITE: Final = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")


def check_guards() -> Check:
    """One check for the whole database: a guard that was dropped, switched off or rewritten.

    What went on while a guard was down is for the chains and the roots to say (A1, seals).
    """
    is_postgresql = db.engine.dialect.name == "postgresql"
    wanted = _wanted_on_postgresql() if is_postgresql else _wanted_on_sqlite()
    standing = _standing(_POSTGRESQL if is_postgresql else _SQLITE)
    check = Check("L3")
    for name, guard in wanted.items():
        check.expect(standing.get(name) == guard, name)
    return check


def _standing(query: Any) -> dict[str, tuple[Any, ...]]:
    return {row[0]: tuple(map(_plain, row[1:])) for row in db.session.execute(query)}


def _wanted_on_postgresql() -> dict[str, tuple[Any, ...]]:
    strict, blotting = (_body(next(each("postgresql"))) for each in (guards, blot_guards))
    wanted: dict[str, tuple[Any, ...]] = {}
    for table in APPEND_ONLY:
        words = "".join(f"{word}\\000" for word in BLOTTED.get(table, ()))
        change = (blotting if words else strict, words)
        wanted[f"{table}_append_only"] = (table, _CHANGE, _ALWAYS, *change)
        wanted[f"{table}_no_truncate"] = (table, _TRUNCATE, _ALWAYS, strict, "")
    return wanted


def _body(statement: str) -> str:
    """What stands between the $$ of the function."""
    return str(_plain(statement.split("$$")[1]))


def _wanted_on_sqlite() -> dict[str, tuple[Any, ...]]:
    made = (each for of in (guards, blot_guards) for each in of("sqlite"))
    return {each.split()[2]: (_plain(each),) for each in made if each.startswith("CREATE")}


def _plain(value: Any) -> Any:
    """Text without the spaces that say nothing."""
    return " ".join(value.split()) if isinstance(value, str) else value
