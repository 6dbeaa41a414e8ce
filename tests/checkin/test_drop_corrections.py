"""Correcting a drop: who counts asks for the true quantity, another approves, the books follow."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from pointsvc.checkin.duties import tally_of
from pointsvc.checkin.errors import (
    CorrectionPending,
    DecidedBefore,
    DropWaiting,
    OwnHousehold,
    SecondPersonNeeded,
)
from pointsvc.checkin.models import Scan
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.extensions import db
from pointsvc.kernel.errors import Forbidden, Invalid, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.ledger.sources import movements_of
from pointsvc.ledger.verification import verify_community
from tests.checkin.duty import Duty
from tests.checkin.households import share_a_door
from tests.support.cast import Cast


@pytest.fixture
def station(duty: Duty) -> UUID:
    return duty.open_station()


@pytest.fixture
def dropped(duty: Duty, cast: Cast, station: UUID) -> ScanReceipt:
    """李梅 brought one bag and 孙岗 pressed two: 4 points, the cap of her day."""
    return duty.scan(cast.sungang, duty.card(cast.limei), "drop", shift_id=station, quantity=2)


def correct(duty: Duty, dropped: ScanReceipt, quantity: int) -> None:
    asked = duty.ask_drop_correction(duty.cast.sungang, dropped, quantity)
    duty.approve_drop(duty.cast.hedu, asked)
    assert verify_community(duty.community_id).ok


def test_nothing_changes_until_another_person_approves(
    duty: Duty, cast: Cast, dropped: ScanReceipt
) -> None:
    asked = duty.ask_drop_correction(cast.sungang, dropped, 1)
    assert duty.points(cast.limei) == 4
    duty.approve_drop(cast.hedu, asked)
    assert duty.points(cast.limei) == 2
    assert db.session.scalars(select(Scan.quantity).where(Scan.id == dropped.scan_id)).one() == 2


def test_the_award_is_reversed_and_posted_under_the_next_number(
    duty: Duty, dropped: ScanReceipt
) -> None:
    correct(duty, dropped, 1)
    moved = movements_of(
        community_id=duty.community_id, source_type="scan", source_id=dropped.scan_id
    )
    assert [(each.kind, each.amount) for each in moved] == [
        ("award", 4),
        ("take_back", 4),
        ("award", 2),
    ]
    assert moved[1].approved_by_id == duty.cast.hedu.id


def test_the_cap_of_the_day_is_given_back_and_taken_anew(
    duty: Duty, cast: Cast, dropped: ScanReceipt, station: UUID
) -> None:
    """Ten corrections gain nothing, and what a drop gave back another may take."""
    for quantity in (1, 20) * 5:
        correct(duty, dropped, quantity)
    assert duty.points(cast.limei) == 4
    correct(duty, dropped, 1)
    again = duty.scan(cast.sungang, duty.card(cast.limei), "drop", shift_id=station)
    assert (again.award_points, duty.points(cast.limei)) == (2, 4)


def test_nothing_brought_leaves_nothing(duty: Duty, cast: Cast, dropped: ScanReceipt) -> None:
    correct(duty, dropped, 0)
    assert (duty.points(cast.limei), duty.state(dropped)) == (0, "voided")
    correct(duty, dropped, 1)
    assert (duty.points(cast.limei), duty.state(dropped)) == (2, "accepted")


def test_the_tally_of_the_station_follows(duty: Duty, dropped: ScanReceipt, station: UUID) -> None:
    correct(duty, dropped, 1)
    tally = tally_of(duty.community_id, station)
    assert (tally.drops, tally.units, tally.points) == (1, 1, 2)
    assert [(each.quantity, each.is_corrected) for each in tally.latest] == [(1, True)]


def test_the_person_is_told_what_was_taken_back_and_what_counts(
    duty: Duty, dropped: ScanReceipt
) -> None:
    correct(duty, dropped, 1)
    told = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(each.topic, each.payload["points"]) for each in told] == [
        ("checkin.awarded", 4),
        ("checkin.drop_corrected", 4),
        ("checkin.awarded", 2),
    ]


def test_a_declined_correction_changes_nothing_and_another_may_follow(
    duty: Duty, cast: Cast, dropped: ScanReceipt
) -> None:
    asked = duty.ask_drop_correction(cast.sungang, dropped, 1)
    duty.approve_drop(cast.hedu, asked, approve=False)
    assert duty.points(cast.limei) == 4
    with pytest.raises(DecidedBefore):
        duty.approve_drop(cast.hedu, asked)
    duty.ask_drop_correction(cast.zhaofang, dropped, 1)


def test_the_same_request_twice_is_one(duty: Duty, cast: Cast, dropped: ScanReceipt) -> None:
    asked = duty.ask_drop_correction(cast.sungang, dropped, 1)
    assert duty.ask_drop_correction(cast.sungang, dropped, 1, correction_id=asked) == asked
    with pytest.raises(CorrectionPending):
        duty.ask_drop_correction(cast.sungang, dropped, 0, correction_id=asked)
    with pytest.raises(CorrectionPending):
        duty.ask_drop_correction(cast.sungang, dropped, 1)


def test_the_same_quantity_is_no_correction(duty: Duty, cast: Cast, dropped: ScanReceipt) -> None:
    with pytest.raises(Invalid):
        duty.ask_drop_correction(cast.sungang, dropped, 2)


def test_who_asked_does_not_approve(duty: Duty, cast: Cast, dropped: ScanReceipt) -> None:
    with pytest.raises(SecondPersonNeeded):
        duty.approve_drop(cast.zhaofang, duty.ask_drop_correction(cast.zhaofang, dropped, 1))


def test_who_scanned_does_not_approve(duty: Duty, cast: Cast, dropped: ScanReceipt) -> None:
    with pytest.raises(OwnHousehold):
        duty.approve_drop(cast.sungang, duty.ask_drop_correction(cast.zhaofang, dropped, 1))


def test_the_database_itself_wants_two_persons(
    duty: Duty, cast: Cast, dropped: ScanReceipt, database: SQLAlchemy
) -> None:
    duty.ask_drop_correction(cast.sungang, dropped, 1)
    alone = "UPDATE drop_corrections SET state = 'approved', decided_by_id = requested_by_id"
    with pytest.raises(IntegrityError, match="two_persons"):
        database.session.execute(text(alone))


@pytest.mark.parametrize("name", ["sungang", "hedu"])
def test_nobody_corrects_or_approves_their_households(
    duty: Duty, cast: Cast, dropped: ScanReceipt, name: str
) -> None:
    share_a_door(getattr(cast, name), cast.limei)
    with pytest.raises(OwnHousehold):
        correct(duty, dropped, 1)
    assert duty.points(cast.limei) == 4


@pytest.mark.parametrize("name", ["wangqiang", "limei"])
def test_only_who_counts_at_that_station_asks(
    duty: Duty, cast: Cast, dropped: ScanReceipt, name: str
) -> None:
    with pytest.raises(Forbidden):
        duty.ask_drop_correction(getattr(cast, name), dropped, 1)


def test_what_is_held_is_decided_first(duty: Duty, cast: Cast, station: UUID) -> None:
    late = duty.request(
        duty.card(cast.limei), "drop", shift_id=station, claimed_at=duty.later(hours=-7)
    )
    duty.open_shift(
        duty.later(hours=-8),
        duty.later(hours=-6),
        kind="WASTE_SORT",
        place_id=cast.station_id,
        led_by=cast.sungang,
    )
    [held] = duty.record(duty.caller(cast.sungang), [late])
    assert isinstance(held, ScanReceipt)
    assert held.verdict == "held"
    with pytest.raises(DropWaiting):
        duty.ask_drop_correction(cast.zhaofang, held, 0)
    duty.decide(cast.zhaofang, held, accept=False)
    with pytest.raises(DecidedBefore):
        duty.ask_drop_correction(cast.zhaofang, held, 0)


def test_a_check_in_and_an_unknown_scan_are_no_drops(duty: Duty, cast: Cast) -> None:
    came = duty.scan(cast.wangqiang, duty.card(cast.limei))
    with pytest.raises(NotFound):
        duty.ask_drop_correction(cast.zhaofang, came, 1)
    with pytest.raises(NotFound):
        duty.approve_drop(cast.hedu, new_id())
