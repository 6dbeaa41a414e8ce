"""Dangerous work without training or insurance: the scan counts, and everybody concerned learns of it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from pointsvc.activities.models import Shift
from pointsvc.checkin.jobs import tell_uncovered
from pointsvc.extensions import db
from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.web.messages import messages_of
from tests.activities.equipping import insure, let_mow, train
from tests.checkin.duty import Duty
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def mow(duty: Duty, clock: FrozenClock) -> None:
    """李梅 works in a shift with the mower for which nobody asked her anything."""
    of_shift = Shift.community_id == duty.community_id, Shift.id == duty.shift_id
    transact(lambda: db.session.execute(update(Shift).where(*of_shift).values(risk="mower")))
    let_mow(duty.cast.limei)
    card = duty.card(duty.cast.limei)
    duty.scan(duty.cast.wangqiang, card, "in")
    clock.advance(minutes=100)
    duty.scan(duty.cast.wangqiang, card, "out")


def told(duty: Duty, person: Person) -> str:
    db.session.rollback()
    return " ".join(each.text for each in messages_of(duty.community_id, person.id).rows)


def test_the_deed_counts_and_all_are_told_once(duty: Duty, clock: FrozenClock) -> None:
    mow(duty, clock)
    assert duty.minutes(duty.cast.limei) == 100
    assert [tell_uncovered(clocks.now()), tell_uncovered(clocks.now())] == [3, 0]
    assert "照样记分" in told(duty, duty.cast.limei)
    for person in (duty.cast.wangqiang, duty.cast.zhaofang):
        assert "没有登记培训或保险就干了活" in told(duty, person)


@pytest.mark.engines("sqlite")
def test_it_is_worth_a_look_until_it_is_written_down(
    duty: Duty, clock: FrozenClock, client: HouseClient
) -> None:
    mow(duty, clock)
    sign_in_cookie(client, duty.cast.zhaofang)
    assert "没有培训或保险就干了活" in client.get("/unusual").text
    train(duty.cast.limei)
    insure(duty.cast.limei)
    assert "没有培训或保险就干了活" not in client.get("/unusual").text
