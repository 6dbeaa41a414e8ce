"""补录 at the doors: who may open what, the form, the second person's page, the member's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from pointsvc.audit.models import AuditEvent
from pointsvc.checkin.backfills import asked_by, page_of_ended
from pointsvc.checkin.models import BACKFILL_STATES, Backfill
from pointsvc.checkin.service.telling import TO_THE_ASKER, TOPICS
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.paging import PAGE_LENGTH
from pointsvc.kernel.transaction import transact
from pointsvc.web.message_words import WORDS
from tests.checkin.afterwards import Afterwards
from tests.checkin.households import share_a_door
from tests.support.cast import Cast, Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")

LIST = "/checkin/backfills"


def as_(client: HouseClient, person: Person) -> HouseClient:
    sign_in_cookie(client, person)
    return client


def form(after: Afterwards, **values: Any) -> dict[str, Any]:
    """王强 fills in that 李梅 was there yesterday from 09:00 to 11:00."""
    facts = {
        "backfill_id": new_id(),
        "shift_id": after.shift_id,
        "member_id": after.cast.limei.id,
        "on": "2026-11-20",
        "began": "09:00",
        "ended": "11:00",
        "reason": "手机没电",
        "evidence": "签到纸第 3 页",
    }
    return {key: value for key, value in (facts | values).items() if value is not None}


def ask(client: HouseClient, after: Afterwards, **values: Any) -> TestResponse:
    return client.post(f"{LIST}/new", data=form(after, **values), follow_redirects=True)


def page(client: HouseClient, backfill_id: UUID) -> TestResponse:
    return client.get(f"{LIST}/{backfill_id}")


def decide(client: HouseClient, backfill_id: UUID, approve: str, **values: str) -> TestResponse:
    data = {"approve": approve, **values}
    return client.post(f"{LIST}/{backfill_id}/decision", data=data, follow_redirects=True)


def test_the_whole_way_by_hand(
    after: Afterwards, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    """Asked, told, agreed to, waited out, counted; labelled wherever it is read."""
    assert "提上去了" in ask(as_(client, cast.wangqiang), after).text
    [asked] = asked_by(after.community_id, cast.wangqiang.id)
    assert "有人替您补录了" in as_(client, cast.limei).get("/me/messages").text
    assert "已同意" in decide(as_(client, cast.hedu), asked.id, "yes").text
    clock.advance(hours=48)
    after.duty.run_jobs()
    reader = as_(client, cast.limei)
    for address in ("/me/statement", "/me/messages", "/me/backfills"):
        assert "补录" in reader.get(address).text
    assert "20" in reader.get("/me/backfills").text
    assert (after.duty.points(cast.limei), verify_everything().ok) == (20, True)


def test_a_double_tap_asks_once(after: Afterwards, client: HouseClient) -> None:
    leader, same = as_(client, after.cast.wangqiang), new_id()
    assert [ask(leader, after, backfill_id=same).status_code for _tap in range(2)] == [200, 200]
    assert db.session.scalar(select(func.count()).select_from(Backfill)) == 1


def test_a_form_that_makes_no_sense_keeps_what_was_typed(
    after: Afterwards, client: HouseClient
) -> None:
    leader = as_(client, after.cast.wangqiang)
    for wrong in ({"member_id": None}, {"volunteer_no": "1"}, {"began": "12:30"}, {"reason": ""}):
        answer = ask(leader, after, **wrong)
        assert answer.status_code == 422
        assert "签到纸第 3 页" in answer.text
    assert "没有这个编号" in ask(leader, after, member_id=None, volunteer_no="9999").text


def test_a_refusal_by_a_rule_is_said_on_the_form(after: Afterwards, client: HouseClient) -> None:
    leader, cast = as_(client, after.cast.wangqiang), after.cast
    share_a_door(cast.wangqiang, cast.limei)
    answer = ask(leader, after)
    assert (answer.status_code, "家人" in answer.text) == (409, True)
    other = ask(leader, after, member_id=cast.liuyang.id, shift_id=after.duty.shift_id)
    assert (other.status_code, "还没有结束" in other.text) == (409, True)


def test_a_volunteer_is_found_by_number(after: Afterwards, client: HouseClient) -> None:
    """张店 is on no list of 王强's; the number is on the card."""
    leader = as_(client, after.cast.wangqiang)
    assert "提上去了" in ask(leader, after, member_id=None, volunteer_no="3").text
    [asked] = asked_by(after.community_id, after.cast.wangqiang.id)
    assert asked.member_id == after.cast.zhangdian.id


