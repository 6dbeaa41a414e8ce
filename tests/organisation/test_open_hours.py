"""When the shop is open: the clerk writes it, the residents read it."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.audit.models import AuditEvent
from pointsvc.communities.queries import find_places, get_place
from pointsvc.communities.service import create_place
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.ids import new_id
from tests.support.cast import Cast, Person, bearer
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")

HOURS = "每月 5 日和 20 日 9:00–11:00"


def write(client: HouseClient, cast: Cast, hours: str, by: Person | None = None) -> int:
    path = f"/organisation/places/{cast.shop_id}/hours"
    headers = bearer(by or cast.zhaofang)
    return client.post(path, data={"open_hours": hours}, headers=headers).status_code


def kept(cast: Cast) -> str | None:
    return get_place(cast.community_id, cast.shop_id).open_hours


def test_residents_read_what_the_clerk_wrote(client: HouseClient, cast: Cast) -> None:
    assert write(client, cast, f" {HOURS} ") == 303
    for page in ("/me", "/shop/window"):
        assert HOURS in client.get(page, headers=bearer(cast.limei)).text
    write(client, cast, "")
    assert kept(cast) is None
    for page in ("/me", "/shop/window"):
        assert HOURS not in client.get(page, headers=bearer(cast.limei)).text


def test_a_change_is_noted_once(client: HouseClient, cast: Cast, database: SQLAlchemy) -> None:
    write(client, cast, HOURS)
    write(client, cast, HOURS)
    noted = database.select(AuditEvent.subject_id).where(
        AuditEvent.action == "communities.place_hours_set"
    )
    assert list(database.session.scalars(noted)) == [cast.shop_id]


def test_words_too_long_stand_beside_their_place(client: HouseClient, cast: Cast) -> None:
    path, words = f"/organisation/places/{cast.shop_id}/hours", "早" * 61
    answer = client.post(path, data={"open_hours": words}, headers=bearer(cast.zhaofang))
    assert answer.status_code == 422
    assert answer.text.count(words) == 1
    assert f'id="hours-{cast.shop_id}-error"' in answer.text
    assert 'id="field-open_hours-error"' not in answer.text
    assert kept(cast) is None


def test_a_workbook_s_words_are_no_longer_either(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        create_place(
            community_id=cast.community_id,
            place_id=new_id(),
            kind="shop",
            name="二店",
            open_hours="早" * 61,
        )
    assert list(refused.value.errors) == ["open_hours"]


def test_a_new_station_opens_with_its_hours(client: HouseClient, cast: Cast) -> None:
    form = {"kind": "station", "name": "西门投放点", "number": "8", "open_hours": HOURS}
    client.post("/organisation/places", data=form, headers=bearer(cast.zhaofang))
    stations = find_places(cast.community_id, kind="station")
    assert {place.number: place.open_hours for place in stations}[8] == HOURS
    assert HOURS in client.get("/organisation/places", headers=bearer(cast.zhaofang)).text


def test_nobody_else_writes_them(client: HouseClient, cast: Cast) -> None:
    assert write(client, cast, HOURS, by=cast.limei) == 403
    assert write(client, cast, HOURS, by=cast.zhangdian) == 403
    absent = client.post(
        f"/organisation/places/{cast.other_plot_id}/hours",
        data={"open_hours": HOURS},
        headers=bearer(cast.zhaofang),
    )
    assert absent.status_code == 404
    assert kept(cast) is None


def test_the_json_says_what_it_said_before(client: HouseClient, cast: Cast) -> None:
    write(client, cast, HOURS)
    answer = client.get("/api/v1/places", headers=bearer(cast.limei))
    assert HOURS not in answer.get_data(as_text=True)
    assert {"id", "kind", "number", "name", "location"} >= set(answer.json["places"][0])  # type: ignore[index]
