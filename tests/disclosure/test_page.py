"""The public page of a month: everything adds up before the reader's eyes, nobody is named."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from pointsvc.extensions import db
from pointsvc.kernel import qr
from tests.disclosure.office import Office
from tests.support.cast import PEOPLE, Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


def page_of(client: HouseClient, office: Office, name: str = "2026-11") -> str:
    return client.get(f"/communities/{office.community_id}/months/{name}").get_data(as_text=True)


def plain(page: str) -> str:
    """The words of the page without tags, blanks as one."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_five_openings_add_up_on_the_page(november: Office, client: HouseClient) -> None:
    words = plain(page_of(client, november))
    for heading in ("一、收入", "二、支出", "三、库存", "四、兑换", "五、结余"):
        assert heading in words
    assert "收入合计 665 − 支出合计 180 = 结余 485 分" in words
    assert "此刻大家的存折加起来正好 485 分，与结余一致。" in words


def test_a_balance_that_somebody_raised_by_hand_is_said_on_the_page(
    november: Office, client: HouseClient
) -> None:
    """The closing goes back from balances; the passbooks' last lines, which the root covers, differ."""
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        wallet = "SELECT id FROM accounts WHERE kind = 'wallet' AND balance > 0 LIMIT 1"
        connection.execute(text(f"UPDATE accounts SET balance = balance + 7 WHERE id = ({wallet})"))
        connection.commit()
        driver.execute("PRAGMA foreign_keys=ON")
    words = plain(page_of(client, november))
    assert "结余 492 分" in words
    assert "此刻大家的存折加起来是 485 分，与结余对不上" in words


def test_no_name_stands_on_the_page(november: Office, client: HouseClient) -> None:
    page = page_of(client, november)
    assert [name for name, *_rest in PEOPLE.values() if name in page] == []
    assert ("李*" in page, "李*兰" in page) == (True, False)
    assert "李秀兰" not in page


def test_an_anonymous_donor_is_called_so(office: Office, client: HouseClient) -> None:
    office.receive(None)
    assert "匿名" in page_of(client, office)


def test_the_root_and_its_day_are_printed(november: Office, client: HouseClient) -> None:
    root = november.seal(date(2026, 11, 20))
    page = page_of(client, november)
    assert root.hex() in page
    assert "2026年11月20日" in page


def test_months_are_turned_like_pages(november: Office, client: HouseClient) -> None:
    november.clock.at("2026-12-02T09:00")
    middle, first = page_of(client, november), page_of(client, november, "2026-10")
    assert "/months/2026-10" in middle
    assert "/months/2026-12" in middle
    assert "/months/2026-09" not in first
    assert "/months/2027-01" not in page_of(client, november, "2026-12")


@pytest.mark.parametrize("name", ["2026-12", "2026-13", "now", "2026-11-01"])
def test_what_is_no_month_yet_is_not_found(office: Office, client: HouseClient, name: str) -> None:
    assert client.get(f"/communities/{office.community_id}/months/{name}").status_code == 404


@pytest.mark.parametrize("name", ["limei", "hedu", "zhoumin", "chenjing"])
def test_everybody_gets_to_their_own_community_s_month(
    office: Office, client: HouseClient, name: str
) -> None:
    person: Person = getattr(office.cast, name)
    sign_in_cookie(client, person)
    answer = client.get("/disclosure")
    assert answer.status_code == 303
    assert answer.location == f"/communities/{person.community_id}/months/2026-11"


def test_an_operator_has_no_community_of_their_own(office: Office, client: HouseClient) -> None:
    sign_in_cookie(client, office.cast.heyun)
    assert client.get("/disclosure").status_code == 403
    assert client.get(f"/communities/{office.community_id}/months/2026-11").status_code == 200


def test_a_signed_in_reader_s_page_is_kept_nowhere(office: Office, client: HouseClient) -> None:
    address = f"/communities/{office.community_id}/months/2026-11"
    stranger = client.get(address)
    assert stranger.headers["Cache-Control"] == "private, max-age=60"
    assert "Cookie" in stranger.headers["Vary"]
    sign_in_cookie(client, office.cast.limei)
    assert client.get(address).headers["Cache-Control"] == "no-store"


def test_the_printed_code_leads_back_to_the_page(office: Office, client: HouseClient) -> None:
    address = f"http://localhost/communities/{office.community_id}/months/2026-11"
    code = qr.svg(address, title="这一页的网址", error_correction="M", version_max=10)
    assert code in page_of(client, office)
