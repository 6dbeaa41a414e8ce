"""The address in every code: who sees what, and that looking writes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import cancel_shift
from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.models import Attendance, Scan
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import revoke_card
from pointsvc.members.models import CodeNumber
from tests.checkin.duty import Duty
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def path(url: str) -> str:
    return "/c/" + url.rpartition("/")[2]


def look(client: HouseClient, person: Person | None, url: str) -> str:
    """The page behind a code, for this person or for nobody; always 200."""
    if person is not None:
        sign_in_cookie(client, person)
    answer = client.get(path(url))
    assert answer.status_code == 200
    return answer.text


def tap(client: HouseClient, url: str, direction: str, **form: str) -> TestResponse:
    values = {"scan_id": str(new_id()), "direction": direction, **form}
    return client.post(path(url), data=values, follow_redirects=True)


def test_looking_writes_nothing(duty: Duty, client: HouseClient) -> None:
    urls = [duty.card(duty.cast.limei), duty.sign(), duty.shift_url(), duty.phone(duty.cast.limei)]
    numbers = len(db.session.scalars(select(CodeNumber)).all())
    for person in (None, duty.cast.limei, duty.cast.wangqiang):
        for url in urls:
            look(client, person, url)
    assert db.session.scalars(select(Scan)).all() == []
    assert db.session.scalars(select(Attendance)).all() == []
    assert len(db.session.scalars(select(CodeNumber)).all()) == numbers


def test_a_stranger_learns_the_kind_and_no_name(duty: Duty, client: HouseClient) -> None:
    page = look(client, None, duty.card(duty.cast.limei))
    assert "居民卡" in page
    assert "李梅" not in page
    assert "尚城名邸" not in page
    assert "/sign-in?next=/c/" in page


@pytest.mark.parametrize("who", ["liuyang", "hedu", "zhoumin", "sungang"])
def test_who_scans_nobody_here_learns_no_name(duty: Duty, client: HouseClient, who: str) -> None:
    page = look(client, getattr(duty.cast, who), duty.card(duty.cast.limei))
    assert "李梅" not in page


def test_another_communitys_member_is_told_that_it_is_foreign(
    duty: Duty, client: HouseClient
) -> None:
    page = look(client, duty.cast.chenjing, duty.card(duty.cast.limei))
    assert "这是别的社区的码" in page
    assert "李梅" not in page
    assert tap(client, duty.shift_url(), "in").text.count("这是别的社区的码") == 1
    assert db.session.scalars(select(Attendance)).all() == []


def test_a_leader_meets_the_person_with_buttons(duty: Duty, client: HouseClient) -> None:
    card = duty.card(duty.cast.limei)
    page = look(client, duty.cast.wangqiang, card)
    assert "李梅" in page
    assert f'action="/checkin/shifts/{duty.shift_id}/scans"' in page
    values = {"scan_id": str(new_id()), "code": path(card)[3:], "direction": "in"}
    address = f"/checkin/shifts/{duty.shift_id}/scans"
    assert "已签到" in client.post(address, data=values, follow_redirects=True).text


def test_a_shifts_code_checks_in_and_out(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    first = duty.shift_url()
    assert "签到</span></button>" in look(client, duty.cast.limei, first)
    assert "已签到" in tap(client, first, "in").text
    clock.advance(hours=2)
    second = duty.shift_url()
    assert "签退</span></button>" in look(client, None, second)
    page = tap(client, second, "out").text
    assert "+20 分" in page
    assert duty.points(duty.cast.limei) == 20


def test_a_sign_is_provisional_and_says_who_confirms(duty: Duty, client: HouseClient) -> None:
    url = duty.sign()
    page = look(client, duty.cast.limei, url)
    assert "等组长或同场的人确认后计分" in page
    verdict = tap(client, url, "in", shift_id=str(duty.shift_id)).text
    assert "已记下，待确认" in verdict
    assert "请组长确认" in verdict


@pytest.mark.engines("sqlite")
def test_signed_out_a_sign_shows_its_plot_before_the_sign_in(
    duty: Duty, client: HouseClient
) -> None:
    page = look(client, None, duty.sign()).split("<main")[1]
    assert page.index("谁在照看") < page.index("这是签到用的码")
    assert "/activities" not in page


def test_several_shifts_are_a_choice(duty: Duty, client: HouseClient) -> None:
    other = duty.open_shift(duty.now(), duty.later(hours=1), kind="CLEANUP")
    page = look(client, duty.cast.limei, duty.sign())
    assert str(other) in page
    assert str(duty.shift_id) in page


def test_a_sign_does_not_speak_for_another_place(duty: Duty, client: HouseClient) -> None:
    elsewhere = duty.open_shift(
        duty.now(), duty.later(hours=1), kind="CLEANUP", place_id=duty.cast.station_id
    )
    sign_in_cookie(client, duty.cast.limei)
    page = tap(client, duty.sign(), "in", shift_id=str(elsewhere)).text
    assert "现在这里没有开放的场次" in page
    assert db.session.scalars(select(Attendance)).all() == []


def test_a_sign_without_an_open_shift_says_when_one_comes(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    clock.advance(hours=6)
    duty.open_shift(duty.later(hours=3), duty.later(hours=5))
    page = look(client, duty.cast.limei, duty.sign())
    assert "现在这里没有开放的场次" in page
    assert "18:00" in page
    assert "<h1>1号田</h1>" in page
    assert "/activities/open" in page


def test_ones_own_code_says_so(duty: Duty, client: HouseClient) -> None:
    assert "这是您自己的" in look(client, duty.cast.limei, duty.card(duty.cast.limei))


def test_an_expired_code_says_what_to_do(
    duty: Duty, client: HouseClient, clock: FrozenClock
) -> None:
    url = duty.shift_url()
    clock.advance(minutes=3)
    for person in (None, duty.cast.limei):
        page = look(client, person, url)
        assert "这个码已过期" in page
        assert "扫现在显示的那一个" in page


def test_a_revoked_card_says_where_to_go(duty: Duty, client: HouseClient) -> None:
    url = duty.card(duty.cast.limei)
    transact(
        lambda: revoke_card(
            community_id=duty.community_id,
            member_id=duty.cast.limei.id,
            reason="lost",
            actor=SYSTEM,
            now=duty.now() - timedelta(seconds=1),
        )
    )
    assert "请到社区换卡" in look(client, None, url)
    assert "请到社区换卡" in look(client, duty.cast.wangqiang, url)


@pytest.mark.parametrize("text", ["西瓜", "ABCDE", "00000-00000-00000", "a/b/c", "<script>"])
def test_what_is_no_code_of_ours_gets_a_page(duty: Duty, client: HouseClient, text: str) -> None:
    answer = client.get(f"/c/{text}")
    assert answer.status_code == 200
    assert "这个码不能用" in answer.text
    assert "<script>alert" not in answer.text
    assert duty.shift_id is not None


def test_any_case_and_groups_are_read(duty: Duty, client: HouseClient) -> None:
    token = path(duty.sign())[3:].lower()
    grouped = "-".join(token[start : start + 5] for start in range(0, 15, 5))
    assert "标牌" in client.get(f"/c/{grouped}/?from=singlemessage").text


def test_another_persons_card_counts_nobody(duty: Duty, client: HouseClient) -> None:
    sign_in_cookie(client, duty.cast.limei)
    assert tap(client, duty.card(duty.cast.liuyang), "in").status_code == 403


def test_a_cancelled_shifts_code_says_so(duty: Duty, client: HouseClient) -> None:
    url = duty.shift_url()
    scope = scope_of(duty.caller(duty.cast.zhaofang))
    transact(
        lambda: cancel_shift(
            community_id=duty.community_id,
            scope=scope,
            cancelled_by_id=duty.cast.zhaofang.id,
            shift_id=duty.shift_id,
            now=duty.now(),
        )
    )
    assert "这个场次已取消" in look(client, duty.cast.limei, url)


def test_a_verdict_is_for_those_whom_it_concerns(duty: Duty, client: HouseClient) -> None:
    answer = duty.scan(duty.cast.wangqiang, duty.card(duty.cast.limei))
    address = f"/checkin/scans/{answer.scan_id}"
    for person, status in (
        (duty.cast.limei, 200),
        (duty.cast.zhaofang, 200),
        (duty.cast.liuyang, 403),
        (duty.cast.chenjing, 404),
    ):
        sign_in_cookie(client, person)
        assert client.get(address).status_code == status
