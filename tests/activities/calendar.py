"""Opening shifts and signing up with everything that does not matter filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.activities.models import Signup
from pointsvc.activities.queries import ShiftFacts, get_shift
from pointsvc.activities.rules import Scope
from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import cancel_shift, create_shift, end_shift, leave, sign_up
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.organisation.queries import roles_of
from tests.support.cast import Cast, Person


class Calendar:
    """The shifts of the cast's community."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.community_id = cast.community_id
        today = clock.local_day(clock.now(), clock.DEFAULT_ZONE)
        transact(
            lambda: seed_tariffs(
                community_id=cast.community_id, valid_from_on=today, now=clock.now()
            )
        )

    def scope(self, person: Person) -> Scope:
        """Where the person may run shifts."""
        assert person.community_id is not None
        roles = roles_of(person.community_id, person.id)
        return scope_of(Caller("member", person.id, person.community_id, roles))

    def open(self, by: Person | None = None, **given: Any) -> ShiftFacts:
        """A shift of plot care for two hours from now, by the leader of plot 1, unless told else."""
        leader = by or self.cast.wangqiang
        values: dict[str, Any] = {
            "shift_id": new_id(),
            "activity_kind": "PLOT_CARE",
            "place_id": self.cast.plot_id,
            "starts_at": clock.now(),
            "capacity": None,
            "now": clock.now(),
        } | given
        values.setdefault("ends_at", values["starts_at"] + timedelta(hours=2))
        return transact(
            lambda: create_shift(
                community_id=self.community_id,
                scope=self.scope(leader),
                created_by_id=leader.id,
                **values,
            )
        )

    def cancel(self, shift_id: UUID, by: Person | None = None) -> None:
        """Call it off."""
        person = by or self.cast.wangqiang
        transact(
            lambda: cancel_shift(
                community_id=self.community_id,
                scope=self.scope(person),
                cancelled_by_id=person.id,
                shift_id=shift_id,
                now=clock.now(),
            )
        )

    def end(self, shift_id: UUID, by: Person | None = None) -> None:
        """End it now."""
        person = by or self.cast.wangqiang
        transact(
            lambda: end_shift(
                community_id=self.community_id,
                scope=self.scope(person),
                ended_by_id=person.id,
                shift_id=shift_id,
                now=clock.now(),
            )
        )

    def join(self, shift_id: UUID, person: Person) -> None:
        """The person means to come."""
        self._signed(sign_up, shift_id, person)

    def leave(self, shift_id: UUID, person: Person) -> None:
        """The person does not come after all."""
        self._signed(leave, shift_id, person)

    def _signed(self, verb: Any, shift_id: UUID, person: Person) -> None:
        where = {"community_id": self.community_id, "shift_id": shift_id}
        transact(lambda: verb(member_id=person.id, now=clock.now(), **where))

    def count(self, shift_id: UUID) -> tuple[int, int]:
        """What the shift says of its sign-ups, and how many there are."""
        db.session.rollback()
        live = select(func.count()).where(Signup.shift_id == shift_id, Signup.left_at.is_(None))
        said = get_shift(self.community_id, shift_id).signed_up_count
        return said, db.session.scalar(live) or 0


def later(**by: float) -> datetime:
    """A moment from now: `later(hours=2)`."""
    return clock.now() + timedelta(**by)
