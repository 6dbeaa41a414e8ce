"""Trainings and insurances: written down by the office, taken back, seen by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pointsvc.audit.queries import events_about
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.ids import new_id
from pointsvc.members.covers import covers_of, endings, insurances_of, trainings_of
from pointsvc.members.errors import NotActive
from tests.activities.equipping import insure, today, train
from tests.support.cast import Cast, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def test_one_policy_is_written_down_for_many_at_once(cast: Cast) -> None:
    people = (cast.limei, cast.liuyang, cast.wangqiang)
    assert [insure(*people), insure(*people)] == [3, 0]
    covers = covers_of(cast.community_id, [person.id for person in people])
    assert [len(covers[person.id].insurances) for person in people] == [1, 1, 1]
    [event] = events_about(
        cast.community_id,
        cast.limei.id,
        actions=["members.insurance_recorded"],
        since=clock.now() - timedelta(days=1),
    )
    assert event is not None


def test_a_stranger_is_not_insured_here(cast: Cast) -> None:
    with pytest.raises(NotActive):
        insure(cast.limei, cast.chenjing)
    assert insurances_of(cast.community_id, cast.limei.id) == []


def test_a_policy_that_ends_before_it_begins_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        insure(cast.limei, days=-3)


def test_what_runs_out_is_listed_until_it_goes_on(cast: Cast) -> None:
    insure(cast.limei, days=20)
    insure(cast.liuyang, days=200)
    train(cast.limei, days=40)
    found = endings(cast.community_id, today())
    assert [(each.name, each.kind) for each in found] == [("李梅", "insurance"), ("李梅", "mower")]
    insure(cast.limei, days=380, policy_no="P-2")
    assert [each.kind for each in endings(cast.community_id, today())] == ["mower"]


@pytest.mark.engines("sqlite")
def test_the_clerk_writes_down_and_takes_back(cast: Cast, client: HouseClient) -> None:
    sign_in_cookie(client, cast.zhaofang)
    here = f"/members/{cast.limei.id}"
    values = {"training_id": str(new_id()), "topic": "ladder", "given_by": "消防站"}
    values |= {"trained_on": today().isoformat(), "certificate_no": "=HYPERLINK(1)"}
    assert client.post(f"{here}/trainings", data=values).status_code == 303
    policy = {"policy_id": str(new_id()), "insurer": "人保", "policy_no": "P-9"}
    policy |= {"starts_on": today().isoformat(), "ends_on": today().isoformat()}
    assert client.post(f"{here}/insurances", data=policy).status_code == 303
    assert "P-9" in client.get(f"{here}/cover").text
    assert "P-9" in client.get("/members/covers.csv").text
    [training] = trainings_of(cast.community_id, cast.limei.id)
    assert client.post(f"/members/trainings/{training.id}/withdraw").status_code == 303
    assert trainings_of(cast.community_id, cast.limei.id) == []


@pytest.mark.engines("sqlite")
def test_a_wrong_form_keeps_what_was_typed(cast: Cast, client: HouseClient) -> None:
    sign_in_cookie(client, cast.zhaofang)
    values = {"training_id": str(new_id()), "topic": "ladder", "given_by": "消防站"}
    values |= {"trained_on": "2026-11-21", "ends_on": "2026-11-01"}
    answer = client.post(f"/members/{cast.limei.id}/trainings", data=values)
    assert answer.status_code == 422
    assert "到期须不早于开始" in answer.text
    assert 'value="消防站"' in answer.text


@pytest.mark.engines("sqlite")
def test_a_group_is_insured_on_one_page(cast: Cast, client: HouseClient) -> None:
    sign_in_cookie(client, cast.zhaofang)
    address = f"/organisation/groups/{cast.group_id}/insurance"
    assert client.get(address).text.count('name="member_id"') == 3
    policy: dict[str, Any] = {"policy_id": str(new_id()), "insurer": "人保", "policy_no": "P-7"}
    policy |= {"starts_on": "2026-11-21", "ends_on": "2027-11-20"}
    assert client.post(address, data=policy).status_code == 422
    policy["member_id"] = [str(cast.limei.id), str(cast.liuyang.id), str(cast.chenjing.id)]
    assert client.post(address, data=policy).status_code == 303
    assert insurances_of(cast.community_id, cast.limei.id)[0].policy_no == "P-7"


@pytest.mark.engines("sqlite")
def test_everybody_sees_their_own_and_nobody_another_s(cast: Cast, client: HouseClient) -> None:
    insure(cast.limei, policy_no="P-8")
    sign_in_cookie(client, cast.limei)
    assert "P-8" in client.get("/me/cover").text
    for person, status in ((cast.wangqiang, 403), (cast.chenjing, 404)):
        sign_in_cookie(client, person)
        assert client.get(f"/members/{cast.limei.id}/cover").status_code == status
        assert "P-8" not in client.get("/me/cover").text
