"""`pointsvc copies` and `pointsvc keys`: kept copies, the key that opens them, the server's keys."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pointsvc.backup.encryption import make_copy_key, read_recipient
from pointsvc.backup.keeping import (
    let_go,
    name_of_copy,
    record_failure,
    record_success,
    vouch_for,
)
from pointsvc.backup.restoring import opened_copy
from pointsvc.backup.rules import Keeping
from pointsvc.backup.taking import place_copy, workspace, write_copy
from pointsvc.cli.loading import try_copy
from pointsvc.cli.running import opened_app
from pointsvc.config import Settings
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.ring import current_ring
from pointsvc.kernel.transaction import transact
from pointsvc.members.resealing import operators_to_move, reseal_batch, uses_of_keys

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ENCRYPT_TO = click.option(
    "--encrypt-to",
    type=FILE,
    help="the public half (.pub) of the copy key: only the other half opens the copy",
)
KEY = click.option("--key", type=FILE, help="the copy key that an encrypted copy needs")


def _keeping(command: Callable[..., None]) -> Callable[..., None]:
    """The three numbers of the rule, as options."""
    for name in ("monthly", "weekly", "daily"):
        command = click.option(
            f"--{name}",
            default=getattr(Keeping(), name),
            show_default=True,
            type=click.IntRange(1),
            help=f"how many {name} copies stay",
        )(command)
    return command


@click.group()
def copies() -> None:
    """副本：每夜一份、核对、留存。 Copies: nightly, verified, kept."""


@copies.command()
@click.argument("folder", type=FOLDER)
@ENCRYPT_TO
@_keeping
def nightly(folder: Path, encrypt_to: Path | None, **numbers: int) -> None:
    """Take a copy, restore it into a scratch database, verify it there; only then keep it.

    Older copies go by the rule of `copies keep`. Anything that fails ends with an exit code, and
    is written to last-copy.json in the instance.
    """
    settings, now = Settings.from_environment(), clock.now()
    try:
        file = _one_night(settings, folder, read_recipient(encrypt_to) if encrypt_to else None)
        record_success(settings.instance, file, is_encrypted=encrypt_to is not None, now=now)
    except Exception as error:
        why = error.code if isinstance(error, Refusal) else type(error).__name__
        record_failure(settings.instance, why, now)
        raise
    gone = let_go(folder, Keeping(**numbers))
    click.echo(f"{file}: 已恢复并核对 restored and verified; 删去旧的 let go: {len(gone)}")


def _one_night(settings: Settings, folder: Path, recipient: Any) -> Path:
    """Where tonight's verified copy is."""
    now = clock.now()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / name_of_copy(now, is_encrypted=recipient is not None)
    with workspace(settings.instance) as plain:
        with opened_app(settings, as_it_stands=True):
            write_copy(plain, keys_text=None, now=now)
        with zipfile.ZipFile(plain) as copy:
            try_copy(copy, settings)
        place_copy(plain, file, recipient)
    vouch_for(file)
    return file


@copies.command()
@click.argument("folder", type=FOLDER)
@_keeping
@click.option("--dry-run", is_flag=True, help="only say what would go")
def keep(folder: Path, *, dry_run: bool, **numbers: int) -> None:
    """Delete what need not stay: one copy for each of the last days, weeks and months does.

    The newest verified copy is never deleted.
    """
    for name in let_go(folder, Keeping(**numbers), rehearse=dry_run):
        click.echo(name)


@copies.command()
@click.argument("file", type=FILE)
@KEY
def verify(file: Path, key: Path | None) -> None:
    """Restore a copy into a scratch database and verify it there; nothing is replaced."""
    settings = Settings.from_environment()
    with opened_copy(file, key=key, instance=settings.instance) as copy:
        found = try_copy(copy, settings)
    click.echo(
        f"已恢复并核对 · restored and verified: {found.accounts} / {found.transfers}, "
        f"{found.root.hex()}"
    )


@click.group()
def keys() -> None:
    """密钥：副本的、服务器的。 Keys: that of the copies, and those of the server."""


@keys.command("list")
def list_keys() -> None:
    """Each key of the server, newest first: what hangs on it, and whether it may retire."""
    with opened_app():
        for use in uses_of_keys():
            word = "最新 newest" if use.is_newest else "可以拿掉 may retire"
            if not (use.is_newest or use.may_retire):
                word = "还在用 in use"
            click.echo(
                f"{use.identity}  {word}  加密的 sealed: {use.sealed_count}  "
                f"在用的卡 cards: {use.cards_count}"
            )
        if waiting := operators_to_move():
            click.echo(f"还要登录一次的运营员 · operators who must sign in once: {waiting}")
        click.echo(
            "标牌和首次登录码数不出来：换新密钥满 30 天、标牌重印以后再拿掉旧的 · signs and slips cannot be "
            "counted: retire a key 30 days after a newer one is first, with the signs printed anew"
        )


@keys.command()
def draw() -> None:
    """Print a new secret that fits beside the present keys."""
    with opened_app():
        click.echo(current_ring().draw())


@keys.command("reseal")
def reseal_now() -> None:
    """Move what older keys sealed to the newest now; the server does it by itself every minute."""
    with opened_app():
        total = 0
        while count := transact(reseal_batch):
            total += count
        click.echo(f"{total} 项换到了最新的密钥 · moved to the newest key")


@keys.command("new-copy-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def new_copy_key(file: Path) -> None:
    """Make the key that opens encrypted copies: FILE to lock away, FILE.pub for the server."""
    public = make_copy_key(file)
    click.echo(f"{public}: 放到服务器上，用于 --encrypt-to · for the server")
    click.echo(
        f"{file}: 抄两份，锁在别处，不要留在服务器上；丢了它，加密的副本谁也打不开 · "
        "lock two of it away, none on the server; without it no copy can be opened"
    )
