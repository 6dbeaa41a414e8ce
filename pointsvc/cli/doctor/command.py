"""`pointsvc doctor`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from pointsvc.app import create_app
from pointsvc.cli.doctor import calendars, postgresql, server, sqlite, surroundings, times, upkeep
from pointsvc.cli.doctor.findings import Finding, Said, fault
from pointsvc.config import Settings, SettingsError
from pointsvc.extensions import db
from pointsvc.kernel import clock

MARKS: Final = {"ok": "✓", "warning": "!", "fault": "✗"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for other programs")
@click.option("--host", default="127.0.0.1", show_default=True, help="where the server listens")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def doctor(host: str, port: int, *, as_json: bool) -> None:
    """Look at everything that the service rests on; say what is wrong and what to do. Changes nothing.

    Run it as the service's user with the service's settings. Exit 1 where something is at fault.
    """
    findings = list(examine(host, port))
    is_well = all(each.state != "fault" for each in findings)
    if as_json:
        document = {"ok": is_well, "findings": [asdict(each) for each in findings]}
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        _print(findings, is_well=is_well)
    sys.exit(0 if is_well else 1)


def examine(host: str, port: int) -> Iterator[Finding]:
    """Every finding; what cannot be looked at after a fault is left out."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        said = Said(str(error), str(error))
        yield fault("settings", said, Said("照上面的话改", "do what it says"))
        return
    before = list(_surroundings(settings))
    yield from before
    yield from server.check_server(settings, host, port)
    if _may_open(before):
        yield from _database(settings)


def _may_open(before: list[Finding]) -> bool:
    """Opening would make what is absent, or leave files that the service cannot write."""
    barred = {"instance.absent", "instance.owner", "database.absent"}
    return not any(each.id in barred or each.id.startswith("keys.") for each in before)


def _surroundings(settings: Settings) -> Iterator[Finding]:
    owner = list(surroundings.check_owner(settings))
    yield from owner
    if any(each.state == "fault" for each in owner):
        return
    yield from surroundings.check_keys(settings)
    yield from surroundings.check_public_url(settings)
    yield from surroundings.check_workers(settings)
    yield from surroundings.check_disk(settings)
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        yield from surroundings.check_file(settings)


def _database(settings: Settings) -> Iterator[Finding]:
    with create_app(settings).app_context():
        try:
            yield from _whole(settings)
        except DBAPIError as error:
            name = type(error.orig).__name__
            yield fault(
                "database.away",
                Said(f"数据库用不了（{name}）", f"the database cannot be used ({name})"),
                Said(
                    "PostgreSQL 在跑吗？地址、密码、权限对吗？",
                    "does PostgreSQL run? Are address, password and rights right?",
                ),
            )
        finally:
            db.session.remove()
            db.engine.dispose()


def _whole(settings: Settings) -> Iterator[Finding]:
    migrations = list(upkeep.check_migrations())
    yield from migrations
    is_postgresql = db.engine.dialect.name == "postgresql"
    yield from postgresql.check_postgresql(settings) if is_postgresql else sqlite.check_sqlite()
    if any(each.state == "fault" for each in migrations):
        return
    now = clock.now()
    yield from upkeep.check_standing()
    yield from upkeep.check_history()
    yield from upkeep.check_cards()
    yield from times.check_clock(settings.instance, now)
    yield from upkeep.check_jobs(now)
    yield from upkeep.check_outbox(settings, now)
    yield from upkeep.check_verified(now)
    yield from upkeep.check_copies(settings, now)
    yield from calendars.check_holidays(now)


def _print(findings: list[Finding], *, is_well: bool) -> None:
    for each in findings:
        words = each.what.zh if each.what.zh == each.what.en else f"{each.what.zh} · {each.what.en}"
        click.echo(f"{MARKS[each.state]} {each.id:24} {words}")
        if each.do is not None:
            click.echo(f"    → {each.do.zh}\n    → {each.do.en}")
    click.echo("没有故障 · no fault" if is_well else "有故障，见 ✗ · something is at fault, see ✗")
