"""The second person is another one: not made by the first, not of their home, not they at the server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from pointsvc.audit.actors import member_actor
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.members import first_sign_ins
from pointsvc.members.agreeing import decide_request
from pointsvc.members.asking_errors import AskerGone, DeciderNotAllowed, DeciderWasMade
from pointsvc.members.erasure_errors import WayInWasYours
from pointsvc.members.erasure_requests import withdraw_erasure
from pointsvc.members.made_by import check_made_by_another
from pointsvc.members.models import Member
from pointsvc.members.queries import get_member
from pointsvc.members.second_persons import Decider, decider_here
from pointsvc.organisation.choosing import chosen_by
from pointsvc.organisation.service import grant_role
from pointsvc.web.deciders import ROLES
from pointsvc.web.gone import ROOMS
from tests.support.asking import ask_about
from tests.support.cast import ZONE, Cast, Person
from tests.support.merging import ask, merge, twin

pytestmark = [pytest.mark.engines("sqlite"), pytest.mark.usefixtures("database")]


def agree(cast: Cast, request_id: object, decider: Decider) -> None:
    now = clock.now()
    transact(
        lambda: decide_request(
            community_id=cast.community_id,
            request_id=request_id,  # type: ignore[arg-type]
            decider=decider,
            approve=True,
            answer=None,
            rooms=ROOMS.follow,
            now=now,
            today=local_day(now, ZONE),
        )
    )


def choose(cast: Cast, person: Person, *, days_ago: int = 0) -> Decider:
    """赵芳 makes somebody a supervisor; they answer on their own phone."""
    home, at = cast.community_id, clock.now() - timedelta(days=days_ago)
    transact(
        lambda: grant_role(
            community_id=home,
            grant_id=new_id(),
            member_id=person.id,
            role="supervisor",
            granted_by=member_actor(cast.zhaofang.id),
            now=at,
        )
    )
    return decider_here(
        Caller("member", person.id, home), chosen_by(home, person.id, ROLES, clock.now())
    )


def print_slip(cast: Cast, person: Person, by: Person) -> None:
    now = clock.now()
    transact(
        lambda: first_sign_ins.print_slip(
            community_id=cast.community_id,
            member_id=person.id,
            actor=member_actor(by.id),
            now=now,
            today=local_day(now, ZONE),
        )
    )


def test_nobody_agrees_whom_the_asker_made_a_supervisor_of_late(cast: Cast) -> None:
    request_id = ask_about(cast, twin(cast), cast.limei)
    with pytest.raises(DeciderWasMade) as refused:
        agree(cast, request_id, choose(cast, cast.liuyang))
    assert refused.value.code == "members.decider_was_made"
    agree(cast, request_id, choose(cast, cast.wangqiang, days_ago=31))


def test_nobody_agrees_whose_first_slip_the_asker_printed(cast: Cast) -> None:
    """It opened nothing before, and everything to who printed it."""
    request_id, straw = ask_about(cast, twin(cast), cast.limei), twin(cast, "方新", "13900000078")
    print_slip(cast, straw, cast.zhaofang)
    with pytest.raises(DeciderWasMade):
        agree(cast, request_id, Decider(straw.id))


def test_nothing_is_done_for_an_asker_who_is_gone(cast: Cast) -> None:
    request_id = ask_about(cast, twin(cast), cast.limei)
    gone = update(Member).where(Member.id == cast.zhaofang.id).values(state="departed")
    with db.engine.begin() as books:
        books.execute(gone)
    with pytest.raises(AskerGone) as refused:
        agree(cast, request_id, Decider(cast.hedu.id))
    assert refused.value.code == "members.asker_gone"


def test_a_clerk_who_takes_an_erasure_back_does_not_do_it_in_silence(cast: Cast) -> None:
    ask(cast, cast.limei)
    whose = {"community_id": cast.community_id, "member_id": cast.limei.id}
    transact(lambda: withdraw_erasure(**whose, by_id=cast.zhaofang.id, now=clock.now()))
    wanted = select(OutboxMessage.topic).where(OutboxMessage.recipient_id == cast.limei.id)
    assert "members.erasure_taken_back" in db.session.scalars(wanted).all()


def test_an_operator_who_asked_in_the_community_is_not_another_one(cast: Cast) -> None:
    other = twin(cast)
    request_id = ask_about(cast, other, cast.limei)
    both = Decider(cast.heyun.id, "operator", accounts=(cast.zhaofang.id,))
    with pytest.raises(DeciderNotAllowed):
        agree(cast, request_id, both)
    assert get_member(cast.community_id, other.id).is_active


def test_a_slip_of_an_account_that_was_merged_counts_for_who_goes_on(cast: Cast) -> None:
    other = twin(cast, phone="13900000077")
    print_slip(cast, other, cast.zhaofang)
    merge(cast, other.id, cast.limei.id)
    with pytest.raises(WayInWasYours):
        check_made_by_another(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            by_id=cast.zhaofang.id,
            asked_at=clock.now(),
        )
