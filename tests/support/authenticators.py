"""A phone with an authenticator app, for whoever of the cast set up a second step."""

from __future__ import annotations

from dataclasses import dataclass

from pointsvc.kernel import clock, one_time_codes
from pointsvc.kernel.transaction import transact
from pointsvc.members.second_steps import (
    begin_second_step,
    confirm_second_step,
    find_begun,
)
from tests.support.cast import Person


@dataclass(frozen=True)
class Authenticator:
    """The app's secret, and the codes that were printed on the day it was set up."""

    secret: bytes
    recovery_codes: list[str]

    def code(self) -> str:
        """The six digits that it shows now."""
        return one_time_codes.code_at(self.secret, clock.now())


def set_up(person: Person) -> Authenticator:
    """Begin and confirm; inside an application context. The code of this half minute is spent."""
    whose = {"subject_id": person.id, "community_id": person.community_id}
    transact(lambda: begin_second_step(**whose, now=clock.now()))  # type: ignore[arg-type]
    begun = find_begun(person.id, now=clock.now())
    assert begun is not None
    code = one_time_codes.code_at(begun.secret, clock.now())
    codes = transact(
        lambda: confirm_second_step(**whose, code=code, now=clock.now())  # type: ignore[arg-type]
    )
    return Authenticator(begun.secret, codes)
