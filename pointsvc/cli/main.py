"""The command line: one group, a module for each subject."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click
from babel.support import Translations
from sqlalchemy.exc import OperationalError

from pointsvc.cli.communities import communities
from pointsvc.cli.copies import backup, restore
from pointsvc.cli.database import database
from pointsvc.cli.demo import demo
from pointsvc.cli.doctor.command import doctor
from pointsvc.cli.imports import imports
from pointsvc.cli.jobs import jobs
from pointsvc.cli.kept import copies, keys
from pointsvc.cli.ledger import ledger
from pointsvc.cli.members import members
from pointsvc.cli.plots import plots
from pointsvc.cli.serve import serve
from pointsvc.config import SettingsError
from pointsvc.doors import load_tables
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.keys import BadKeys

NOT_DONE: Final = 2
TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pointsvc")
def pointsvc() -> None:
    """绿色账户 (Green Account): points for volunteers of residential communities."""


for _command in (
    serve,
    demo,
    communities,
    members,
    plots,
    imports,
    ledger,
    backup,
    restore,
    copies,
    keys,
    jobs,
    database,
    doctor,
):
    pointsvc.add_command(_command)


def main() -> None:
    """Run a command; a setting or a refusal ends with one line and exit code 2."""
    load_tables()
    try:
        pointsvc(prog_name="pointsvc")
    except (SettingsError, BadKeys) as error:
        _stop(f"设置有误 · settings: {error}")
    except OperationalError as error:
        _stop(f"数据库用不了 · the database cannot be used: {str(error.orig).strip()}")
    except OSError as error:
        if error.filename is None:
            raise
        _stop(f"文件用不了 · a file cannot be used: {error.filename}: {error.strerror}")
    except Refusal as refusal:
        _stop(f"{_said(refusal)} [{refusal.code}]")


def _stop(line: str) -> None:
    click.echo(line, err=True)
    sys.exit(NOT_DONE)


def _said(refusal: Refusal) -> str:
    """The message, and of values that do not fit what is wrong with each."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {}
    faults = (f"{name}: {' '.join(map(str, texts))}" for name, texts in errors.items())
    return " ".join([refusal.detail, _in_english(refusal), *faults])


def _in_english(refusal: Refusal) -> str:
    """The same for who reads no Chinese; outside a request there is no reader's language."""
    catalogue = Translations.load(str(TRANSLATIONS), ["en"])
    text: str = catalogue.gettext(str(refusal.message))
    return f"· {text % refusal.context if refusal.context else text}"