def test_the_form_offers_who_was_expected_and_nobody_of_the_own_household(
    after: Afterwards, client: HouseClient
) -> None:
    share_a_door(after.cast.wangqiang, after.cast.liuyang)
    leader = as_(client, after.cast.wangqiang)
    shown = leader.get(f"{LIST}/new", query_string={"shift_id": after.shift_id}).text
    assert "李梅" in shown
    assert "刘洋" not in shown
    assert "TRAIN" not in leader.get(f"{LIST}/new").text


def test_work_past_midnight_ends_on_the_next_day(after: Afterwards, client: HouseClient) -> None:
    night = {"shift_id": None, "place_id": after.cast.plot_id, "activity_kind": "PATROL_NIGHT"}
    answer = ask(as_(client, after.cast.wangqiang), after, **night, began="22:30", ended="00:30")
    assert "提上去了" in answer.text
    [asked] = asked_by(after.community_id, after.cast.wangqiang.id)
    assert asked.out_at - asked.in_at == timedelta(hours=2)


def test_the_months_share_is_shown_and_ends_the_form(
    after: Afterwards, client: HouseClient
) -> None:
    after.duty.set(backfill_quota=1)
    leader = as_(client, after.cast.wangqiang)
    ask(leader, after)
    refused = ask(leader, after, member_id=after.cast.liuyang.id)
    assert (refused.status_code, "用完了" in refused.text) == (409, True)
    assert "提一条补录</span>" not in leader.get(LIST).text


@pytest.mark.parametrize("name", ["limei", "zhangdian", "zhoumin", "hedu"])
def test_who_runs_no_shifts_does_not_ask(after: Afterwards, client: HouseClient, name: str) -> None:
    asker = as_(client, getattr(after.cast, name))
    assert asker.get(f"{LIST}/new").status_code == 403
    assert ask(asker, after).status_code == 403


def test_a_leader_of_elsewhere_opens_no_form_for_it(after: Afterwards, client: HouseClient) -> None:
    asker = as_(client, after.cast.sungang)
    shown = asker.get(f"{LIST}/new", query_string={"shift_id": after.shift_id})
    assert (shown.status_code, ask(asker, after).status_code) == (403, 403)


