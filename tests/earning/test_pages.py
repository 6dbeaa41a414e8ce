"""积分细则 through the front door: everyone reads, the clerk writes, refusals beside their field."""

from __future__ import annotations

from typing import Any

import pytest

from pointsvc.activities.service import set_ways
from pointsvc.communities.queries import get_community
from pointsvc.earning.queries import find_versions
from pointsvc.earning.service import Terms
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.earning.office import TODAY, TOMORROW, Office
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

READERS = ("limei", "wangqiang", "sungang", "zhangdian", "zhaofang", "hedu", "zhoumin")
NEW_VERSION = "/earning/PLOT_CARE/versions"


@pytest.fixture
def clerk(office: Office, client: HouseClient) -> HouseClient:
    """赵芳's browser."""
    sign_in_cookie(client, office.cast.zhaofang)
    return client


def form(**changes: Any) -> dict[str, str]:
    """The form of a new version: twelve points an hour from tomorrow."""
    given = {
        "tariff_id": new_id(),
        "basis": "hour",
        "rate_points": 12,
        "step_minutes": 30,
        "minimum_percent": 60,
        "cap_day_points": 36,
        "cap_month_points": "",
        "cap_holder": "member",
        "counts_as_service": "yes",
        "expiry": "end_of_next_year",
        "expiry_months": "",
        "valid_from_on": TOMORROW,
        "decision": "居民会议第 3 号决议",
        "decided_on": TODAY,
    }
    return {name: str(value) for name, value in (given | changes).items()}


def scale_form(**changes: Any) -> dict[str, str]:
    """One point an hour from tomorrow."""
    given = {
        "change_id": new_id(),
        "scale": 1,
        "valid_from_on": TOMORROW,
        "decision": "居民会议第 4 号决议",
        "decided_on": TODAY,
    }
    return {name: str(value) for name, value in (given | changes).items()}


@pytest.mark.parametrize("who", READERS)
def test_everybody_reads_what_a_deed_is_worth_and_why(
    office: Office, client: HouseClient, who: str
) -> None:
    sign_in_cookie(client, getattr(office.cast, who))
    page = client.get("/earning").text
    for words in ("责任田养护", "每小时 10 分", "每人一天 30 分、一月 240 分", "种子细则"):
        assert words in page
    assert "90 分钟记 15 分" in client.get("/earning/PLOT_CARE").text


def test_what_is_coming_is_announced(clerk: HouseClient, office: Office) -> None:
    office.set(Terms("hour", 12))
    assert "2026-11-22 起：每小时 12 分" in clerk.get("/earning").text
    page = clerk.get("/earning/PLOT_CARE").text
    assert page.index("还没起用") < page.index("现用")


def test_an_activity_is_found_by_name_or_code(clerk: HouseClient) -> None:
    page = clerk.get("/earning?q=巡逻").text
    assert "夜间巡逻" in page
    assert "责任田养护" not in page
    assert "夜间巡逻" in clerk.get("/earning?q=patrol_night").text
    assert "没有找到“跳舞”" in clerk.get("/earning?q=跳舞").text


def test_what_is_out_of_use_is_not_on_the_board(office: Office, client: HouseClient) -> None:
    facts = {"community_id": office.community_id, "changed_by_id": office.cast.zhaofang.id}
    transact(lambda: set_ways(ways={"PATROL": []}, now=clock.now(), **facts))
    sign_in_cookie(client, office.cast.limei)
    assert "治安/消防巡逻" not in client.get("/earning").text
    sign_in_cookie(client, office.cast.zhaofang)
    assert "治安/消防巡逻" in client.get("/earning").text


def test_looking_needs_no_decision_and_writing_does(clerk: HouseClient) -> None:
    assert "90 分钟记 18 分" in clerk.post(NEW_VERSION, data=form(look="yes", decision="")).text
    assert clerk.post(NEW_VERSION, data=form(decision="")).status_code == 422


def test_the_clerk_looks_first_and_then_writes(clerk: HouseClient, office: Office) -> None:
    look = clerk.post(NEW_VERSION, data=form(look="yes"))
    assert "90 分钟记 18 分" in look.text
    assert 'value="12"' in look.text
    assert office.on(TOMORROW).version == 1
    sent = form()
    for _tap in range(2):
        assert clerk.post(NEW_VERSION, data=sent).location == "/earning/PLOT_CARE"
    assert (office.on(TOMORROW).rate_points, office.on(TOMORROW).version) == (12, 2)


