"""`pointsvc members …`."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import click
from flask import Flask

from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.running import opened_app
from pointsvc.communities.queries import (
    CommunityFacts,
    all_communities,
    find_community_named,
    get_community,
)
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound, Refusal
from pointsvc.kernel.transaction import transact
from pointsvc.members.erased_before import Erased, back_again, erase_again, write_erased
from pointsvc.members.operators import find_operator_by_phone
from pointsvc.members.queries import find_member_by_phone, get_member
from pointsvc.members.second_steps import reset_operators_second_step, reset_second_step
from pointsvc.organisation.rules import ROLES
from pointsvc.web.gone import forgets
from pointsvc.web.invitations import PATH, invite_to_role, scope_of


@click.group()
def members() -> None:
    """居民：邀请、重置二次验证、再注销。 Members: invite, reset a second step, erase again."""


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


@members.command("erase-again")
def erase_those_again() -> None:
    """After a copy was put back: erase again who had been erased since it was taken.

    Who cannot be erased is named with the reason, and the others are erased; then the exit code is 1.
    """
    with opened_app() as app:
        instance, now = Path(app.instance_path), clock.now()
        back = back_again(instance)
        left = {each: why for each in back if (why := _why_not_erased(each, now))}
        write_erased(instance)
        click.echo(f"重新抹去 · erased again: {len(back) - len(left)}")
        for each, why in left.items():
            member = get_member(each.community_id, each.member_id)
            click.echo(
                f"没有抹去 · not erased: {member.volunteer_no}  {each.member_id}  {why}", err=True
            )
        if left:
            click.echo("请办完上面的事，再运行一次 · settle these and run it again", err=True)
            sys.exit(1)


def _why_not_erased(each: Erased, now: datetime) -> str | None:
    """Erase one person; why it could not be, or nothing."""
    today = clock.local_day(now, get_community(each.community_id).zone)
    try:
        transact(partial(erase_again, erased=each, rooms=forgets(), now=now, today=today))
    except Refusal as refusal:
        return f"{refusal.code}  {refusal.detail}"
    except Exception as error:  # noqa: BLE001 - what one row spoils must not bring the others back
        return type(error).__name__
    return None


def named_community(wanted: str) -> CommunityFacts:
    """The community of this id or name. Raises NotFound."""
    try:
        return get_community(UUID(wanted))
    except ValueError:
        found = find_community_named(wanted)
    if found is None:
        raise NotFound
    return found


def one_community(wanted: str | None) -> CommunityFacts:
    """The community that is named, or the only one; several and none named: exit 2."""
    if wanted is not None:
        return named_community(wanted)
    communities = all_communities()
    if len(communities) != 1:
        click.echo("请用 --community 指明社区 · name a community with --community", err=True)
        for each in communities:
            click.echo(f"  {each.id}  {each.name}", err=True)
        sys.exit(2)
    return communities[0]


def public_url(app: Flask) -> str:
    """Where people reach the server, without a slash at the end."""
    return str(app.config["PUBLIC_URL"] or "http://127.0.0.1:8000").rstrip("/")
