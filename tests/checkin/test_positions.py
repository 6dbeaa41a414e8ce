"""A shared position is a sign's second signal; a distance is all that is kept of it."""

from __future__ import annotations

from datetime import date

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select, text, update

from pointsvc.checkin.models import Scan
from pointsvc.checkin.scans import ScanReceipt
from pointsvc.communities.models import Place
from pointsvc.communities.service import set_position
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from pointsvc.members.models import Member
from tests.checkin.duty import Duty
from tests.checkin.placing import agree, here, use_positions
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock


def distance_of(duty: Duty, scan: ScanReceipt) -> int | None:
    found = db.session.get(Scan, (duty.community_id, scan.scan_id))
    assert found is not None
    return found.distance_metres


def test_at_the_place_a_sign_counts_at_once(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    use_positions(duty, cast.limei)
    came = duty.scan(cast.limei, duty.sign(), position=here(35))
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out", position=here(20))
    assert [(each.verdict, each.reason) for each in (came, left)] == [
        ("accepted", "scan.near_place")
    ] * 2
    assert (duty.points(cast.limei), duty.minutes(cast.limei)) == (20, 120)
    assert [distance_of(duty, each) for each in (came, left)] == [35, 20]


@pytest.mark.parametrize(
    ("metres", "accuracy", "verdict", "distance"),
    [
        (60, 0, "accepted", 60),
        (62, 0, "provisional", 62),
        (100, 40, "accepted", 100),  # the phone may be wrong by forty
        (102, 40, "provisional", 102),
        (110, 50, "accepted", 110),
        (5, 51, "provisional", None),  # vaguer than the community allows: it says nothing
        (850, 12, "provisional", 850),
    ],
)
def test_how_near_is_near(
    duty: Duty, cast: Cast, metres: int, accuracy: int, verdict: str, distance: int | None
) -> None:
    use_positions(duty, cast.limei)
    came = duty.scan(cast.limei, duty.sign(), position=here(metres, accuracy=accuracy))
    assert (came.verdict, distance_of(duty, came)) == (verdict, distance)


def assert_dropped(duty: Duty, cast: Cast) -> None:
    came = duty.scan(cast.limei, duty.sign(), position=here())
    assert (came.verdict, came.reason) == ("provisional", "scan.sign_alone")
    assert distance_of(duty, came) is None


def test_without_consent_a_position_is_dropped(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.liuyang)
    assert_dropped(duty, cast)


def test_a_consent_that_was_taken_back_is_none(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei)
    agree(duty, cast.limei, given=False)
    assert_dropped(duty, cast)


def test_under_fourteen_there_are_no_positions(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei)
    young = update(Member).where(Member.id == cast.limei.id).values(born_on=date(2015, 1, 1))
    transact(lambda: db.session.execute(young))
    assert_dropped(duty, cast)


def test_where_the_community_asks_for_none_a_position_is_dropped(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei, error_max=0)
    assert_dropped(duty, cast)


def test_a_place_without_a_position_is_near_to_nobody(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei)
    transact(
        lambda: set_position(community_id=duty.community_id, place_id=cast.plot_id, position=None)
    )
    assert_dropped(duty, cast)


def test_without_a_position_a_sign_is_provisional_as_ever(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei)
    assert duty.scan(cast.limei, duty.sign()).verdict == "provisional"


def test_near_at_the_end_does_not_prove_the_beginning(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    """Who scanned a photo of the sign from bed and came for the last minute waits all the same."""
    use_positions(duty, cast.limei)
    duty.scan(cast.limei, duty.sign(), position=here(3000))
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out", position=here(5))
    assert (left.verdict, distance_of(duty, left)) == ("provisional", 5)
    assert duty.points(cast.limei) == 0


def test_near_at_the_beginning_and_far_at_the_end_waits(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    use_positions(duty, cast.limei)
    duty.scan(cast.limei, duty.sign(), position=here(5))
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out", position=here(3000))
    assert (left.verdict, duty.attendance(left).state) == ("provisional", "provisional")
    assert duty.decide(cast.wangqiang, left).points == 20


def test_after_the_leaders_check_in_a_near_sign_checks_out(
    duty: Duty, cast: Cast, clock: FrozenClock
) -> None:
    use_positions(duty, cast.limei)
    duty.scan(cast.wangqiang, duty.card(cast.limei))
    clock.advance(hours=2)
    left = duty.scan(cast.limei, duty.sign(), "out", position=here(5))
    assert (left.verdict, left.award_points) == ("accepted", 20)


def test_what_earns_less_says_why_before_how(duty: Duty, cast: Cast, clock: FrozenClock) -> None:
    use_positions(duty, cast.limei)
    duty.scan(cast.limei, duty.sign(), position=here())
    clock.advance(minutes=30)
    left = duty.scan(cast.limei, duty.sign(), "out", position=here())
    assert (left.verdict, left.reason) == ("accepted", "scan.below_minimum")


def test_a_position_proves_nothing_about_the_past(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei)
    claimed = duty.later(minutes=-9)
    came = duty.scan(cast.limei, duty.sign(), position=here(), claimed_at=claimed)
    assert came.verdict == "held"


def test_a_leaders_scan_takes_no_position(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei, cast.wangqiang)
    came = duty.scan(cast.wangqiang, duty.card(cast.limei), position=here(3000))
    assert (came.verdict, distance_of(duty, came)) == ("accepted", None)


def test_what_is_refused_keeps_no_distance(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei)
    duty.scan(cast.limei, duty.sign(), position=here())
    again = duty.scan(cast.limei, duty.sign(), position=here())
    assert (again.verdict, distance_of(duty, again)) == ("refused", None)


def test_a_retry_from_another_spot_is_the_same_scan(duty: Duty, cast: Cast) -> None:
    use_positions(duty, cast.limei)
    first = duty.request(duty.sign(), position=here(850))
    caller = duty.caller(cast.limei)
    [answer] = duty.record(caller, [first])
    moved = duty.request(duty.sign(), scan_id=first.scan_id, position=here(1))
    silent = duty.request(duty.sign(), scan_id=first.scan_id)
    assert duty.record(caller, [moved]) == duty.record(caller, [silent]) == [answer]


def every_word_in(database: SQLAlchemy) -> str:
    """Every value of every table as text, but for the places' own."""
    tables = [table for table in database.metadata.sorted_tables if table.name != "places"]
    rows = (row for table in tables for row in database.session.execute(select(table)))
    return "\n".join(repr(tuple(row)) for row in rows)


def test_no_coordinate_is_left_anywhere(
    duty: Duty, cast: Cast, database: SQLAlchemy, capsys: pytest.CaptureFixture[str]
) -> None:
    use_positions(duty, cast.limei)
    spot = here(33)
    request = duty.request(duty.sign(), position=spot)
    duty.record(duty.caller(cast.limei), [request])
    duty.scan(cast.limei, duty.sign(), position=spot)  # refused: already there
    said = capsys.readouterr()
    kept = every_word_in(database) + said.out + said.err + repr(request)
    assert "106771849" in "\n".join(map(repr, database.session.execute(select(Place.__table__))))
    for each in str(spot.point).split(", "):
        assert each[:-3] not in kept  # 38.252, 106.771
        assert each.replace(".", "") not in kept
    assert database.session.execute(text("SELECT count(*) FROM scans")).scalar() == 2