@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"valid_from_on": "2026-11-20"}, "valid_from_on", 409),
        ({"valid_from_on": "2026-11-01"}, "valid_from_on", 409),
        ({"valid_from_on": "soon"}, "valid_from_on", 422),
        ({"valid_from_on": "9999-12-31"}, "valid_from_on", 422),
        ({"decided_on": "0001-01-01"}, "decided_on", 422),
        ({"decision": "  "}, "decision", 422),
        ({"decision": "长" * 201}, "decision", 422),
        ({"decided_on": TOMORROW}, "decided_on", 422),
        ({"rate_points": "1.5"}, "rate_points", 422),
        ({"rate_points": "1e3"}, "rate_points", 422),
        ({"rate_points": ""}, "rate_points", 422),
        ({"rate_points": "100001"}, "rate_points", 422),
        ({"rate_points": "-1"}, "rate_points", 422),
        ({"cap_day_points": "-1"}, "cap_day_points", 422),
        ({"expiry": "months"}, "expiry_months", 422),
        ({"basis": "moon"}, "basis", 422),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_written(
    clerk: HouseClient, office: Office, changes: dict[str, Any], field: str, status: int
) -> None:
    answer = clerk.post(NEW_VERSION, data=form(**changes))
    assert answer.status_code == status
    assert f'id="field-{field}-error"' in answer.text or f'href="#field-{field}"' in answer.text
    assert 'value="36"' in answer.text or "cap_day_points" in changes
    versions = find_versions(community_id=office.community_id, codes=["PLOT_CARE"])
    assert len(versions["PLOT_CARE"]) == 1


def test_a_day_that_is_taken_is_said_beside_the_day(clerk: HouseClient, office: Office) -> None:
    office.set(Terms("hour", 11))
    answer = clerk.post(NEW_VERSION, data=form())
    assert answer.status_code == 409
    assert "这个类别在 2026-11-22 已有一个版本" in answer.text


def test_months_are_kept_only_where_they_mean_something(clerk: HouseClient, office: Office) -> None:
    clerk.post(NEW_VERSION, data=form(expiry="months", expiry_months=6))
    assert (office.on(TOMORROW).expiry, office.on(TOMORROW).expiry_months) == ("months", 6)
    later = form(expiry="never", expiry_months=6, valid_from_on="2026-12-01")
    assert clerk.post(NEW_VERSION, data=later).status_code == 303


def test_the_scale_is_shown_before_it_is_written(clerk: HouseClient, office: Office) -> None:
    seen = clerk.post("/earning/scale", data=scale_form())
    assert seen.status_code == 200
    assert "下面还没有写入" in seen.text
    assert "每小时 1 分" in seen.text
    assert office.on(TOMORROW).version == 1
    sent = scale_form(confirmed="yes")
    for _tap in range(2):
        assert clerk.post("/earning/scale", data=sent).location == "/earning"
    assert (office.on(TOMORROW).rate_points, office.on(TOMORROW).version) == (1, 2)
    assert "一小时志愿服务 1 分" in clerk.get("/earning").text


@pytest.mark.parametrize("confirmed", ["", "yes"])
@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"scale": 0}, "scale", 422),
        ({"scale": 1001}, "scale", 422),
        ({"scale": 10}, "scale", 422),
        ({"valid_from_on": "2026-11-20"}, "valid_from_on", 409),
        ({"valid_from_on": TODAY, "scale": 5000}, "scale", 422),
        ({"decision": ""}, "decision", 422),
        ({"decided_on": TOMORROW}, "decided_on", 422),
    ],
)
def test_a_scale_that_does_not_fit_changes_nothing(
    clerk: HouseClient,
    office: Office,
    changes: dict[str, Any],
    field: str,
    status: int,
    confirmed: str,
) -> None:
    answer = clerk.post("/earning/scale", data=scale_form(confirmed=confirmed, **changes))
    assert answer.status_code == status
    assert f'id="field-{field}-error"' in answer.text
    assert get_community(office.community_id).settings.rate_scale == 10
    assert office.on(TOMORROW).version == 1


@pytest.mark.parametrize("who", [name for name in READERS if name != "zhaofang"])
def test_only_the_clerk_writes(office: Office, client: HouseClient, who: str) -> None:
    sign_in_cookie(client, getattr(office.cast, who))
    assert "写一个新版本" not in client.get("/earning/PLOT_CARE").text
    assert client.post(NEW_VERSION, data=form()).status_code == 403
    assert client.get("/earning/scale").status_code == 403
    assert client.post("/earning/scale", data=scale_form(confirmed="yes")).status_code == 403
    assert office.on(TOMORROW).version == 1


def test_an_activity_that_is_not_there_is_not_found(clerk: HouseClient) -> None:
    assert "earning.tariff_unknown" in clerk.get("/earning/DANCING").text
    assert clerk.post("/earning/DANCING/versions", data=form()).status_code == 404


def test_another_community_sees_its_own_tariffs_only(office: Office, client: HouseClient) -> None:
    sign_in_cookie(client, office.cast.chenjing)
    assert "还没有细则" in client.get("/earning").text
    assert client.get("/earning/PLOT_CARE").status_code == 404
    assert client.post(NEW_VERSION, data=form()).status_code == 403


def test_the_setting_of_the_scale_is_moved_here_alone(clerk: HouseClient, office: Office) -> None:
    assert "rate_scale" not in clerk.get("/organisation/settings").text
    clerk.post("/organisation/settings", data={"rate_scale": "1"})
    assert get_community(office.community_id).settings.rate_scale == 10
