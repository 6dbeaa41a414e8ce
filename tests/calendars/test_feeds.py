"""A calendar to subscribe to: by an address that nobody guesses, of oneself or of a plot."""

from __future__ import annotations

import re
from typing import Any

import pytest
from icalendar import Calendar as Ical
from structlog.testing import capture_logs

from pointsvc.audit.actors import SYSTEM
from pointsvc.calendars.models import CalendarFeed
from pointsvc.extensions import db
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import let_go
from tests.activities.calendar import Calendar, later
from tests.plots.years import Year
from tests.support.cast import PASSWORD, Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def calendar(cast: Any, database: Any) -> Calendar:  # noqa: ARG001 - its context
    """Shifts of the cast."""
    return Calendar(cast)


@pytest.fixture
def year(calendar: Calendar) -> Year:
    """The care calendar of plot 1."""
    return Year(calendar)


def subscribe(client: HouseClient, person: Person, path: str = "/calendars") -> str:
    """The path of a new address of the person's."""
    sign_in_cookie(client, person)
    page = client.post(path).text
    [address] = set(re.findall(r'value="http://localhost(/calendars/\S+?\.ics)"', page))
    client.delete_cookie("sign_in")
    return str(address)


def events(client: HouseClient, path: str) -> list[Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Ical.from_ical(answer.data).walk("VEVENT")


def test_what_one_signed_up_for_is_in_it(year: Year, client: HouseClient) -> None:
    year.add(tools="夹子", risk="none")
    year.generate()
    duty = year.duties()[0]
    year.calendar.join(duty.shift_id, year.cast.limei)
    [event] = events(client, subscribe(client, year.cast.limei))
    assert event["UID"] == f"{duty.shift_id}@pointsvc"
    assert event["DTSTART"].dt == duty.starts_at
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert "夹子" in event["DESCRIPTION"]
    assert (event["STATUS"], event["SUMMARY"]) == ("CONFIRMED", "捡垃圾 · 1号田")


def test_nobody_else_s_name_is_in_it(year: Year, client: HouseClient) -> None:
    shift = year.calendar.open(starts_at=later(days=1), capacity=3)
    year.calendar.join(shift.id, year.cast.limei)
    year.calendar.join(shift.id, year.cast.liuyang)
    plot = subscribe(client, year.cast.wangqiang, f"/calendars/plots/{year.place_id}")
    for path in (subscribe(client, year.cast.limei), plot):
        text = b"".join(client.get(path).data.replace(b"\r\n ", b"").splitlines()).decode()
        assert not any(person in text for person in ("刘洋", "李梅", "王强"))
    assert "报名 2 人" in str(events(client, plot)[0]["DESCRIPTION"])


def test_what_was_called_off_is_struck_out(calendar: Calendar, client: HouseClient) -> None:
    shift = calendar.open(starts_at=later(days=1))
    calendar.join(shift.id, calendar.cast.limei)
    path = subscribe(client, calendar.cast.limei)
    [before] = events(client, path)
    calendar.cancel(shift.id)
    [after] = events(client, path)
    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_it_reaches_a_month_back_and_half_a_year_ahead(
    calendar: Calendar, client: HouseClient
) -> None:
    for days in (-29, 179, 181):
        calendar.open(calendar.cast.zhaofang, starts_at=later(days=days))
    assert len(events(client, subscribe(client, calendar.cast.zhaofang))) == 2


def test_the_same_calendar_is_not_sent_again(calendar: Calendar, client: HouseClient) -> None:
    calendar.open(starts_at=later(days=1))
    path = subscribe(client, calendar.cast.wangqiang)
    first = client.get(path)
    assert first.headers["Cache-Control"].startswith("private")
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Last-Modified" in first.headers


def test_a_new_address_shuts_the_old_one_and_an_end_shuts_both(
    calendar: Calendar, client: HouseClient
) -> None:
    old = subscribe(client, calendar.cast.limei)
    new = subscribe(client, calendar.cast.limei)
    assert [client.get(path).status_code for path in (old, new)] == [404, 200]
    sign_in_cookie(client, calendar.cast.limei)
    assert client.post("/calendars/end").status_code == 303
    assert client.get(new).status_code == 404


def test_a_departed_member_s_address_shows_nothing(calendar: Calendar, client: HouseClient) -> None:
    path = subscribe(client, calendar.cast.limei)
    limei = {"community_id": calendar.community_id, "member_id": calendar.cast.limei.id}
    transact(lambda: let_go(actor=SYSTEM, now=later(), **limei))
    assert client.get(path).status_code == 404


def test_only_its_leader_gets_a_plot_s_address(calendar: Calendar, client: HouseClient) -> None:
    for person, status in ((calendar.cast.limei, 403), (calendar.cast.chenjing, 404)):
        sign_in_cookie(client, person)
        answer = client.post(f"/calendars/plots/{calendar.cast.plot_id}")
        assert answer.status_code == status


def test_the_secret_is_stored_nowhere_and_logged_nowhere(
    calendar: Calendar, client: HouseClient
) -> None:
    with capture_logs() as lines:
        path = subscribe(client, calendar.cast.limei)
        client.get(path)
        client.get(path[:-6] + "x.ics")
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert secret[40:] not in str(lines)
    [feed] = db.session.query(CalendarFeed).all()
    assert secret.encode() not in feed.secret_hash
    assert len(secret) - 32 >= 43
    assert secret not in client.get("/metrics").text


def test_wrong_feeds_shut_nobody_out_of_signing_in(calendar: Calendar, client: HouseClient) -> None:
    """Another site's page can make its reader's browser ask for fifty."""
    wrong = f"/calendars/{calendar.community_id.hex}{'A' * 43}.ics"
    answers = [client.get(wrong).status_code for _guess in range(51)]
    assert (answers.count(404), answers[-1]) == (50, 429)
    form = {"phone": calendar.cast.limei.phone, "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303


def test_guessing_is_bounded(calendar: Calendar, client: HouseClient) -> None:
    wrong = f"/calendars/{calendar.community_id.hex}{'A' * 43}.ics"
    answers = {client.get(wrong).status_code for _guess in range(32)}
    assert answers == {404}
    path = subscribe(client, calendar.cast.limei)
    answers = {client.get(path).status_code for _poll in range(32)}
    assert answers == {200, 429}
