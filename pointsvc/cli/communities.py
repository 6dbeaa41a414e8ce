"""`pointsvc communities …`."""

from __future__ import annotations

import click

from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.running import opened_app
from pointsvc.kernel import clock
from pointsvc.kernel.clock import DEFAULT_ZONE
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.web.new_community import found_community


@click.group()
def communities() -> None:
    """社区：新建。 Communities: make them."""


@communities.command()
@click.argument("name")
@click.option("--zone", default=DEFAULT_ZONE, show_default=True, help="IANA time zone")
def create(name: str, zone: str) -> None:
    """Make a community with the seed tariffs; its first clerk comes by `members invite`."""
    with opened_app():
        community_id, now = new_id(), clock.now()
        transact(
            lambda: found_community(
                community_id=community_id, name=name, zone=zone, actor=SYSTEM, now=now
            )
        )
        click.echo(f"{community_id}  {name}")
