"""Everybody chooses by which ways messages come; the address is seen by nobody else."""

from __future__ import annotations

import pytest

from pointsvc.extensions import db
from pointsvc.members.models import MessageWish
from pointsvc.members.wishes import wish_of
from tests.messages.conftest import EMAIL, Postbox
from tests.support.cast import sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


def test_ways_are_chosen_on_a_page(postbox: Postbox, client: HouseClient) -> None:
    sign_in_cookie(client, postbox.cast.limei)
    assert "138****0001" in client.get("/messages/ways").text
    answer = client.post("/messages/ways", data={"by_email": "yes", "email": EMAIL})
    assert answer.status_code == 303
    wish = wish_of(postbox.community_id, postbox.cast.limei.id)
    assert (sorted(wish.ways), wish.email) == (["email"], EMAIL)
    row = db.session.get(MessageWish, (postbox.community_id, postbox.cast.limei.id))
    assert row is not None
    assert EMAIL.encode() not in (row.email_cipher or b"")


@pytest.mark.parametrize(
    "email", ["", "no-address", "a@b.org\nBcc: x@y.org", "a@b.org\u2028x", "=?utf-8?q?x?=@b.org"]
)
def test_mail_needs_an_address(postbox: Postbox, client: HouseClient, email: str) -> None:
    sign_in_cookie(client, postbox.cast.limei)
    answer = client.post("/messages/ways", data={"by_email": "yes", "email": email})
    assert answer.status_code == 422
    assert wish_of(postbox.community_id, postbox.cast.limei.id).ways == set()