def test_chenjing_of_another_community_finds_nothing(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    asked = after.ask()
    stranger = as_(client, cast.chenjing)
    assert stranger.get(f"/me/backfills/{asked}/objection").status_code in {404, 405}
    for verb in ("decision", "stop", "withdrawal"):
        assert stranger.post(f"{LIST}/{asked}/{verb}", data={"reason": "x"}).status_code == 404
    assert page(stranger, asked).status_code == 404
    assert stranger.post(f"/me/backfills/{asked}/objection").status_code == 404
    assert stranger.get(LIST).status_code == 403
    assert after.state(asked) == "requested"


def test_the_second_person_reads_all_facts_and_decides(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    asked = after.ask(witness_id=cast.liuyang.id)
    supervisor = as_(client, cast.hedu)
    assert "李梅" in supervisor.get("/approvals").text
    shown = page(supervisor, asked).text
    for fact in ("李梅", "王强", "刘洋", "签到纸第 3 页第 5 行", "手机没电", "22 小时"):
        assert fact in shown
    bare = decide(supervisor, asked, "no")
    assert (bare.status_code, "写明为什么" in bare.text) == (422, True)
    assert "没有同意" in decide(supervisor, asked, "no", reason="纸上没有她").text
    assert (after.state(asked), "纸上没有她" in page(supervisor, asked).text) == ("declined", True)


def test_a_leader_of_another_group_decides_and_one_of_the_same_does_not(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    asked = after.ask(cast.zhaofang)
    assert page(as_(client, cast.wangqiang), asked).status_code == 403
    refused = client.post(f"{LIST}/{asked}/decision", data={"approve": "yes"})
    assert refused.status_code == 403
    after.lead_another_group(cast.sungang)
    other = as_(client, cast.sungang)
    assert "李梅" in other.get(LIST).text
    assert "已同意" in decide(other, asked, "yes").text


def test_who_asked_takes_it_back(after: Afterwards, cast: Cast, client: HouseClient) -> None:
    asked = after.ask()
    answer = as_(client, cast.zhaofang).post(f"{LIST}/{asked}/withdrawal")
    assert answer.status_code == 403
    leader = as_(client, cast.wangqiang)
    answer = leader.post(f"{LIST}/{asked}/withdrawal", follow_redirects=True)
    assert ("撤回了" in answer.text, after.state(asked)) == (True, "withdrawn")


def test_the_member_objects_in_one_tap(after: Afterwards, cast: Cast, client: HouseClient) -> None:
    asked = after.agreed()
    member = as_(client, cast.limei)
    assert "补录" in member.get("/me").text
    shown = member.get("/me/backfills").text
    assert "不是这样，不要记" in shown
    address = f"/me/backfills/{asked}/objection"
    assert as_(client, cast.liuyang).post(address, data={"reason": "不是我"}).status_code == 404
    answer = as_(client, cast.limei).post(address, data={"reason": "不是我"}, follow_redirects=True)
    assert ("停下了" in answer.text, after.state(asked)) == (True, "stopped")
    again = client.post(address, data={"reason": "不是我"}, follow_redirects=True)
    assert "已经处理过了" in again.text
    assert "没有计入" in as_(client, cast.wangqiang).get("/me/messages").text


def test_the_clerk_stops_it_with_a_reason(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    asked, clerk = after.agreed(), as_(client, cast.zhaofang)
    stop = f"{LIST}/{asked}/stop"
    assert clerk.post(stop, data={"reason": ""}).status_code == 422
    assert "停下了" in clerk.post(stop, data={"reason": "补签的"}, follow_redirects=True).text
    assert as_(client, cast.wangqiang).post(stop, data={"reason": "补签的"}).status_code == 403


def test_it_waits_on_no_list_of_what_is_held(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    """Nobody lets it count before its time; the shift's page and the trace say what it is."""
    asked = after.agreed()
    assert "没有要处理的" in as_(client, cast.zhaofang).get("/checkin/waiting").text
    assert "补录，公示中" in client.get(f"/checkin/shifts/{after.shift_id}").text
    attendance = after.attendance(asked).id
    assert "事后补记的" in client.get(f"/checkin/attendances/{attendance}").text


def test_the_auditor_reads_who_asked_and_who_agreed(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    after.agreed()
    auditor = as_(client, cast.zhoumin)
    assert "同意补录" in auditor.get("/trail").text
    agreed = auditor.get("/trail/agreed").text
    assert ("王强" in agreed, "何督" in agreed, "补录" in agreed) == (True, True, True)
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"checkin.backfill_requested", "checkin.backfill_approved"} <= actions


def test_every_piece_of_news_has_words() -> None:
    assert {*TOPICS.values(), TO_THE_ASKER} <= WORDS.keys()
    assert TOPICS.keys() == set(BACKFILL_STATES)


def test_the_settings_page_has_the_three_numbers(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    shown = as_(client, cast.zhaofang).get("/organisation/settings").text
    for name in ("backfill_quota", "backfill_days", "backfill_delay_hours"):
        assert f'name="{name}"' in shown
    assert after.duty.community_id == cast.community_id


def test_a_long_list_is_turned_page_by_page(
    after: Afterwards, cast: Cast, client: HouseClient
) -> None:
    many = [ended(after, number) for number in range(PAGE_LENGTH + 1)]
    transact(lambda: db.session.add_all(many))
    first = page_of_ended(after.community_id)
    last = page_of_ended(after.community_id, after=first.next)
    assert [len(first.rows), len(last.rows), last.next] == [PAGE_LENGTH, 1, None]
    assert {each.id for each in (*first.rows, *last.rows)} == {each.id for each in many}
    clerk = as_(client, cast.zhaofang)
    assert "下一页" in clerk.get(LIST).text
    assert clerk.get(LIST, query_string={"after": first.next}).status_code == 200
    assert clerk.get(LIST, query_string={"after": "?"}).status_code == 422


def ended(after: Afterwards, number: int) -> Backfill:
    """One of many that 王强 took back."""
    at = after.at("12:00") + timedelta(minutes=number // 2)
    return Backfill(
        community_id=after.community_id,
        id=new_id(),
        member_id=after.cast.limei.id,
        shift_id=after.shift_id,
        in_at=after.at("09:00"),
        out_at=after.at("11:00"),
        reason="手机没电",
        evidence="签到纸",
        requested_by_id=after.cast.wangqiang.id,
        requested_at=at,
        state="withdrawn",
        ended_by_id=after.cast.wangqiang.id,
        ended_at=at,
    )
