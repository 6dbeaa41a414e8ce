"""Clerks say where places lie; others neither write nor read it."""

from __future__ import annotations

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.audit.models import AuditEvent
from pointsvc.communities.queries import get_place
from pointsvc.kernel.geo import Circle, Point
from tests.support.cast import Cast, Person, bearer, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("database")]
WHERE = {"point": "38.252137，106.771849", "radius_metres": "80"}


def path(cast: Cast) -> str:
    return f"/organisation/places/{cast.plot_id}/position"


def put(client: HouseClient, cast: Cast, person: Person, **form: Any) -> TestResponse:
    return client.post(path(cast), data=WHERE | form, headers=bearer(person))


def stored(cast: Cast) -> Circle | None:
    return get_place(cast.community_id, cast.plot_id).position


def test_a_clerk_says_where_a_plot_lies(client: HouseClient, cast: Cast) -> None:
    assert put(client, cast, cast.zhaofang).status_code == 303
    assert stored(cast) == Circle(Point(38_252_137, 106_771_849), 80)
    sign_in_cookie(client, cast.zhaofang)
    assert "坐标，80 米内" in client.get("/organisation/places").text
    page = client.get(path(cast))
    assert 'value="38.252137, 106.771849"' in page.text
    assert "GCJ-02" in page.text
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]


def test_the_trail_knows_that_it_was_set_and_not_where(
    client: HouseClient, cast: Cast, database: SQLAlchemy
) -> None:
    for _twice in range(2):  # the second one changes nothing and is not noted
        put(client, cast, cast.zhaofang)
    wanted = select(AuditEvent).where(AuditEvent.action == "communities.place_located")
    [event] = database.session.scalars(wanted)
    assert (event.subject_id, event.detail) == (cast.plot_id, {"radius_metres": 80})


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"point": "106.771849, 38.252137"}, "先纬度，后经度"),  # the wrong way round
        ({"point": "在小区中间"}, "先纬度，后经度"),
        ({"point": ""}, ""),
        ({"radius_metres": "9"}, ""),
        ({"radius_metres": "2001"}, ""),
        ({"radius_metres": "近"}, ""),
    ],
)
def test_a_wrong_one_keeps_what_was_typed(
    client: HouseClient, cast: Cast, form: dict[str, str], words: str
) -> None:
    answer = put(client, cast, cast.zhaofang, **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(f'value="{typed}"' in answer.text for typed in (WHERE | form).values())
    assert "geolocation=(self)" in answer.headers["Permissions-Policy"]
    assert stored(cast) is None


def test_a_clerk_takes_it_away_again(client: HouseClient, cast: Cast) -> None:
    put(client, cast, cast.zhaofang)
    answer = client.post(f"{path(cast)}/forget", headers=bearer(cast.zhaofang))
    assert (answer.status_code, stored(cast)) == (303, None)


@pytest.mark.parametrize("who", ["limei", "wangqiang", "zhoumin", "hedu"])
def test_others_may_not(client: HouseClient, cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    assert put(client, cast, person).status_code == 403
    assert client.get(path(cast), headers=bearer(person)).status_code == 403
    assert client.post(f"{path(cast)}/forget", headers=bearer(person)).status_code == 403


def test_another_communitys_place_is_nowhere(client: HouseClient, cast: Cast) -> None:
    foreign = f"/organisation/places/{cast.other_plot_id}/position"
    assert client.get(foreign, headers=bearer(cast.zhaofang)).status_code == 404
    assert client.post(foreign, data=WHERE, headers=bearer(cast.zhaofang)).status_code == 404
    assert put(client, cast, cast.chenjing).status_code == 404


def test_the_public_list_of_places_shows_no_position(client: HouseClient, cast: Cast) -> None:
    put(client, cast, cast.zhaofang)
    assert "38.25" not in client.get("/api/v1/places", headers=bearer(cast.limei)).text
