"""A member is erased: none of their words is left in any table, and the books are what they were."""

from __future__ import annotations

from datetime import date

import pytest

from pointsvc.cli.verification import verify_everything
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import Award, award
from pointsvc.members.queries import get_member
from tests.support.cast import Cast
from tests.support.merging import ask, erase

pytestmark = pytest.mark.usefixtures("database")


def earn(cast: Cast, points: int, *, into_review: bool = False) -> None:
    deed = Award(
        cast.limei.id,
        points,
        60,
        "attendance",
        new_id(),
        0,
        None,
        date(2027, 12, 31),
        "PLOT_CARE",
        into_review=into_review,
    )
    transact(
        lambda: award(
            community_id=cast.community_id,
            awards=[deed],
            recorded_by_id=None,
            now=clock.now(),
            business_on=date(2026, 6, 6),
        )
    )


@pytest.mark.parametrize("closing", ["lapse", "donate"])
def test_points_end_as_was_wished_and_the_books_hold(cast: Cast, closing: str) -> None:
    earn(cast, 64)
    earn(cast, 128, into_review=True)
    ask(cast, cast.limei, closing)  # type: ignore[arg-type]
    erase(cast, cast.limei)
    assert [check.id for check in verify_everything().checks if not check.ok] == []
    assert get_member(cast.community_id, cast.limei.id).name == "已注销居民"
