"""A dangerous shift lets only those sign up who are trained, insured and of the right age."""

from __future__ import annotations

import pytest

from pointsvc.activities.errors import GateClosed
from pointsvc.activities.queries import ShiftFacts
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from pointsvc.plots.service import sign_up_substitute
from tests.activities.calendar import Calendar, later
from tests.activities.equipping import insure, let_mow, train
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.distribution import recorded


@pytest.fixture
def mowing(calendar: Calendar) -> ShiftFacts:
    """A shift with the mower tomorrow."""
    return calendar.open(starts_at=later(days=1), risk="mower", capacity=3)


def test_nobody_untrained_signs_up(calendar: Calendar, mowing: ShiftFacts) -> None:
    let_mow(calendar.cast.limei)
    with pytest.raises(GateClosed) as refused:
        calendar.join(mowing.id, calendar.cast.limei)
    assert refused.value.context["reasons"] == ["not_trained", "not_insured"]
    assert "请专干" in refused.value.detail
    assert calendar.count(mowing.id) == (0, 0)


def test_whoever_is_trained_and_insured_signs_up(calendar: Calendar, mowing: ShiftFacts) -> None:
    let_mow(calendar.cast.limei)
    train(calendar.cast.limei)
    insure(calendar.cast.limei, days=1)
    calendar.join(mowing.id, calendar.cast.limei)
    assert calendar.count(mowing.id) == (1, 1)


def test_the_community_decides_how_old_is_too_old(calendar: Calendar, mowing: ShiftFacts) -> None:
    train(calendar.cast.limei)
    insure(calendar.cast.limei)
    with pytest.raises(GateClosed) as refused:
        calendar.join(mowing.id, calendar.cast.limei)
    assert refused.value.context["reasons"] == ["too_old"]


def test_a_leader_learns_what_is_missing_and_no_age(calendar: Calendar, mowing: ShiftFacts) -> None:
    leads = calendar.scope(calendar.cast.wangqiang)
    with pytest.raises(GateClosed) as refused:
        transact(
            lambda: sign_up_substitute(
                community_id=calendar.community_id,
                scope=leads,
                asked_by_id=calendar.cast.wangqiang.id,
                shift_id=mowing.id,
                member_id=calendar.cast.limei.id,
                now=later(),
            )
        )
    assert "还没有登记培训" in refused.value.detail
    assert "岁" not in refused.value.detail


def test_a_shift_without_risk_asks_nothing(calendar: Calendar) -> None:
    shift = calendar.open(starts_at=later(days=1))
    with recorded(db.engine) as statements:
        calendar.join(shift.id, calendar.cast.limei)
    asked = " ".join(statements)
    assert "trainings" not in asked
    assert "insurances" not in asked


@pytest.mark.engines("sqlite")
def test_the_page_says_why_not_and_what_would_help(
    calendar: Calendar, mowing: ShiftFacts, client: HouseClient
) -> None:
    let_mow(calendar.cast.limei)
    sign_in_cookie(client, calendar.cast.limei)
    for address in (f"/activities/{mowing.id}", "/activities/open"):
        page = client.get(address).text
        assert "有风险" in page
        assert "还没有登记割草机培训" in page
        assert "我报名" not in page.replace("我报名的", "")
    answer = client.post(f"/activities/{mowing.id}/sign-up", follow_redirects=True)
    assert "这一场要先办好" in answer.text


@pytest.mark.engines("sqlite")
def test_a_leader_opens_a_dangerous_shift_by_hand(calendar: Calendar, client: HouseClient) -> None:
    sign_in_cookie(client, calendar.cast.wangqiang)
    assert "按活动类别定" in client.get("/activities/new").text
    shift = calendar.open(starts_at=later(days=1), risk="ladder")
    assert "登梯" in client.get(f"/activities/{shift.id}").text
