"""Training and insuring people in tests, with everything that does not matter filled in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.service import update_settings
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.covering import record_insurance, record_training
from tests.support.cast import Person


def today() -> date:
    """By the clock of the community."""
    return clock.local_day(clock.now(), clock.DEFAULT_ZONE)


def train(person: Person, topic: str = "mower", *, days: int | None = None) -> None:
    """The person was trained yesterday, for so many days from today or for good."""
    ends_on = None if days is None else today() + timedelta(days=days)
    transact(
        lambda: record_training(
            training_id=new_id(),
            member_id=person.id,
            topic=topic,
            given_by="园林站",
            trained_on=today() - timedelta(days=1),
            ends_on=ends_on,
            certificate_no="Z-1",
            **_by(person),
        )
    )


def insure(*people: Person, days: int = 300, policy_no: str = "P-1") -> int:
    """The people are insured from yesterday, for so many days from today."""
    return transact(
        lambda: record_insurance(
            policy_id=new_id(),
            member_ids=[person.id for person in people],
            insurer="人保",
            policy_no=policy_no,
            starts_on=today() - timedelta(days=1),
            ends_on=today() + timedelta(days=days),
            **_by(people[0]),
        )
    )


def let_mow(person: Person) -> None:
    """Nobody is too old for the mower any more: the cast is sixty-six."""
    community_id = person.community_id
    assert community_id is not None
    transact(lambda: update_settings(community_id=community_id, changes={"mower_age_max": 80}))


def _by(person: Person) -> dict[str, Any]:
    return {"community_id": person.community_id, "actor": SYSTEM, "now": clock.now()}
