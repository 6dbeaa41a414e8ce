"""A clerk does not merge or erase alone: another person agrees, and whose account it is may stop it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.ledger.models import Transfer
from pointsvc.members import agreeing, request_locks, stopping
from pointsvc.members.asking_errors import (
    DeciderNotAllowed,
    OwnDeviceNeeded,
    RequestEnded,
    RequestTooNew,
    RequestWaiting,
    SecondPersonMissing,
)
from pointsvc.members.erasure_errors import ErasureMissing, MergeRefused
from pointsvc.members.erasure_requests import find_erasure
from pointsvc.members.jobs import end_requests
from pointsvc.members.models import PersonRequest
from pointsvc.members.person_requests import STOPPABLE, get_request
from pointsvc.members.queries import get_member
from pointsvc.members.rules import Door
from tests.shop.conftest import Shop
from tests.support.asking import answer, ask_about, stop
from tests.support.cast import Person
from tests.support.guards import row_locks_off
from tests.support.merging import erase, merge, move, twin
from tests.support.rivals import Meeting, at_once

HOME = Door("7", "1", "701")


def topics_of(person: Person) -> list[str]:
    wanted = select(OutboxMessage.topic).where(OutboxMessage.recipient_id == person.id)
    told = db.session.scalars(wanted.order_by(OutboxMessage.id))
    return [topic for topic in told if topic.startswith("members.")]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("what", ["gone", "kept", "phone", "name"])
def test_nobody_merges_alone_where_there_is_something_to_gain(shop: Shop, what: str) -> None:
    """Points of either, a phone that only one has, another name."""
    phone, name = ("13912345670" if what == "phone" else None), "吴小四"
    kept = twin(shop.cast, name, phone=phone)
    gone = twin(shop.cast, "吴小五" if what == "name" else name, door=HOME)
    if what in {"gone", "kept"}:
        shop.points(gone if what == "gone" else kept, 8)
    with pytest.raises(SecondPersonMissing):
        merge(shop.cast, gone.id, kept.id, is_alone=True)
    assert get_member(shop.community_id, gone.id).is_active


@pytest.mark.engines("sqlite")
def test_two_clerks_in_a_hurry_still_leave_the_person_a_day(shop: Shop) -> None:
    """What is merged stays merged, so the way to say no must be worth something."""
    other = twin(shop.cast)
    request_id = ask_about(shop.cast, other, shop.cast.limei)
    later = clock.now() - STOPPABLE + timedelta(seconds=1)
    db.session.execute(update(PersonRequest).values(asked_at=later))
    db.session.commit()
    with pytest.raises(RequestTooNew):
        answer(shop.cast, request_id)
    answer(shop.cast, request_id, approve=False)


def test_another_person_agrees_and_both_are_written_down(shop: Shop) -> None:
    cast, other = shop.cast, twin(shop.cast)
    shop.points(other, 64)
    request_id = ask_about(cast, other, cast.limei)
    assert (shop.balance(other), topics_of(other)) == (64, ["members.merge_proposed"])
    assert topics_of(cast.hedu) == ["members.merge_to_decide"]
    answer(cast, request_id)
    assert (shop.balance(cast.limei), shop.balance(other)) == (64, 0)
    assert topics_of(cast.limei)[-1] == "members.merge_agreed"
    assert topics_of(cast.zhaofang) == ["members.request_approved"]
    moved = transfer_of_merge(other)
    assert (moved.recorded_by_id, moved.approved_by_id) == (cast.zhaofang.id, cast.hedu.id)
    assert [check.id for check in verify_everything().checks if not check.ok] == []


def transfer_of_merge(gone: Person) -> Transfer:
    wanted = select(Transfer).where(Transfer.kind == "merge", Transfer.source_id == gone.id)
    return db.session.scalars(wanted).one()


@pytest.mark.engines("sqlite")
def test_whoever_is_near_neither_asks_nor_agrees(shop: Shop) -> None:
    """Who asked, whose accounts they are, their households; nobody at a device of everybody's (L15)."""
    cast, other = shop.cast, twin(shop.cast, door=HOME)
    with pytest.raises(MergeRefused):  # 赵芳's own household
        ask_about(cast, twin(cast, door=Door("3", "1", "301")), cast.limei)
    request_id = ask_about(cast, other, cast.limei)
    with pytest.raises(OwnDeviceNeeded):
        answer(cast, request_id, on_device_id=new_id())
    for person in (cast.zhaofang, cast.limei, other):
        with pytest.raises(DeciderNotAllowed):
            answer(cast, request_id, person)
    for door in (HOME, Door("1", "1", "101"), Door("3", "1", "301")):
        move(cast, cast.hedu, door)
        with pytest.raises(DeciderNotAllowed):
            answer(cast, request_id)
    move(cast, cast.hedu, Door("9", "1", "901"))  # out for an hour, and nobody's stranger
    with pytest.raises(DeciderNotAllowed):
        answer(cast, request_id)
    assert topics_of(cast.limei) == ["members.merge_proposed"]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("how", "hours"), [("stopped", 1), ("declined", 1), ("expired", 73)])
