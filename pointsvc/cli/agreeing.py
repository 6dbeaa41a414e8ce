"""`pointsvc members requests` and `agree`: where a community has no second person, an operator is one."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from pointsvc.cli.members import members, one_community
from pointsvc.cli.running import opened_app
from pointsvc.kernel import clock
from pointsvc.kernel.errors import NotFound
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.transaction import transact
from pointsvc.members.agreeing import decide_request
from pointsvc.members.operators import find_operator_by_phone
from pointsvc.members.person_requests import PersonAsked, find_request, waiting_requests
from pointsvc.members.queries import find_member_by_phone
from pointsvc.members.second_persons import Decider
from pointsvc.shop.forms.requests import AnswerForm
from pointsvc.web.asked_people import names_in, sides_of
from pointsvc.web.gone import ROOMS


@members.command("requests")
@click.option("--community", help="its id or its name")
def show_requests(community: str | None) -> None:
    """What clerks asked about people's accounts, and waits for a second person."""
    with opened_app():
        facts, now = one_community(community), clock.now()
        waiting = waiting_requests(facts.id, now)
        for each in waiting:
            _tell(facts.id, each)
        if not waiting:
            click.echo("没有等着的申请 · nothing waits")


@members.command("agree")
@click.argument("request_id", type=click.UUID)
@click.option("--community", help="its id or its name")
@click.option("--operator", required=True, help="the phone of the operator who looked at it")
@click.option("--decline", help="say no, for this reason")
@click.option("--yes", is_flag=True, help="do not ask again")
def agree(
    request_id: UUID, community: str | None, operator: str, decline: str | None, *, yes: bool
) -> None:
    """Be the second person, in an operator's name: the account of nobody in the community."""
    with opened_app():
        facts, now = one_community(community), clock.now()
        operator_id = find_operator_by_phone(operator)
        found = find_request(facts.id, request_id)
        if operator_id is None or found is None:
            raise NotFound
        answer = parse_form(
            AnswerForm, {"approve": "yes" if decline is None else "no", "answer": decline or ""}
        )["answer"]
        account_id = find_member_by_phone(facts.id, operator)
        _tell(facts.id, found)
        if not yes and not click.confirm("看过了，照办？ · Go on?"):
            sys.exit(1)
        transact(
            lambda: decide_request(
                community_id=facts.id,
                request_id=request_id,
                decider=Decider(
                    operator_id, "operator", accounts=(account_id,) if account_id else ()
                ),
                approve=decline is None,
                answer=answer,
                rooms=ROOMS.follow,
                now=now,
                today=clock.local_day(now, facts.zone),
            )
        )
        click.echo("记下了 · done")


def _tell(community_id: UUID, asked: PersonAsked) -> None:
    now, names = clock.now(), names_in(community_id, [asked])
    gone, kept = sides_of(community_id, asked, today=now.date(), now=now)
    click.echo(f"{asked.id}  {asked.kind}  {asked.asked_at:%Y-%m-%d %H:%M}Z")
    for word, side in (("账户 · account", gone), ("并入 · into", kept)):
        if side is not None:
            held = "  ".join(f"{each.unit} {each.balance}" for each in side.balances)
            click.echo(f"  {word}  {side.member.volunteer_no}  {side.member.name}  {held}")
    click.echo(f"  {names.get(asked.asked_by_id, '?')}: {asked.reason}")
