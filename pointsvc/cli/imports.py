"""`pointsvc imports workbook`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.members import named_community
from pointsvc.cli.running import opened_app
from pointsvc.communities.queries import CommunityFacts, all_communities
from pointsvc.imports.commit.people import known_people
from pointsvc.imports.commit.service import Committed, Step, is_long, steps_of
from pointsvc.imports.messages import OVERDRAWN, message_for
from pointsvc.imports.reading import Reading, read_workbook, reject_line
from pointsvc.imports.report import community_name, to_json, to_text
from pointsvc.kernel import clock
from pointsvc.kernel.clock import DEFAULT_ZONE
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
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
    now, community_id = clock.now(), target.id if target else new_id()
    steps = list(
        steps_of(
            community_id=community_id,
            reading=reading,
            run_id=new_id(),
            recorded_by_id=None,
            now=now,
        )
    )
    if target is None:
        name = community_name(reading) or "社区"
        steps.insert(0, lambda: _found(community_id, name, now))
        click.echo(f"新建社区 · made a community: {name}  {community_id}", err=True)
    _tell(reading, _written(reading, steps))


def _found(community_id: UUID, name: str, now: datetime) -> Committed:
    found_community(community_id=community_id, name=name, zone=DEFAULT_ZONE, actor=SYSTEM, now=now)
    return Committed()


def _written(reading: Reading, steps: list[Step]) -> Committed:
    """A book of usual size whole or not at all; a long one step by step, each of which holds."""
    if is_long(reading):
        return sum((transact(step) for step in steps), Committed())
    return transact(lambda: sum((step() for step in steps), Committed()))


def _tell(reading: Reading, done: Committed) -> None:
    click.echo(
        f"已写入 · written: {done.people} 人, {done.plots} 块田, {done.ledger_lines} 行台账, "
        f"{done.donations} 笔捐赠, {done.products} 种商品",
        err=True,
    )
    for line in done.overdrawn:
        [problem] = reject_line(reading, line, OVERDRAWN, value=str(line.points)).problems
        click.echo(f"- {line.sheet} 第 {line.row} 行：{message_for(problem)}", err=True)
