"""Moving the cast about."""

from __future__ import annotations

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from pointsvc.members.models import HouseholdMembership
from tests.support.cast import Person


def share_a_door(first: Person, second: Person) -> None:
    """Let the second live where the first lives."""

    def move() -> None:
        lives = {row.member_id: row for row in db.session.scalars(select(HouseholdMembership))}
        lives[second.id].household_id = lives[first.id].household_id

    transact(move)
