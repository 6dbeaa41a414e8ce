"""The list of shifts says what one already is there, and offers joining only where that is news."""

from __future__ import annotations

import pytest

from tests.checkin.duty import Duty
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


def pages(duty: Duty, client: HouseClient, who: str) -> list[str]:
    """The list of shifts, and the page of the one on plot 1."""
    sign_in_cookie(client, getattr(duty.cast, who))
    return [client.get(f"/activities/{page}").text for page in ("open", str(duty.shift_id))]


def test_nobody_is_asked_to_join_or_leave_where_they_are(duty: Duty, client: HouseClient) -> None:
    sign_in_cookie(client, duty.cast.limei)
    client.post(f"/activities/{duty.shift_id}/sign-up", follow_redirects=True)
    duty.scan(duty.cast.wangqiang, duty.card(duty.cast.limei))
    for page in pages(duty, client, "limei"):
        assert ("您在场" in page, "我报名" in page, "不去了" in page) == (True, False, False)
    for page in pages(duty, client, "liuyang"):
        assert ("您在场" in page, "我报名" in page) == (False, True)


def test_who_checked_in_at_a_sign_reads_that_it_waits(duty: Duty, client: HouseClient) -> None:
    duty.scan(duty.cast.limei, duty.sign())
    for page in pages(duty, client, "limei"):
        assert ("您到了，待确认" in page, "我报名" in page) == (True, False)


def test_who_left_reads_that_they_were_there(duty: Duty, client: HouseClient) -> None:
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card)
    duty.scan(duty.cast.wangqiang, card, "out")
    for page in pages(duty, client, "limei"):
        assert ("您来过了" in page, "我报名" in page) == (True, False)


def test_a_leader_is_not_asked_to_join_the_own_shift(duty: Duty, client: HouseClient) -> None:
    for page in pages(duty, client, "wangqiang"):
        assert ("您带队" in page, "我报名" in page) == (True, False)
