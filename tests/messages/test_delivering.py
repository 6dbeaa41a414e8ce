"""What was left in the outbox leaves once by each wished way, and the pages lose nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from pointsvc.kernel import clock as clocks
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import record_consent
from pointsvc.messages import jobs, sending
from pointsvc.messages.channels import Letter, Undelivered
from pointsvc.messages.rules import ATTEMPTS_MAX
from pointsvc.web.messages import mark_read, messages_of
from tests.messages.conftest import EMAIL, Postbox
from tests.support.clocks import FrozenClock


def test_a_message_leaves_once_by_each_wished_way(postbox: Postbox) -> None:
    postbox.wish("email", "sms")
    postbox.leave()
    assert [postbox.run(), postbox.run()] == ["2 sent", "0"]
    assert {(each.channel, each.address) for each in postbox.letters} == {
        ("email", EMAIL),
        ("sms", "13800000001"),
    }
    assert "请您养护1号田" in postbox.letters[0].text or "1号田" in postbox.letters[0].text


def test_nothing_leaves_for_who_wished_nothing(postbox: Postbox) -> None:
    postbox.leave()
    postbox.run()
    assert (postbox.letters, postbox.states()) == ([], [])
    assert len(messages_of(postbox.community_id, postbox.cast.limei.id).rows) == 1


def test_a_consent_taken_back_stops_what_waits(postbox: Postbox) -> None:
    postbox.wish("email")
    postbox.leave()
    postbox.hand_over()
    limei = postbox.cast.limei.id
    transact(
        lambda: record_consent(
            community_id=postbox.community_id,
            member_id=limei,
            purpose="messages",
            given=False,
            recorded_by_id=limei,
            now=clocks.now(),
        )
    )
    assert postbox.run() == "1 dropped"
    assert postbox.letters == []


def test_what_was_read_already_is_not_sent(postbox: Postbox) -> None:
    postbox.wish("email")
    postbox.leave()
    whose = {"community_id": postbox.community_id, "member_id": postbox.cast.limei.id}
    transact(lambda: mark_read(now=clocks.now(), **whose))
    postbox.run()
    assert postbox.letters == []


def test_what_is_days_old_when_it_could_leave_stays(postbox: Postbox, clock: FrozenClock) -> None:
    postbox.leave()
    clock.advance(days=3)
    postbox.wish("email")
    postbox.run()
    assert postbox.letters == []


def test_an_sms_waits_for_the_morning_and_holds_nothing_up(
    postbox: Postbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH", 1)
    clock.at("2026-11-21T21:30")
    postbox.wish("sms", "email")
    postbox.leave()
    assert postbox.run() == "1 sent"
    assert postbox.states() == [("email", "sent"), ("sms", "waiting")]
    assert postbox.run(clock.at("2026-11-22T08:01")) == "1 sent"


def test_a_fault_is_tried_again_and_then_given_up(postbox: Postbox, clock: FrozenClock) -> None:
    postbox.wish("email")
    postbox.leave()
    postbox.faults = [Undelivered("smtp.421")] * ATTEMPTS_MAX
    said = []
    for _try in range(ATTEMPTS_MAX):
        said.append(postbox.run())
        clock.advance(hours=13)
    assert said == ["1 waiting"] * (ATTEMPTS_MAX - 1) + ["1 dead"]
    assert postbox.run() == "0"


def test_a_final_fault_is_not_tried_again(postbox: Postbox, clock: FrozenClock) -> None:
    postbox.wish("email")
    postbox.leave()
    postbox.faults = [Undelivered("smtp.550", is_final=True)]
    assert postbox.run() == "1 dead"
    assert postbox.run(clock.advance(days=1)) == "0"


def test_a_killed_sender_is_followed_by_the_next(postbox: Postbox, clock: FrozenClock) -> None:
    """It had sent, perhaps; the next one sends it again under the same id: at least once."""
    postbox.wish("email")
    postbox.leave()
    [before] = [postbox.hand_over()]
    postbox.faults = [KeyboardInterrupt()]  # type: ignore[list-item]
    with suppress(KeyboardInterrupt):
        postbox.run()
    assert (before, postbox.states()) == (1, [("email", "sending")])
    assert postbox.run() == "0"
    assert postbox.run(clock.at(clocks.now() + timedelta(minutes=6))) == "1 sent"
    assert [letter.id for letter in postbox.letters] == postbox.ids()


@pytest.mark.engines("sqlite")
def test_a_letter_that_cannot_be_written_holds_up_nobody_s(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an address did that no letter's head can hold."""
    send = postbox.send

    def write(letter: Letter) -> None:
        if letter.address == EMAIL:
            message = "Header values may not contain linefeed"
            raise ValueError(message)
        send(letter)

    monkeypatch.setattr(postbox, "send", write)
    monkeypatch.setattr(jobs, "adapters_of", lambda _settings: {"email": write, "sms": write})
    postbox.wish("email")
    postbox.wish("sms", person=postbox.cast.wangqiang)
    postbox.leave()
    postbox.leave(postbox.cast.wangqiang)
    assert postbox.run() == "1 dead, 1 sent"
    assert [each.channel for each in postbox.letters] == ["sms"]
