"""Communities: names of their own, zones that exist, and nothing shared."""

from __future__ import annotations

import pytest

from pointsvc.communities.errors import CommunityExists
from pointsvc.communities.queries import get_community
from pointsvc.communities.service import create_community, create_place
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def found(name: str, zone: str = "Asia/Shanghai") -> object:
    return transact(
        lambda: create_community(community_id=new_id(), name=name, zone=zone, now=clocks.now())
    )


@pytest.mark.usefixtures("cast")
def test_a_name_stands_once_on_a_server() -> None:
    with pytest.raises(CommunityExists):
        found(" 尚城名邸 ")


@pytest.mark.parametrize(
    ("name", "zone"), [("", "Asia/Shanghai"), ("名" * 81, "Asia/Shanghai"), ("新区", "Mars/Base")]
)
def test_a_community_that_cannot_be_is_refused(name: str, zone: str) -> None:
    with pytest.raises(Invalid):
        found(name, zone)


def test_an_absent_community_is_not_found() -> None:
    with pytest.raises(NotFound):
        get_community(new_id())


def test_two_communities_number_their_places_alone(cast: Cast) -> None:
    for community_id in (cast.community_id, cast.other_community_id):
        made = transact(
            lambda community_id=community_id: create_place(  # type: ignore[misc]
                community_id=community_id, place_id=new_id(), kind="hall", name="活动室"
            )
        )
        assert made.number == 1


def test_the_operator_founds_a_community_and_invites_its_clerk(
    client: HouseClient, cast: Cast
) -> None:
    headers = bearer(cast.heyun)
    form = {"name": "新家园", "zone": "Asia/Urumqi"}
    made = client.post("/operator/communities/new", data=form, headers=headers)
    assert made.status_code == 303
    again = client.post("/operator/communities/new", data=form, headers=headers)
    assert again.status_code == 409
    assert "新家园" in again.text
    page = made.headers["Location"]
    invited = client.post(
        page, data={"phone": "13911112222", "name": "钱专干", "role": "clerk"}, headers=headers
    )
    assert "/sign-in/invitation/" in invited.text


def test_the_operator_sees_numbers_and_nobody_s_data(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.heyun)
    pages = ["/operator", f"/operator/communities/{cast.community_id}"]
    for page in pages:
        shown = client.get(page, headers=headers)
        assert shown.status_code == 200
        assert "尚城名邸" in shown.text
        assert "李梅" not in shown.text
    assert client.get(f"/operator/communities/{new_id()}", headers=headers).status_code == 404
