"""Positions are sensitive: a consent of its own, by one's own hand, and nowhere in a bundle."""

from __future__ import annotations

import pytest
from flask_sqlalchemy import SQLAlchemy

from pointsvc.communities.service import update_settings
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.transaction import transact
from pointsvc.members.consents import consents_of, record_consent, shares_position
from tests.support.cast import Cast, Person, bearer, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.usefixtures("database")


def say(cast: Cast, *, given: bool, by: Person) -> bool:
    return transact(
        lambda: record_consent(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            purpose="position",
            given=given,
            recorded_by_id=by.id,
            now=clock.now(),
        )
    )


def shares(cast: Cast) -> bool:
    today = clock.local_day(clock.now(), clock.DEFAULT_ZONE)
    return shares_position(cast.community_id, cast.limei.id, today)


def test_nobody_shares_positions_unasked(cast: Cast) -> None:
    assert consents_of(cast.community_id, cast.limei.id)["position"].state == "never"
    assert not shares(cast)


def test_the_text_tells_what_for_what_follows_and_that_it_is_free(
    client: HouseClient, cast: Cast
) -> None:
    """PIPL art. 28-30: necessity and effect, separate consent; not asked where it has no use."""
    sign_in_cookie(client, cast.limei)
    assert "扫标牌时用位置" not in client.get("/me/consents").text
    changes = {"position_error_metres_max": 50}
    transact(lambda: update_settings(community_id=cast.community_id, changes=changes))
    page = client.get("/me/consents").text
    for words in ("敏感个人信息", "单独问您", "用处", "影响", "不保存", "随时撤回"):
        assert words in page


def test_it_is_given_and_taken_back_on_ones_own_page(client: HouseClient, cast: Cast) -> None:
    headers = bearer(cast.limei)
    for button, state in (("give", True), ("withdraw", False)):
        form = {"purpose": "position", button: "1"}
        assert client.post("/me/consents", data=form, headers=headers).status_code == 303
        assert shares(cast) == state


def test_a_clerk_cannot_give_it_for_somebody_and_can_note_that_it_is_taken_back(
    client: HouseClient, cast: Cast, database: SQLAlchemy
) -> None:
    with pytest.raises(Invalid):
        say(cast, given=True, by=cast.zhaofang)
    database.session.rollback()
    say(cast, given=True, by=cast.limei)
    form = {"purpose": "position", "given": "false"}
    address = f"/members/{cast.limei.id}/consents"
    client.post(address, data=form, headers=bearer(cast.zhaofang))
    assert not shares(cast)


def test_registering_somebody_does_not_ask_for_it(client: HouseClient, cast: Cast) -> None:
    sign_in_cookie(client, cast.zhaofang)
    assert "扫标牌时用位置" not in client.get("/members/new").text
    assert "扫标牌时用位置" not in client.get(f"/members/{cast.limei.id}").text
