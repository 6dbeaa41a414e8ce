"""Telling whether what stands is what was published, and taking a root from the paper board."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import click

from pointsvc.communities.queries import all_communities
from pointsvc.config import SettingsError
from pointsvc.kernel import clock
from pointsvc.ledger.published import TYPED, PublishedRoot
from pointsvc.ledger.queries import latest_seal
from pointsvc.ledger.standing import Behind

ROOT_BYTES: Final = 32


def tell_behind(behind: Sequence[Behind]) -> None:
    """Say which published days are lost, and how to go on."""
    for each in behind:
        click.echo(
            f"{each.name or each.community_id}: 公示到 published until {each.gap.to_on}, "
            f"账本到 the books until {each.gap.from_on or '—'}",
            err=True,
        )
    if behind:
        click.echo(
            "只能看，不能改：运营员登录后“说明缺口”，或运行 · read only until an operator declares the gap "
            "on the page, or by: pointsvc ledger declare-gap --by PHONE --reason …",
            err=True,
        )


def tell_seals() -> None:
    """What to compare with the paper board."""
    for community in all_communities():
        seal = latest_seal(community_id=community.id)
        if seal is not None:
            click.echo(f"{community.name}: {seal.sealed_on} {seal.root.hex()}")


def read_published(
    copy: zipfile.ZipFile, root: str, day: date, name: str | None
) -> tuple[UUID, PublishedRoot]:
    """The root that somebody read from the board of a community in the copy. Raises SettingsError."""
    try:
        copied = bytes.fromhex("".join(root.split()))
    except ValueError:
        copied = b""
    if len(copied) != ROOT_BYTES:
        raise SettingsError("--published-root: 64 位十六进制 · 64 hexadecimal digits")
    rows = map(json.loads, copy.read("communities.jsonl").splitlines())
    found = [row for row in rows if name in {None, row["name"], row["id"]}]
    if len(found) != 1:
        raise SettingsError("--community: 说明是哪个社区 · say which community")
    if day >= clock.local_day(clock.now(), found[0]["zone"]):
        raise SettingsError("--published-on: 只能是过去的一天 · a day that has passed")
    return UUID(found[0]["id"]), PublishedRoot(day, copied, TYPED)
