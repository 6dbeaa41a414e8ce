"""`pointsvc members …`."""

from __future__ import annotations

from uuid import UUID

import click
from flask import Flask

from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.running import opened_app
from pointsvc.communities.queries import CommunityFacts, find_community_named, get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.rules import ROLES
from pointsvc.web.invitations import PATH, invite_to_role, scope_of


@click.group()
def members() -> None:
    """居民：邀请。 Members: invite them."""


@members.command()
@click.option("--community", required=True, help="its id or its name")
@click.option("--phone", required=True)
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--number", type=int, help="which group, station or shop, where there are several")
def invite(community: str, phone: str, role: str, number: int | None) -> None:
    """Print a one-time address at which the invited person sets a password."""
    with opened_app() as app:
        community_id = named_community(community).id
        now, scope = clock.now(), scope_of(community_id, role, number)
        token = transact(
            lambda: invite_to_role(
                community_id=community_id,
                phone=phone,
                role=role,
                invited_by=SYSTEM,
                now=now,
                group_id=scope.get("group_id"),
                place_id=scope.get("place_id"),
            )
        )
        click.echo(f"{public_url(app)}{PATH}{token}")


def named_community(wanted: str) -> CommunityFacts:
    """The community of this id or name. Raises NotFound."""
    try:
        return get_community(UUID(wanted))
    except ValueError:
        found = find_community_named(wanted)
    if found is None:
        raise NotFound
    return found


def public_url(app: Flask) -> str:
    """Where people reach the server, without a slash at the end."""
    return str(app.config["PUBLIC_URL"] or "http://127.0.0.1:8000").rstrip("/")
