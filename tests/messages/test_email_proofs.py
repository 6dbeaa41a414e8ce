"""Nothing is sent to an address before somebody has shown, by a link that went there, that it is theirs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from pointsvc.kernel import clock as clocks
from pointsvc.members.emails import LETTERS_OF_DAY
from pointsvc.members.errors import TooManyLetters
from pointsvc.members.wishes import wish_of
from pointsvc.messages.channels import Undelivered
from tests.messages.conftest import EMAIL, Postbox
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.engines("sqlite")


def link(postbox: Postbox) -> str:
    """The path in the newest letter."""
    [path] = re.findall(r"https?://[^/\s]+(/messages/confirm/\S+)", postbox.letters[-1].text)
    return str(path)


def is_confirmed(postbox: Postbox) -> bool:
    return wish_of(postbox.community_id, postbox.cast.limei.id).is_confirmed


def test_only_the_letter_that_asks_leaves_before_the_link_came_back(
    postbox: Postbox, client: HouseClient
) -> None:
    postbox.wish("email", is_confirmed=False)
    postbox.leave()
    assert [postbox.run(), postbox.run()] == ["1 asked back", "0"]
    [letter] = postbox.letters
    assert (letter.address, "1号田" in letter.text) == (EMAIL, False)
    assert "是我的邮箱" in client.get(link(postbox)).text
    assert not is_confirmed(postbox)
    assert "确认好了" in client.post(link(postbox)).text
    postbox.leave()
    assert postbox.run() == "1 sent"


def test_a_link_opens_once_and_for_a_day(
    postbox: Postbox, client: HouseClient, clock: FrozenClock
) -> None:
    postbox.wish("email", is_confirmed=False)
    postbox.run()
    used = link(postbox)
    clock.advance(hours=25)
    late = client.post(used)
    assert (late.status_code, is_confirmed(postbox)) == (404, False)
    sign_in_cookie(client, postbox.cast.limei)
    client.post("/messages/ways/letter")
    postbox.run()
    assert [client.post(link(postbox)).status_code for _tap in range(2)] == [200, 404]
    assert client.get(used).text == client.get(used[:-3] + "xyz").text.replace("xyz", used[-3:])


def test_another_address_is_confirmed_anew(postbox: Postbox, client: HouseClient) -> None:
    postbox.wish("email")
    sign_in_cookie(client, postbox.cast.limei)
    client.post("/messages/ways", data={"by_email": "yes", "email": "other@example.org"})
    assert not is_confirmed(postbox)
    page = client.get("/messages/ways").text
    assert "等您确认" in page


def test_letters_of_a_day_are_counted_whatever_the_address(
    postbox: Postbox, client: HouseClient, clock: FrozenClock
) -> None:
    sign_in_cookie(client, postbox.cast.limei)
    answers = [
        client.post("/messages/ways", data={"by_email": "yes", "email": f"a{n}@example.org"})
        for n in range(LETTERS_OF_DAY + 1)
    ]
    assert [each.status_code for each in answers] == [303] * LETTERS_OF_DAY + [429]
    assert str(TooManyLetters(limit=LETTERS_OF_DAY).detail) in answers[-1].text
    clock.advance(hours=24)
    assert client.post("/messages/ways/letter").status_code == 303


def test_a_letter_that_does_not_leave_is_tried_again(postbox: Postbox) -> None:
    postbox.wish("email", is_confirmed=False)
    postbox.faults = [Undelivered("smtp.421")]
    assert postbox.run() == "0"
    assert postbox.run(clocks.now() + timedelta(minutes=11)) == "1 asked back"
