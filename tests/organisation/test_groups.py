"""Groups, what they tend, places in and out of use, and the community's own numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.errors import PlaceNumberTaken
from pointsvc.communities.queries import find_places, get_community, get_place
from pointsvc.communities.service import create_place
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.errors import GroupNumberTaken, PlaceTended
from pointsvc.organisation.office import change_settings
from pointsvc.organisation.queries import led_place_ids, people_of_groups, roles_of, tended_places
from pointsvc.organisation.schemas import SettingsForm
from pointsvc.organisation.service import (
    create_group,
    grant_role,
    join_group,
    leave_group,
    tend_place,
    untend_place,
)
from tests.support.cast import Cast, bearer
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def facts(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"community_id": cast.community_id, "actor": SYSTEM, "now": clocks.now(), **more}


def second_group(cast: Cast, number: int = 2) -> UUID:
    group_id = new_id()
    transact(
        lambda: create_group(**facts(cast, group_id=group_id, number=number, name="第二党小组"))
    )
    return group_id


def test_a_number_names_one_group(cast: Cast) -> None:
    with pytest.raises(GroupNumberTaken):
        second_group(cast, number=1)
    for number in (0, 10_000):
        with pytest.raises(Invalid):
            second_group(cast, number=number)


def test_a_place_is_tended_by_one_group(cast: Cast) -> None:
    other = second_group(cast)
    care = facts(cast, place_id=cast.plot_id)
    with pytest.raises(PlaceTended):
        transact(lambda: tend_place(group_id=other, **care))
    transact(lambda: untend_place(**care))
    assert transact(lambda: tend_place(group_id=other, **care))
    assert tended_places(cast.community_id)[cast.plot_id] == other
    transact(lambda: untend_place(**care))
    with pytest.raises(NotFound):
        transact(lambda: untend_place(**care))


def test_people_join_and_leave(cast: Cast) -> None:
    whom = facts(cast, group_id=cast.group_id, member_id=cast.hedu.id)
    assert transact(lambda: join_group(**whom))
    assert not transact(lambda: join_group(**whom))
    assert cast.hedu.id in people_of_groups(cast.community_id, [cast.group_id])[cast.group_id]
    transact(lambda: leave_group(**whom))
    with pytest.raises(NotFound):
        transact(lambda: leave_group(**whom))


def test_who_leaves_a_group_leads_it_no_longer(cast: Cast) -> None:
    whom = facts(cast, group_id=cast.group_id, member_id=cast.hedu.id)
    by = {"role": "leader", "granted_by": whom["actor"], "grant_id": new_id()}
    granted = {name: value for name, value in whom.items() if name != "actor"}
    transact(lambda: join_group(**whom))
    transact(lambda: grant_role(**granted, **by))
    assert "leader" in roles_of(cast.community_id, cast.hedu.id)
    transact(lambda: leave_group(**whom))
    assert roles_of(cast.community_id, cast.hedu.id) == {"volunteer", "supervisor"}
    led = led_place_ids(cast.community_id, [cast.wangqiang.id, cast.limei.id])
    assert led == {cast.wangqiang.id: {cast.plot_id}}


def test_strangers_join_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound):
        transact(
            lambda: join_group(**facts(cast, group_id=cast.group_id, member_id=cast.chenjing.id))
        )
    with pytest.raises(NotFound):
        transact(
            lambda: tend_place(**facts(cast, group_id=cast.group_id, place_id=cast.other_plot_id))
        )


def test_a_place_s_number_is_never_used_again(cast: Cast) -> None:
    make: dict[str, Any] = {"community_id": cast.community_id, "kind": "plot", "name": "又一田"}
    with pytest.raises(PlaceNumberTaken):
        transact(lambda: create_place(place_id=new_id(), number=1, **make))
    made = transact(lambda: create_place(place_id=new_id(), **make))
    assert made.number == 2


def test_the_clerk_keeps_places_on_a_page(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.zhaofang)
    form = {"kind": "hall", "name": "活动室", "number": "7"}
    assert client.post("/organisation/places", data=form, headers=headers).status_code == 303
    again = client.post("/organisation/places", data=form, headers=headers)
    assert again.status_code == 409
    assert "活动室" in again.text
    assert "已经有 7 号" in again.text
    [hall] = find_places(cast.community_id, kind="hall")
    client.post(f"/organisation/places/{hall.id}/close", headers=headers)
    assert not get_place(cast.community_id, hall.id).is_open
    client.post(f"/organisation/places/{hall.id}/reopen", headers=headers)
    assert get_place(cast.community_id, hall.id).is_open


def test_the_clerk_keeps_groups_on_a_page(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.zhaofang)
    wrong = client.post(
        "/organisation/groups", data={"number": "1", "name": "重号组"}, headers=headers
    )
    assert wrong.status_code == 409
    assert "重号组" in wrong.text
    page = f"/organisation/groups/{cast.group_id}"
    assert "王强" in client.get(page, headers=headers).text
    found = client.get(f"{page}?q=何督", headers=headers)
    assert str(cast.hedu.id) in found.text
    client.post(f"{page}/people", data={"member_id": str(cast.hedu.id)}, headers=headers)
    assert "何督" in client.get(page, headers=headers).text
    client.post(f"{page}/name", data={"name": "先锋组"}, headers=headers)
    assert "先锋组" in client.get("/organisation/groups", headers=headers).text


def test_settings_stay_within_bounds_and_the_page_keeps_what_was_typed(
    client: HouseClient, cast: Cast
) -> None:
    headers = bearer(cast.zhaofang)
    current = get_community(cast.community_id).settings
    form = {name: str(getattr(current, name)) for name in SettingsForm().fields}
    done = client.post(
        "/organisation/settings", data={**form, "pin_above_points": "50"}, headers=headers
    )
    assert done.status_code == 303
    assert get_community(cast.community_id).settings.pin_above_points == 50
    wrong = client.post(
        "/organisation/settings", data={**form, "receivable_share_percent": "101"}, headers=headers
    )
    assert wrong.status_code == 422
    assert 'value="101"' in wrong.text
    assert get_community(cast.other_community_id).settings.pin_above_points == 100


@pytest.mark.parametrize(
    "changes",
    [
        {"no_such": 1},
        {"provisional_hours": 0},
        {"day_minutes_auto": 700, "day_minutes_held": 600},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_refused(cast: Cast, changes: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        transact(lambda: change_settings(changes=changes, **facts(cast)))
