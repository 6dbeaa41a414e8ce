"""赵芳 asks about people's accounts, 何督 answers, whose they are stops it: what tests of it do."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pointsvc.kernel import clock
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.members.agreeing import decide_request
from pointsvc.members.changes import Closing
from pointsvc.members.person_requests import STOPPABLE
from pointsvc.members.proposing import Proposal, propose
from pointsvc.members.second_persons import decider_here
from pointsvc.members.stopping import stop_request
from pointsvc.web.deciders import deciders_of
from pointsvc.web.gone import ROOMS
from tests.support.cast import ZONE, Cast, Person


def ask_about(
    cast: Cast, gone: Person, kept: Person | None = None, *, closing: Closing | None = None
) -> UUID:
    """The clerk asks for a merge (a day ago), or for an erasure where nobody is kept."""
    into_id = kept.id if kept else None
    ends = closing or (None if kept else "lapse")
    return transact(
        lambda: propose(
            community_id=cast.community_id,
            asked=Proposal(gone.id, "见过本人", into_id, ends),
            by_id=cast.zhaofang.id,
            deciders=deciders_of(cast.community_id),
            now=clock.now() - (STOPPABLE if kept else timedelta()),
        )
    )


def answer(
    cast: Cast,
    request_id: UUID,
    person: Person | None = None,
    *,
    approve: bool = True,
    on_device_id: UUID | None = None,
) -> None:
    """何督, or whoever is named, answers."""
    person_id, now = (person or cast.hedu).id, clock.now()
    caller = Caller("member", person_id, cast.community_id, on_device_id=on_device_id)
    transact(
        lambda: decide_request(
            community_id=cast.community_id,
            request_id=request_id,
            decider=decider_here(caller),
            approve=approve,
            answer=None if approve else "不是一个人",
            rooms=ROOMS.follow,
            now=now,
            today=local_day(now, ZONE),
        )
    )


def stop(cast: Cast, request_id: UUID, person: Person) -> None:
    """Whose account it is says no."""
    transact(
        lambda: stop_request(
            community_id=cast.community_id,
            request_id=request_id,
            member_id=person.id,
            now=clock.now(),
        )
    )