def test_what_is_not_agreed_to_ends_and_is_told(shop: Shop, how: str, hours: int) -> None:
    cast, other, later = shop.cast, twin(shop.cast), clock.now() + timedelta(hours=hours)
    request_id = ask_about(cast, other, cast.limei)
    with pytest.raises(RequestWaiting):
        ask_about(cast, cast.liuyang, other)
    if how == "stopped":
        stop(cast, request_id, cast.limei)
    elif how == "declined":
        answer(cast, request_id, approve=False)
    assert end_requests(later) == (how == "expired")
    assert get_request(cast.community_id, request_id).state_at(later) == how
    assert topics_of(cast.zhaofang) == [f"members.request_{how}"]
    assert topics_of(other)[-1] == "members.request_over"
    with pytest.raises(RequestEnded):
        answer(cast, request_id)
    assert get_member(cast.community_id, other.id).is_active


def at_the_same_time(shop: Shop, app: Flask) -> tuple[list[str], bool, str]:
    """Whoever was refused, whether the two became one, and what the request says of it."""
    cast, other = shop.cast, twin(shop.cast)
    request_id = ask_about(cast, other, cast.limei)
    works = [lambda: answer(cast, request_id), lambda: stop(cast, request_id, cast.limei)]
    refused = [type(each).__name__ for each in at_once(app, works) if each is not None]
    is_merged = get_member(cast.community_id, other.id).state == "merged"
    return refused, is_merged, get_request(cast.community_id, request_id).state


def test_who_stops_it_while_another_agrees_is_first_or_too_late(shop: Shop, app: Flask) -> None:
    """Either it is stopped and nothing moved, or it is merged and cannot be stopped any more."""
    refused, is_merged, state = at_the_same_time(shop, app)
    assert (refused, state == "approved") == (["RequestEnded"], is_merged)


@pytest.mark.engines("postgresql")
def test_without_the_lock_it_is_stopped_and_merged_as_well(
    shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is the lock on the request; SQLite has the one write lock."""
    meet_unlocked(monkeypatch)
    refused, is_merged, _state = at_the_same_time(shop, app)
    assert (refused, is_merged) == ([], True)


def meet_unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the request, which nobody locks, before either writes."""
    row_locks_off(monkeypatch)
    meeting, lock = Meeting(2), request_locks.lock_request

    def read(*of: Any) -> Any:
        asked = lock(*of)
        meeting.wait()
        return asked

    for room in (agreeing, stopping):
        monkeypatch.setattr(room, "lock_request", read)


@pytest.mark.engines("sqlite")
def test_an_erasure_at_a_clerk_s_word_waits_for_another_person_first(shop: Shop) -> None:
    cast, home = shop.cast, shop.community_id
    request_id = ask_about(cast, cast.limei)
    assert topics_of(cast.limei) == ["members.erasure_proposed"]
    with pytest.raises(ErasureMissing):
        erase(cast, cast.limei)
    answer(cast, request_id)
    begun = find_erasure(home, cast.limei.id)
    assert begun is not None
    assert (begun.id, begun.asked_by_id) == (request_id, cast.zhaofang.id)
    with db.engine.begin() as books:  # as one clerk alone asked before there were two
        books.execute(update(PersonRequest).values(state="withdrawn", decided_by_id=None))
    with pytest.raises(SecondPersonMissing):
        erase(cast, cast.limei)
    with db.engine.begin() as books:
        books.execute(update(PersonRequest).values(state="approved", decided_by_id=cast.hedu.id))
    stop(cast, request_id, cast.limei)
    assert find_erasure(home, cast.limei.id) is None
    assert topics_of(cast.zhaofang)[-1] == "members.request_stopped"
