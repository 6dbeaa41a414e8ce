"""`pointsvc plots holidays`."""

from __future__ import annotations

from pathlib import Path

import click

from pointsvc.cli.running import opened_app
from pointsvc.kernel.transaction import transact
from pointsvc.plots.calendar.holidays import all_holidays, read_holidays, store_holidays


@click.group()
def plots() -> None:
    """责任田：节假日。 Duty plots: the holidays that care calendars follow."""


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
