"""People hear what became of their stay: that a sign counted, and why it earned nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from pointsvc.earning.service import Terms, set_tariff
from pointsvc.extensions import db
from pointsvc.kernel.clock import DEFAULT_ZONE, local_day
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.transaction import transact
from pointsvc.web.messages import words_of
from tests.checkin.duty import Duty
from tests.support.cast import Cast, Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def told(person: Person) -> list[tuple[str, dict[str, Any]]]:
    wanted = select(OutboxMessage).where(OutboxMessage.recipient_id == person.id)
    rows = db.session.scalars(wanted.order_by(OutboxMessage.id))
    return [(row.topic, row.payload) for row in rows]


def served(duty: Duty, clock: FrozenClock, person: Person, minutes: int) -> None:
    card = duty.card(person)
    duty.scan(duty.cast.wangqiang, card)
    clock.advance(minutes=minutes)
    duty.scan(duty.cast.wangqiang, card, "out")


def cap_of_a_day(duty: Duty, points: int) -> None:
    """The community decides that plot care earns so much a day."""
    today = local_day(duty.now(), DEFAULT_ZONE)
    terms = Terms(basis="hour", rate_points=10, counts_as_service=True, cap_day_points=points)
    transact(
        lambda: set_tariff(
            community_id=duty.community_id,
            code="PLOT_CARE",
            terms=terms,
            valid_from_on=today,
            decision="第三次居民会议",
            decided_on=today,
            recorded_by_id=duty.cast.zhaofang.id,
            now=duty.now(),
            today=today,
        )
    )


def page_of(client: HouseClient, person: Person, address: str) -> str:
    sign_in_cookie(client, person)
    return client.get(address).text


def test_who_left_too_soon_hears_why_it_earns_nothing(
    duty: Duty, cast: Cast, clock: FrozenClock, client: HouseClient
) -> None:
    served(duty, clock, cast.limei, 40)
    [(topic, payload)] = told(cast.limei)
    assert (topic, payload["minutes"]) == ("checkin.below_minimum", 40)
    shift = page_of(client, cast.wangqiang, f"/checkin/shifts/{duty.shift_id}")
    assert "服务时间不到计划的要求" in shift
    assert "服务时间不到计划的要求" in page_of(client, cast.limei, "/me")


def test_a_reason_that_a_correction_overruled_is_not_shown(
    duty: Duty, cast: Cast, clock: FrozenClock, client: HouseClient
) -> None:
    card = duty.card(cast.limei)
    duty.scan(cast.wangqiang, card)
    clock.advance(minutes=40)
    left = duty.scan(cast.wangqiang, card, "out")
    asked = duty.ask_correction(cast.zhaofang, left, duty.at("09:00"), duty.at("09:40"))
    duty.approve(cast.hedu, asked)
    shift = page_of(client, cast.wangqiang, f"/checkin/shifts/{duty.shift_id}")
    assert "服务时间不到计划的要求" not in shift


def test_what_the_cap_cut_is_said_on_the_page_and_in_the_message(
    duty: Duty, cast: Cast, clock: FrozenClock, client: HouseClient
) -> None:
    cap_of_a_day(duty, 10)
    served(duty, clock, cast.limei, 110)
    [(topic, payload)] = told(cast.limei)
    assert words_of(topic, payload).endswith("记上了 10 分：已到上限，超出部分不计分。")
    assert "已到上限" in page_of(client, cast.wangqiang, f"/checkin/shifts/{duty.shift_id}")


def test_a_stay_beyond_the_cap_is_told_without_points(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    cap_of_a_day(duty, 0)
    served(duty, clock, cast.limei, 110)
    assert [topic for topic, _payload in told(cast.limei)] == ["checkin.capped"]


@pytest.mark.parametrize("accept", [True, False])
def test_who_scanned_a_sign_hears_what_the_leader_said(
    duty: Duty, cast: Cast, *, accept: bool
) -> None:
    came = duty.scan(cast.limei, duty.sign())
    duty.decide(cast.wangqiang, came, accept=accept)
    topic = "checkin.confirmed" if accept else "checkin.annulled"
    assert [each for each, _payload in told(cast.limei)] == [topic]
