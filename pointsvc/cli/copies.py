"""`pointsvc backup` and `pointsvc restore`."""

from __future__ import annotations

import os
import secrets
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy import NullPool, create_engine, inspect
from sqlalchemy.engine import make_url

from pointsvc.backup.encryption import read_recipient
from pointsvc.backup.errors import WouldReplace
from pointsvc.backup.restoring import (
    await_alone,
    check_keys,
    is_empty,
    opened_copy,
    read_manifest,
    swap_file,
    swap_schema,
)
from pointsvc.backup.taking import KEYS, place_copy, workspace, write_copy
from pointsvc.cli.kept import ENCRYPT_TO, KEY
from pointsvc.cli.loading import load_verified, ring_of, scratch_schema
from pointsvc.cli.running import opened_app
from pointsvc.cli.serving import nobody_serving
from pointsvc.cli.standing import read_published, tell_behind, tell_seals
from pointsvc.config import Settings
from pointsvc.kernel import clock
from pointsvc.kernel.key_files import FILE_NAME
from pointsvc.kernel.keys import split_secrets
from pointsvc.ledger.published import write_down
from pointsvc.ledger.standing import settle
from pointsvc.members.erased_before import back_again

STAMP: Final = "%Y%m%d%H%M%S"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="put the keys in as well; then guard the file")
@ENCRYPT_TO
def backup(file: Path, *, with_keys: bool, encrypt_to: Path | None) -> None:
    """Write a consistent copy of everything, while the server runs."""
    settings = Settings.from_environment()
    recipient = read_recipient(encrypt_to) if encrypt_to else None
    keys = _secrets_text(settings) if with_keys else None
    with workspace(settings.instance) as plain:
        with opened_app(settings, as_it_stands=True):
            manifest = write_copy(plain, keys_text=keys, now=clock.now())
        place_copy(plain, file, recipient)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    click.echo(f"{file}: {rows} 行 rows, {file.stat().st_size} 字节 bytes")
    if with_keys:
        click.echo(
            "文件里有密钥：谁拿到它，谁就能读手机号、仿制卡。 The keys are inside: lock it away."
        )
    else:
        click.echo(
            "密钥不在文件里，请另外保管 secret.key。 Keep secret.key elsewhere; it is not inside."
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@KEY
@click.option("--replace", "may_replace", is_flag=True, help="the database has data; keep it aside")
@click.option("--published-root", help="the root on the paper board, to compare with the copy")
@click.option("--published-on", type=click.DateTime(["%Y-%m-%d"]), help="the day of that root")
@click.option("--community", help="whose board it is, where there are several")
def restore(
    file: Path,
    *,
    key: Path | None,
    may_replace: bool,
    published_root: str | None,
    published_on: datetime | None,
    community: str | None,
) -> None:
    """Verify a copy beside the database, then put it in its place. Stop the server first.

    Where the copy is older than what was published, the service can only be read until an operator
    declares the gap.
    """
    if (published_root is None) != (published_on is None):
        raise click.UsageError("--published-root and --published-on go together")
    settings = Settings.from_environment()
    with (
        opened_copy(file, key=key, instance=settings.instance) as copy,
        nobody_serving(settings.instance),
    ):
        manifest = read_manifest(copy)
        published = []
        if published_root and published_on:
            day = published_on.date()
            published.append(read_published(copy, published_root, day, community))
        _bring_keys(copy, settings)
        check_keys(manifest, ring_of(settings))
        if not may_replace and not _has_room(settings):
            raise WouldReplace
        kept = _restore(copy, manifest, settings)
        with opened_app(settings):
            for community_id, root in published:
                write_down(settings.instance, community_id, [root])
            behind = settle(settings.instance)
            tell_seals()
            back = len(back_again(settings.instance))
    click.echo(f"已恢复并核对 · restored and verified: {manifest['made_at']}")
    if kept:
        click.echo(f"原来的留在 · what stood before is kept as: {kept}")
    if back:
        click.echo(
            f"{back} 位已注销的居民又在里面：请运行 pointsvc members erase-again。"
            " People who were erased are back: run it before the server starts."
        )
    tell_behind(behind)


def _secrets_text(settings: Settings) -> str:
    if settings.secret_key is not None:
        return settings.secret_key
    return (settings.secret_key_file or settings.instance / FILE_NAME).read_text()


def _bring_keys(copy: zipfile.ZipFile, settings: Settings) -> None:
    """A copy with keys brings those that the instance's own key file lacks, after its own.

    An instance without keys gets the copy's alone: a new one could begin with an older one's digit.
    """
    if KEYS not in copy.namelist() or settings.secret_key or settings.secret_key_file:
        return
    own = settings.instance / FILE_NAME
    standing = split_secrets(own.read_text()) if own.exists() else []
    brought = [each for each in split_secrets(copy.read(KEYS).decode()) if each not in standing]
    if brought:
        draft = own.with_name(f".{FILE_NAME}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write("\n".join([*standing, *brought]) + "\n")
        draft.replace(own)


def _has_room(settings: Settings) -> bool:
    """Whether the target has no data yet."""
    if _is_postgresql(settings) or _file_of(settings).exists():
        engine = create_engine(settings.database_url)
        with engine.connect() as connection:
            room = not inspect(connection).has_table("communities") or is_empty(connection)
        engine.dispose()
        return room
    return True


def _is_postgresql(settings: Settings) -> bool:
    return make_url(settings.database_url).get_backend_name() == "postgresql"


def _file_of(settings: Settings) -> Path:
    return Path(make_url(settings.database_url).database or "")


def _restore(
    copy: zipfile.ZipFile, manifest: dict[str, Any], settings: Settings
) -> Path | str | None:
    """Load, verify and swap; where what stood before is kept, if anything stood."""
    stamp = clock.now().strftime(STAMP)
    if _is_postgresql(settings):
        return _into_schema(copy, manifest, settings, stamp)
    standing = _file_of(settings)
    scratch = standing.with_name(f"{standing.name}.restoring")
    kept = standing.with_name(f"{standing.name}.replaced-{stamp}")
    _clear(scratch)
    try:
        load_verified(copy, manifest, replace(settings, database_url=f"sqlite:///{scratch}"))
        return swap_file(standing=standing, scratch=scratch, kept=kept)
    except BaseException:
        _clear(scratch)
        raise


def _clear(scratch: Path) -> None:
    """Nothing of a copy that was not accepted stays behind."""
    for leftover in scratch.parent.glob(f"{scratch.name}*"):
        leftover.unlink()


def _into_schema(
    copy: zipfile.ZipFile, manifest: dict[str, Any], settings: Settings, stamp: str
) -> str:
    scratch, kept = f"restoring_{stamp}", f"replaced_{stamp}"
    engine = create_engine(settings.database_url, poolclass=NullPool)
    with scratch_schema(settings, scratch) as beside:
        load_verified(copy, manifest, beside)
        await_alone(engine)
        with engine.begin() as connection:
            swap_schema(connection, scratch=scratch, kept=kept)
    return kept
