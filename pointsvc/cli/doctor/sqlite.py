"""The embedded database: whole, strict, guarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import text

from pointsvc.cli.doctor.findings import Finding, Said, fault, ok, warning
from pointsvc.extensions import Base, db

FREE_SHARE_MAX: Final = 0.25
FREE_PAGES_MIN: Final = 10_000
_RESTORE: Final = Said(
    "停服务，从最近核对过的副本恢复（docs/copies.md）",
    "stop the service and restore the last verified copy (docs/copies.md)",
)


def check_sqlite() -> Iterator[Finding]:
    """Integrity, foreign keys, STRICT tables, free pages."""
    yield from _check_whole()
    yield from _check_strict()
    pages, free = int(_pragma("page_count")), int(_pragma("freelist_count"))
    if free > FREE_PAGES_MIN and free > pages * FREE_SHARE_MAX:
        yield warning(
            "sqlite.free_pages",
            Said(f"{free}/{pages} 页是空的", f"{free} of {pages} pages are empty"),
            Said("停服务，执行 sqlite3 文件 VACUUM", "stop the service, run sqlite3 FILE VACUUM"),
        )


def _check_whole() -> Iterator[Finding]:
    said = str(_pragma("integrity_check(1)"))
    orphans = db.session.execute(text("PRAGMA foreign_key_check")).first()
    if said != "ok":
        yield fault("sqlite.integrity", Said("数据库文件坏了", "the database is damaged"), _RESTORE)
    elif orphans is not None:
        yield fault(
            "sqlite.foreign_keys",
            Said(f"{orphans[0]} 里有行指着不存在的行", f"a row of {orphans[0]} points to nothing"),
            _RESTORE,
        )
    else:
        yield ok("sqlite.integrity", "数据库文件完整", "the database is whole")


def _check_strict() -> Iterator[Finding]:
    rows = db.session.execute(text("PRAGMA table_list"))
    strict = {row.name: bool(row.strict) for row in rows}
    loose = sorted(name for name in Base.metadata.tables if not strict.get(name, True))
    if loose:
        yield fault(
            "sqlite.strict",
            Said(
                f"不是 STRICT 表：{', '.join(loose)}", f"tables are not STRICT: {', '.join(loose)}"
            ),
            _RESTORE,
        )


def _pragma(name: str) -> Any:
    return db.session.scalar(text(f"PRAGMA {name}"))
