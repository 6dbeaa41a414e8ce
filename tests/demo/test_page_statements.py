"""The main pages ask the database at most twelve questions each, however much there is to show."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from pointsvc.demo.founding import Street
from pointsvc.extensions import db
from pointsvc.members.models import Member
from tests.support.cast import Person, bearer
from tests.support.clients import HouseClient
from tests.support.distribution import recorded

STATEMENTS_MAX = 12
PAGES = {
    "/me": "李梅",
    "/me/statement": "李梅",
    "/activities/open": "李梅",
    "/disclosure": "李梅",
    "/checkin": "王强",
    "/members": "赵芳",
    "/members?q=李": "赵芳",
    "/shop/products": "张店",
    "/shop/orders": "张店",
    "/ledger": "周敏",
}


def reader(street: Street, name: str) -> dict[str, str]:
    of_street = select(Member.id).where(Member.community_id == street.community_id)
    found = db.session.scalars(of_street.where(Member.name == name)).one()
    return bearer(Person(found, name, "", street.community_id))


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(("path", "name"), PAGES.items())
def test_a_main_page_asks_at_most_twelve_questions(
    street: Street, client: HouseClient, path: str, name: str
) -> None:
    headers = reader(street, name)
    shown = client.get(path, headers=headers).location or path  # this month's, for one
    with recorded(db.engine) as statements:
        answer = client.get(shown, headers=headers)
    asked = [each for each in statements if each != "BEGIN"]  # SQLite's is said aloud
    assert answer.status_code == 200
    assert len(asked) <= STATEMENTS_MAX, "\n".join(asked)
