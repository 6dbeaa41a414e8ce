"""`pointsvc ledger verify`."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from pointsvc.cli.running import opened_app
from pointsvc.cli.verification import Verification, verify_everything
from pointsvc.ledger.words import CHECKS


@click.group()
def ledger() -> None:
    """账本：核对。 The books: verify them."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for other programs")
def verify(*, as_json: bool) -> None:
    """Recompute every invariant; exit 0 when all hold, 1 with the broken ones named."""
    with opened_app():
        found = verify_everything()
    if as_json:
        click.echo(json.dumps(_document(found), ensure_ascii=False))
    else:
        _print(found)
    sys.exit(0 if found.ok else 1)


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
        for thing in check.broken:
            click.echo(f"    {thing}")
        if check.broken_count > len(check.broken):
            click.echo(f"    … {check.broken_count}")
    verdict = "账本成立 · the books hold" if found.ok else "账本有误 · the books are broken"
    click.echo(f"{verdict}: {found.accounts} / {found.transfers}, {found.root.hex()}")
