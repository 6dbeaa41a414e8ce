"""The command line: one group, a module for each subject."""

from __future__ import annotations

import sys

import click

from pointsvc.cli.communities import communities
from pointsvc.cli.copies import backup, restore
from pointsvc.cli.database import database
from pointsvc.cli.demo import demo
from pointsvc.cli.imports import imports
from pointsvc.cli.jobs import jobs
from pointsvc.cli.ledger import ledger
from pointsvc.cli.members import members
from pointsvc.cli.serve import serve
from pointsvc.config import SettingsError
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.keys import BadKeys

NOT_DONE = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pointsvc")
def pointsvc() -> None:
    """绿色账户 (Green Account): points for volunteers of residential communities."""


for _command in (
    serve,
    demo,
    communities,
    members,
    imports,
    ledger,
    backup,
    restore,
    jobs,
    database,
):
    pointsvc.add_command(_command)


def main() -> None:
    """Run a command; a setting or a refusal ends with one line and exit code 2."""
    try:
        pointsvc(prog_name="pointsvc")
    except (SettingsError, BadKeys) as error:
        click.echo(f"设置有误 · settings: {error}", err=True)
        sys.exit(NOT_DONE)
    except Refusal as refusal:
        click.echo(f"{_said(refusal)} [{refusal.code}]", err=True)
        sys.exit(NOT_DONE)


def _said(refusal: Refusal) -> str:
    """The message, and of values that do not fit what is wrong with each."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    faults = (f"{name}: {' '.join(map(str, texts))}" for name, texts in errors.items())
    return " ".join([refusal.detail, *faults])
