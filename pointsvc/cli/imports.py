"""`pointsvc imports workbook`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from pointsvc.cli.members import named_community
from pointsvc.cli.running import opened_app
from pointsvc.communities.queries import CommunityFacts, all_communities
from pointsvc.imports.commit.people import known_people
from pointsvc.imports.commit.service import Committed, commit_reading
from pointsvc.imports.reading import Reading, read_workbook
from pointsvc.imports.report import community_name, to_json, to_text
from pointsvc.kernel import clock
from pointsvc.kernel.clock import DEFAULT_ZONE
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.actors import SYSTEM
from pointsvc.web.new_community import found_community


@click.group()
def imports() -> None:
    """导入：办公室的工作簿。 Imports: an office's workbook."""


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--community", help="its id or its name; needed when there are several")
@click.option("--commit", "is_commit", is_flag=True, help="write what was found")
@click.option("--json", "as_json", is_flag=True, help="JSON for other programs")
def workbook(file: Path, community: str | None, *, is_commit: bool, as_json: bool) -> None:
    """Read an office workbook, say what was found and what was not taken; --commit writes it."""
    data = file.read_bytes()
    with opened_app():
        target = _target(community)
        known = known_people(target.id).values() if target else ()
        reading = read_workbook(data, known=known)
        if as_json:
            click.echo(json.dumps(to_json(reading), ensure_ascii=False))
        else:
            click.echo(to_text(reading))
        if is_commit:
            _commit(reading, target)


def _target(wanted: str | None) -> CommunityFacts | None:
    """The community to import into; None on an empty database. Several and none named: exit 2."""
    if wanted is not None:
        return named_community(wanted)
    communities = all_communities()
    if len(communities) > 1:
        click.echo("有几个社区，请用 --community 指明 · several communities: name one", err=True)
        for each in communities:
            click.echo(f"  {each.id}  {each.name}", err=True)
        sys.exit(2)
    return communities[0] if communities else None


def _commit(reading: Reading, target: CommunityFacts | None) -> None:
    now, community_id, run_id = clock.now(), target.id if target else new_id(), new_id()
    if target is None:
        name = community_name(reading) or "社区"
        click.echo(f"新建社区 · made a community: {name}  {community_id}", err=True)
    done = transact(lambda: _write(reading, community_id, run_id, is_new=target is None, now=now))
    click.echo(
        f"已写入 · written: {done.people} 人, {done.plots} 块田, {done.ledger_lines} 行台账, "
        f"{done.donations} 笔捐赠, {done.products} 种商品",
        err=True,
    )


def _write(
    reading: Reading, community_id: UUID, run_id: UUID, *, is_new: bool, now: datetime
) -> Committed:
    if is_new:
        found_community(
            community_id=community_id,
            name=community_name(reading) or "社区",
            zone=DEFAULT_ZONE,
            actor=SYSTEM,
            now=now,
        )
    return commit_reading(
        community_id=community_id, reading=reading, run_id=run_id, recorded_by_id=None, now=now
    )
