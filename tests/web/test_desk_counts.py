"""The clerk's desk says how many defects and gaps wait."""

from __future__ import annotations

import re

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.activities.calendar import Calendar
from tests.plots.doing import Doing
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient


@pytest.mark.engines("sqlite")
def test_the_clerk_s_desk_counts_what_waits(
    client: HouseClient,
    cast: Cast,
    database: SQLAlchemy,  # noqa: ARG001 - its context
) -> None:
    doing = Doing(Calendar(cast))
    doing.broken()
    doing.step(doing.broken(), "mended")
    sign_in_cookie(client, cast.zhaofang)
    page = client.get("/desk?role=clerk").text
    assert re.search(r'href="/plots/defects".*?cell-value number">1<', page, re.DOTALL)
