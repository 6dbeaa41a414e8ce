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
from pointsvc.members.operators import find_operator_by_phone
from pointsvc.members.queries import find_member_by_phone
from pointsvc.members.second_steps import reset_operators_second_step, reset_second_step
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


@members.command("reset-second-step")
@click.option("--phone", required=True)
@click.option("--community", help="its id or its name; without it, the operator of this phone")
def reset(phone: str, community: str | None) -> None:
    """Take away the second step of somebody who lost phone and recovery codes."""
    with opened_app():
        now = clock.now()
        if community is None:
            operator_id = find_operator_by_phone(phone)
            if operator_id is None:
                raise NotFound
            transact(lambda: reset_operators_second_step(operator_id=operator_id))
        else:
            community_id = named_community(community).id
            found = find_member_by_phone(community_id, phone)
            if found is None:
                raise NotFound
            transact(
                lambda: reset_second_step(
                    subject_id=found, community_id=community_id, actor=SYSTEM, now=now
                )
            )
        click.echo(
            "二次验证已重置 · the second step is gone; 24 小时内不能批准 · no approvals for 24 h"
        )


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
