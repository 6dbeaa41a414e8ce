"""`pointsvc plots holidays` and `calendars`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from pointsvc.cli.members import one_community
from pointsvc.cli.running import opened_app
from pointsvc.communities.queries import CommunityFacts, find_places
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.holidays import all_holidays, read_holidays, store_holidays
from pointsvc.plots.calendar.making import (
    Generated,
    generations,
    leading_at,
    looked_at,
    write_all,
)
from pointsvc.plots.rules.horizons import is_within, plots_of_step
from pointsvc.plots.telling import trace


@click.group()
def plots() -> None:
    """责任田：节假日、日程。 Duty plots: holidays, calendars of all of them."""


@plots.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def holidays(file: Path | None) -> None:
    """Print the days as CSV; with FILE, take its days for the years in it (`2027-10-01,国庆节,休`)."""
    with opened_app():
        if file is not None:
            days = read_holidays(file.read_text(encoding="utf-8-sig").splitlines())
            years = transact(lambda: store_holidays(days))
            click.echo(f"{len(days)} days of {', '.join(map(str, years))}", err=True)
        for day in all_holidays():
            click.echo(f"{day.day_on.isoformat()},{day.name},{'班' if day.is_workday else '休'}")


@plots.command()
@click.option("--community", help="its id or its name; needed when there are several")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="the last day")
@click.option("--commit", "is_commit", is_flag=True, help="write what was found")
def calendars(community: str | None, until: datetime, *, is_commit: bool) -> None:
    """Say what the calendars of all plots would make until a day; --commit writes it, in steps.

    What somebody joined is never touched, twice is the same as once. Each plot's leader opens its shifts.
    """
    with opened_app():
        facts = one_community(community)
        today, last = clock.local_day(clock.now(), facts.zone), until.date()
        if not is_within(last, today):
            raise click.BadParameter("1 day to 5 years from today", param_hint="--until")
        found, leaders = find_places(facts.id, kind="plot"), leading_at(facts.id)
        led = [place.id for place in found if place.id in leaders]
        click.echo(f"{len(led)} 块田有组长 · plots with a leader, of {len(found)}", err=True)
        done, size = Generated(facts.id, 0, 0, 0, 0), plots_of_step((last - today).days)
        for start in range(0, len(led), size):
            for each in _step(facts, led[start : start + size], last, is_commit=is_commit):
                done = done.plus(each)
            click.echo(f"\r{min(start + size, len(led))}/{len(led)}", nl=False, err=True)
        click.echo("", err=True)
        if is_commit:
            detail = {"until": last.isoformat(), "plots": len(led), "new": done.new_count}
            transact(lambda: _note(facts.id, detail))
        click.echo(f"new {done.new_count}, changed {done.changed_count}, withdrawn ", nl=False)
        click.echo(f"{done.withdrawn_count}, joined {done.joined_count}, kept {done.kept_count}")


def _note(community_id: UUID, detail: dict[str, Any]) -> None:
    action = "plots.calendars_made"
    subject: dict[str, Any] = {"subject_id": community_id, "now": clock.now(), "detail": detail}
    trace(community_id=community_id, by_id=None, action=action, **subject)


def _step(
    facts: CommunityFacts, place_ids: list[UUID], until: date, *, is_commit: bool
) -> list[Generated]:
    def work() -> list[Generated]:
        now = clock.now()
        made = list(generations(facts, place_ids, until, now))
        if not is_commit:
            return [looked_at(*each) for each in made]
        leaders = leading_at(facts.id)
        return write_all(community=facts, made=made, leaders=leaders, made_by_id=None, now=now)

    return transact(work)
