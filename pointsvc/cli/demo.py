"""`pointsvc demo`: the sample street, built and served."""

from __future__ import annotations

import os
from typing import Final

import click

from pointsvc.cli.running import opened_app
from pointsvc.cli.serve import address, run_server
from pointsvc.communities.queries import all_communities
from pointsvc.config import Settings, SettingsError
from pointsvc.demo.people import CAST, FOREIGNER, OPERATOR, PASSWORD
from pointsvc.demo.renewal import renew
from pointsvc.demo.street import build_street
from pointsvc.kernel import clock
from pointsvc.kernel.counting import counting_together
from pointsvc.kernel.qr import terminal
from pointsvc.members.operators import has_operator
from pointsvc.organisation.words import ROLE_NAMES

FOLDER: Final = "./pointsvc-demo"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@counting_together()
def demo(host: str, port: int) -> None:
    """Serve a sample street, with a believable past month and invented people."""
    os.environ.setdefault("POINTSVC_INSTANCE", FOLDER)
    os.environ.setdefault("POINTSVC_PUBLIC_URL", address(host, port))
    settings = Settings.from_environment()
    with opened_app(settings):
        _prepare()
    _greet(address(host, port))
    run_server(settings, host, port, with_jobs=True)


def _prepare() -> None:
    """Build the street once, renew it at every start; never beside real communities."""
    communities = all_communities()
    if any(not community.is_demo for community in communities) or (
        has_operator() and not communities
    ):
        message = "这个数据库里有真实的社区，样板不能放在旁边 · the database is not a demo's"
        raise SettingsError(message)
    now = clock.now()
    if communities:
        renew(now, afresh=True)
        return
    click.echo("正在搭样板小区… building the demo street…")
    build_street(now)


def _greet(url: str) -> None:
    click.echo(terminal(url, ansi=False))
    click.echo(f"{url}    密码 password: {PASSWORD}")
    name, phone = OPERATOR
    click.echo(f"  {phone}  {name}  {ROLE_NAMES['operator']} operator")
    for resident in CAST:
        role = resident.roles[-1]
        click.echo(f"  {resident.phone}  {resident.name}  {ROLE_NAMES[role]} {role}")
    click.echo(f"  {FOREIGNER.phone}  {FOREIGNER.name}  另一个社区的志愿者 of another community")
