"""The command line: one group, a module for each subject."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import click
from babel.support import Translations
from sqlalchemy.exc import OperationalError

from pointsvc.config import SettingsError
from pointsvc.doors import load_tables
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.keys import BadKeys

NOT_DONE: Final = 2
TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"


# The module of `pointsvc.cli` in which each command is.
COMMANDS: Final = {
    "serve": "serve",
    "demo": "demo",
    "communities": "communities",
    "members": "agreeing",
    "plots": "plots",
    "imports": "imports",
    "ledger": "ledger",
    "backup": "copies",
    "restore": "copies",
    "copies": "kept",
    "keys": "kept",
    "jobs": "jobs",
    "database": "database",
    "doctor": "doctor.command",
}


class Commands(click.Group):
    """Loads the command that was called, and no other: a server starts without the demo's drawings."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"pointsvc.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pointsvc")
def pointsvc() -> None:
    """绿色账户 (Green Account): points for volunteers of residential communities."""
    if not gc.isenabled():
        gc.freeze()  # what was loaded stays
        gc.enable()


def main() -> None:
    """Run a command; a setting or a refusal ends with one line and exit code 2."""
    gc.disable()  # what is loaded makes some hundred thousand objects, and none of them is garbage
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
