"""`pointsvc ledger verify`."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from pointsvc.cli.running import opened_app
from pointsvc.cli.verification import Verification, verify_everything
from pointsvc.config import Settings
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Busy
from pointsvc.kernel.last_runs import VERIFY, HowItEnded, note_run
from pointsvc.kernel.read_only import mending
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.errors import GapNotByOperator
from pointsvc.ledger.standing import declare_gaps, settle
from pointsvc.ledger.words import CHECKS
from pointsvc.members.operators import find_operator_by_phone


@click.group()
def ledger() -> None:
    """账本：核对、说明缺口。 The books: verify them, declare a gap."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for other programs")
def verify(*, as_json: bool) -> None:
    """Recompute every invariant; exit 0 when all hold, 1 with the broken ones named."""
    with opened_app():
        found = verify_everything()
        _remember(found)
    if as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False))
    else:
        _print(found)
    sys.exit(0 if found.ok else 1)


def _remember(found: Verification) -> None:
    """So that the server can say how old the last verification is; a copy for reading keeps none."""
    ended: HowItEnded = "done" if found.ok else "failed"
    with suppress(Busy, DBAPIError):
        transact(lambda: note_run(name=VERIFY, ended=ended, by=found.root.hex(), now=clock.now()))


@ledger.command("declare-gap")
@click.option("--by", "phone", required=True, help="the phone of the operator who declares it")
@click.option("--reason", required=True, help="why days are missing; it stands on the public board")
def declare_gap(phone: str, reason: str) -> None:
    """Say that published days are lost, after an older copy was put back: the service may go on."""
    settings = Settings.from_environment()
    with opened_app(settings):
        operator_id = find_operator_by_phone(phone)
        if operator_id is None:
            raise GapNotByOperator
        now = clock.now()
        with mending():
            gaps = transact(
                lambda: declare_gaps(
                    settings.instance, reason=reason, declared_by_id=operator_id, now=now
                )
            )
        settle(settings.instance, gone_too=True)
    for each in gaps:
        click.echo(f"{each.name}: {each.gap.from_on or '…'} → {each.gap.to_on}")
    click.echo("可以继续了 · the service may go on" if gaps else "没有缺口 · there is no gap")


def _document(found: Verification) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "accounts": found.accounts,
        "transfers": found.transfers,
        "checks": [{"id": c.id, "ok": c.ok, "count": c.count} for c in found.checks],
        "root": found.root.hex(),
    }


def _print(found: Verification) -> None:
    for check in found.checks:
        title = CHECKS.get(check.id, "")
        click.echo(f"{'✓' if check.ok else '✗'} {check.id:6} {check.count:>9}  {title}")
        for thing in check.noted:
            click.echo(f"    {thing}")
        for thing in check.broken:
            click.echo(f"    {thing}")
        if check.broken_count > len(check.broken):
            click.echo(f"    … {check.broken_count}")
    verdict = "账本成立 · the books hold" if found.ok else "账本有误 · the books are broken"
    click.echo(f"{verdict}: {found.accounts} / {found.transfers}, {found.root.hex()}")
