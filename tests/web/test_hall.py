"""Arriving: the sign-in page, where each role lands, mode, language, and where one goes next."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.members.models import Member
from pointsvc.web.pages.hall import safe_next
from tests.support.cast import PASSWORD, Cast, bearer, sign_in_cookie
from tests.support.clients import HouseClient
from tests.web.test_sign_in import settle_abroad

pytestmark = pytest.mark.engines("sqlite")  # pages; their queries are tested in their rooms


def sign_in(client: HouseClient, phone: str, password: str = PASSWORD, **form: str) -> str:
    """The address that somebody is sent to after signing in."""
    answer = client.post("/sign-in", data={"phone": phone, "password": password, **form})
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.mark.parametrize(
    ("name", "landing"),
    [
        ("limei", "/me"),
        ("wangqiang", "/plots/mine"),
        ("sungang", "/checkin/station"),
        ("zhangdian", "/shop"),
        ("zhaofang", "/desk?role=clerk"),
        ("hedu", "/approvals"),
        ("zhoumin", "/ledger"),
        ("heyun", "/operator"),
    ],
)
def test_each_role_lands_on_its_own_page(
    client: HouseClient, cast: Cast, name: str, landing: str
) -> None:
    assert sign_in(client, getattr(cast, name).phone) == "/"
    front = client.get("/")
    assert front.status_code == 302
    assert front.headers["Location"] == landing
    assert client.get(landing).status_code == 200


@pytest.mark.parametrize(
    ("name", "landing", "here"),
    [
        ("wangqiang", "/plots/mine", "党小组长"),
        ("sungang", "/checkin/station", "投放点管理员"),
        ("zhangdian", "/shop", "超市店长"),
        ("zhaofang", "/desk?role=clerk", "社区专干"),
        ("hedu", "/approvals", "监督员"),
    ],
)
def test_somebody_with_several_roles_chooses_among_them_where_they_land(
    client: HouseClient, cast: Cast, name: str, landing: str, here: str
) -> None:
    sign_in(client, getattr(cast, name).phone)
    page = client.get(landing).text
    assert 'href="/?role=volunteer"' in page
    assert re.search(rf'aria-current="page"[^>]*>\s*{here}', page)
    assert "我的角色" in client.get("/me").text


@pytest.mark.usefixtures("cast")
def test_a_wrong_password_keeps_the_phone_and_forgets_the_password(client: HouseClient) -> None:
    form = {"phone": "13800000001", "password": "my-wrong-one", "next": "/me/code"}
    page = client.post("/sign-in", data=form)
    assert page.status_code == 401
    assert 'value="13800000001"' in page.text
    assert 'value="/me/code"' in page.text
    assert "my-wrong-one" not in page.text
    assert "手机号或密码不对" in page.text


def test_one_goes_on_to_where_one_was_stopped(client: HouseClient, cast: Cast) -> None:
    stopped = client.get("/me/statement?after=abc")
    assert stopped.headers["Location"] == "/sign-in?next=/me/statement?after%3Dabc"
    assert sign_in(client, cast.limei.phone, next="/me/statement") == "/me/statement"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(app: Flask, target: str) -> None:
    with app.test_request_context():
        assert safe_next(target) == "/"
        assert safe_next("/me?x=1#y") == "/me?x=1#y"


def test_the_cookie_is_for_the_server_alone(client: HouseClient, cast: Cast) -> None:
    form = {"phone": cast.limei.phone, "password": PASSWORD}
    plain = client.post("/sign-in", data=form).headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    origin = {"Origin": "https://localhost"}
    safe = client.post("/sign-in", data=form, base_url="https://localhost", headers=origin)
    assert "Secure" in safe.headers["Set-Cookie"]


def test_volunteers_read_large_and_the_office_reads_small(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        volunteer, clerk = bearer(cast.limei), bearer(cast.zhaofang)
    assert 'data-mode="elder"' in client.get("/sign-in").text
    assert 'data-mode="elder"' in client.get("/me", headers=volunteer).text
    assert 'data-mode="standard"' in client.get("/members", headers=clerk).text


def test_who_chooses_a_mode_or_language_keeps_it(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        sign_in_cookie(client, cast.limei)
    form = {"mode": "standard", "locale": "en", "next": "/me"}
    answer = client.post("/preferences", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    page = client.get("/me").text
    assert 'data-mode="standard"' in page
    assert 'lang="en"' in page
    with app.app_context():
        member = db.session.scalars(select(Member).where(Member.id == cast.limei.id)).one()
        assert (member.mode, member.locale) == ("standard", "en")


@pytest.mark.usefixtures("cast")
def test_a_preference_that_is_none_changes_nothing(client: HouseClient) -> None:
    client.post("/preferences", data={"mode": "huge", "locale": "xx", "next": "//evil.example"})
    page = client.get("/sign-in").text
    assert 'data-mode="elder"' in page
    assert 'lang="zh-CN"' in page
    assert client.get_cookie("mode") is None


@pytest.mark.usefixtures("cast")
def test_a_browser_that_reads_english_is_answered_in_english(client: HouseClient) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert 'lang="en"' in page.text
    chinese = client.get("/sign-in", headers={"Accept-Language": "fr"})
    assert 'lang="zh-CN"' in chinese.text


@pytest.mark.parametrize("role", ["clerk", "auditor", "operator", "x", ""])
def test_a_desk_of_a_role_that_one_lacks_is_403(
    app: Flask, client: HouseClient, cast: Cast, role: str
) -> None:
    with app.app_context():
        headers = bearer(cast.limei)
    assert client.get(f"/desk?role={role}", headers=headers).status_code == 403


def test_a_volunteer_s_page_shows_nothing_of_the_office(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        headers = bearer(cast.limei)
    page = client.get("/me", headers=headers).text
    for path in ("/members", "/organisation", "/ledger/", "/operator", "/imports", "/shop/orders"):
        assert f'href="{path}' not in page


def test_a_phone_of_two_communities_chooses_on_a_page(
    app: Flask, client: HouseClient, cast: Cast
) -> None:
    with app.app_context():
        settle_abroad(cast, cast.limei)
    page = client.post("/sign-in", data={"phone": cast.limei.phone, "password": PASSWORD})
    assert page.status_code == 200
    assert "尚城名邸" in page.text
    assert "余丁家园" in page.text
    sealed = page.text.partition('name="sealed"')[2].partition('value="')[2].partition('"')[0]
    choice = {"sealed": sealed, "choice": str(cast.community_id)}
    forged = client.post("/sign-in/choice", data={**choice, "sealed": sealed[:-2] + "xx"})
    assert forged.headers["Location"] == "/sign-in"
    assert client.post("/sign-in/choice", data=choice).headers["Location"] == "/"
    assert "李梅" in client.get("/me").text
