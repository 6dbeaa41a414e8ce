"""PostgreSQL: rights, durability, room for our connections, time, letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import text

from pointsvc.cli.doctor.findings import Finding, Said, fault, ok, warning
from pointsvc.config import Settings
from pointsvc.extensions import connections_max, db
from pointsvc.kernel.append_only import APPEND_ONLY

JOBS: Final = 1
_RIGHTS: Final = text(
    "SELECT c.relname FROM pg_class c WHERE c.relname = ANY(:tables) AND c.relkind IN ('r', 'p')"
    " AND pg_table_is_visible(c.oid)"
    " AND has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') ORDER BY 1"
)
_COLLATION: Final = text(
    "SELECT datcollversion, pg_database_collation_actual_version(oid)"
    " FROM pg_database WHERE datname = current_database()"
)
_LEFT: Final = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'restoring\\_%' LIMIT 1")
_SETTINGS: Final = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "autovacuum",
    "lock_timeout",
    "statement_timeout",
    "max_connections",
    "superuser_reserved_connections",
    "TimeZone",
    "server_encoding",
)


def check_postgresql(settings: Settings) -> Iterator[Finding]:
    """Everything of the server and the database that our promises rest on."""
    said = {name: str(db.session.scalar(text(f"SHOW {name}"))) for name in _SETTINGS}
    yield from _check_rights()
    yield from _check_durability(said)
    yield from _check_bounds(said)
    yield from _check_room(said, settings)
    yield from _check_letters(said)
    if left := db.session.scalar(_LEFT):
        yield warning(
            "restore.cut_off",
            Said(f"有一次恢复没做完：{left}", f"a restore was cut off: {left}"),
            Said(f'DROP SCHEMA "{left}" CASCADE', f'DROP SCHEMA "{left}" CASCADE'),
        )


def _check_rights() -> Iterator[Finding]:
    able = db.session.scalars(_RIGHTS, {"tables": list(APPEND_ONLY)}).all()
    if able:
        yield warning(
            "postgresql.rights",
            Said(
                f"服务的角色能改、能删历史（{', '.join(able)}），只有触发器挡着",
                f"the service's role may change history ({', '.join(able)}); only triggers refuse",
            ),
            Said(
                "分开角色：pointsvc database roles（deploy/README.md）",
                "part the roles: pointsvc database roles (deploy/README.md)",
            ),
        )
    else:
        yield ok("postgresql.rights", "角色不能改历史", "the role cannot change history")


def _check_durability(said: dict[str, str]) -> Iterator[Finding]:
    off = [
        name for name in ("fsync", "full_page_writes", "synchronous_commit") if said[name] == "off"
    ]
    if off:
        yield fault(
            "postgresql.durability",
            Said(
                f"{', '.join(off)} 关了：断电会丢已经答应的分",
                f"{', '.join(off)} off: points are lost",
            ),
            Said("在 postgresql.conf 打开，再 reload", "switch on in postgresql.conf, and reload"),
        )
    if said["autovacuum"] == "off":
        yield warning(
            "postgresql.autovacuum",
            Said("autovacuum 关了，会越来越慢", "autovacuum is off: it grows slow"),
            Said("在 postgresql.conf 打开，再 reload", "switch on in postgresql.conf, and reload"),
        )


def _check_bounds(said: dict[str, str]) -> Iterator[Finding]:
    endless = [name for name in ("lock_timeout", "statement_timeout") if said[name] == "0"]
    if endless:
        yield warning(
            "postgresql.bounds",
            Said(
                f"{', '.join(endless)} 没有生效", f"{', '.join(endless)} did not reach the session"
            ),
            Said(
                "经过连接池时，写在角色上：ALTER ROLE … SET …",
                "behind a pooler set it for the role: ALTER ROLE … SET …",
            ),
        )


def _check_room(said: dict[str, str], settings: Settings) -> Iterator[Finding]:
    room = int(said["max_connections"]) - int(said["superuser_reserved_connections"])
    wanted = (settings.workers + JOBS) * connections_max(db.engine)
    if wanted > room:
        yield fault(
            "postgresql.connections",
            Said(
                f"最多要 {wanted} 个连接，只有 {room} 个",
                f"up to {wanted} connections, {room} there",
            ),
            Said(
                "调大 max_connections，或减少 POINTSVC_WORKERS",
                "raise max_connections, or lower POINTSVC_WORKERS",
            ),
        )
    else:
        yield ok("postgresql.connections", f"连接 {wanted}/{room}", f"connections {wanted}/{room}")


def _check_letters(said: dict[str, str]) -> Iterator[Finding]:
    if said["server_encoding"] != "UTF8":
        yield fault(
            "postgresql.encoding",
            Said(f"编码是 {said['server_encoding']}", f"the encoding is {said['server_encoding']}"),
            Said(
                "用 ENCODING UTF8 新建库，恢复进去", "make a database with ENCODING UTF8, restore"
            ),
        )
    if said["TimeZone"] not in {"UTC", "Etc/UTC"}:
        yield warning(
            "postgresql.zone",
            Said(f"会话的时区是 {said['TimeZone']}", f"the session's zone is {said['TimeZone']}"),
            Said("ALTER ROLE … SET timezone = 'UTC'", "ALTER ROLE … SET timezone = 'UTC'"),
        )
    made, now = db.session.execute(_COLLATION).one()
    if made != now:
        yield warning(
            "postgresql.collation",
            Said(f"排序规则换了版本：{made} → {now}", f"the collation changed: {made} → {now}"),
            Said(
                "REINDEX DATABASE，然后 ALTER DATABASE … REFRESH COLLATION VERSION",
                "REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION",
            ),
        )
