"""The server does not start without a key that is on somebody's card."""

from __future__ import annotations

import pytest
from flask import Flask

from pointsvc.audit.actors import SYSTEM
from pointsvc.kernel import clock
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import issue_cards
from tests.support.cast import Cast
from tests.support.commands import pointsvc

pytestmark = pytest.mark.engines("sqlite")
OTHER_KEY = "another-secret-of-the-tests-0123456789-abcdef"


def test_serve_names_the_cards_that_a_lost_key_printed(
    app: Flask, cast: Cast, environment: dict[str, str]
) -> None:
    people, now = [cast.limei.id, cast.liuyang.id], clock.now()
    with app.app_context():
        transact(
            lambda: issue_cards(
                community_id=cast.community_id, member_ids=people, actor=SYSTEM, now=now
            )
        )
    said = pointsvc("serve", environment={**environment, "POINTSVC_SECRET_KEY": OTHER_KEY})
    assert said.code == 2
    assert "2 cards in use were printed with a key that is gone" in said.err
