"""What the page without network is made of: a shell of nobody's, a worker, the shifts of one person."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import func, select

import pointsvc
from pointsvc.checkin.models import Scan
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.visits import open_visit
from pointsvc.organisation.models import Device
from tests.checkin.duty import Duty
from tests.checkin.test_pages_devices import enrolled
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")

STATIC: Final = Path(pointsvc.__file__).parent / "static"
FROM: Final = re.compile(r"""(?:from|import|importScripts|new URL)\s*\(?\s*["']([./][^"']+)["']""")


def duties(client: HouseClient) -> dict[str, Any]:
    answer = client.get("/offline/duties.json")
    assert answer.status_code == 200
    told = answer.json
    assert isinstance(told, dict)
    return told


def kept_by(client: HouseClient) -> list[str]:
    """What the worker says that it keeps."""
    [listed] = re.findall(r"^const FILES = \[(.*)\];$", client.get("/sw.js").text, re.MULTILINE)
    return re.findall(r'"([^"]+)"', listed)


def test_the_shell_is_the_same_for_everybody(client: HouseClient, duty: Duty) -> None:
    cast = duty.cast
    of_nobody = client.get("/offline").data
    sign_in_cookie(client, cast.wangqiang)
    client.post("/checkin/station/open", data={})  # leaves a message for the next page
    assert client.get("/offline").data == of_nobody
    assert "王强" in client.get("/checkin").text
    sign_in_cookie(client, cast.limei)
    assert client.get("/offline").data == of_nobody


def test_the_shell_uses_up_no_message_of_the_last_page(client: HouseClient, duty: Duty) -> None:
    sign_in_cookie(client, duty.cast.wangqiang)
    client.post("/checkin/station/open", data={})
    with client.session_transaction() as session:
        left = session["_flashes"]
    client.get("/offline")
    with client.session_transaction() as session:
        assert session["_flashes"] == left != []


def test_the_shell_comes_in_the_reader_s_type_and_language(client: HouseClient) -> None:
    client.set_cookie("mode", "elder")
    client.set_cookie("locale", "en")
    page = client.get("/offline").text
    assert 'data-mode="elder"' in page
    assert 'lang="en"' in page


def test_the_worker_serves_the_whole_site_and_is_asked_for_anew(client: HouseClient) -> None:
    worker = client.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "'self'" in worker.headers["Content-Security-Policy"]
    assert 'const SHELL = "/offline";' in worker.text


def test_another_shell_is_another_version(client: HouseClient) -> None:
    def version() -> str:
        [found] = re.findall(r'const VERSION = "(\w+)"', client.get("/sw.js").text)
        return str(found)

    first = version()
    assert version() == first
    client.set_cookie("locale", "en")
    assert version() != first


def test_the_worker_keeps_all_that_the_shell_loads(client: HouseClient) -> None:
    page = client.get("/offline").text
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))
    assert "/static/js/app.js" in loaded
    assert loaded - set(kept_by(client)) == set()


def test_the_worker_keeps_what_scripts_load_in_turn(client: HouseClient) -> None:
    kept = {path.removeprefix("/static/") for path in kept_by(client)}
    assert "vendor/zxing-wasm/zxing_reader.wasm" in kept
    missing = {
        (script.name, name)
        for script in (STATIC / "js").glob("*.js")
        for name in FROM.findall(script.read_text(encoding="utf-8"))
        if (script.parent / name).resolve().relative_to(STATIC).as_posix() not in kept
    }
    assert missing == set()


def test_the_leader_keeps_the_shifts_of_the_own_plots(client: HouseClient, duty: Duty) -> None:
    duty.open_station()
    sign_in_cookie(client, duty.cast.wangqiang)
    [shift] = duties(client)["shifts"]
    assert (shift["id"], shift["place"], shift["counts"]) == (str(duty.shift_id), "1号田", "stay")
    assert shift["span"] == "08:50–10:50"


def test_drops_are_kept_by_who_may_count_them(client: HouseClient, duty: Duty) -> None:
    station = str(duty.open_station())
    sign_in_cookie(client, duty.cast.sungang)
    assert [(each["id"], each["counts"]) for each in duties(client)["shifts"]] == [
        (station, "drop")
    ]
    sign_in_cookie(client, duty.cast.zhaofang)
    assert [each["counts"] for each in duties(client)["shifts"]] == ["stay"]


def test_tomorrow_is_kept_and_what_is_over_is_not(client: HouseClient, duty: Duty) -> None:
    tomorrow = duty.open_shift(duty.at("32:00"), duty.at("33:00"))
    duty.open_shift(duty.at("57:00"), duty.at("58:00"))
    duty.open_shift(duty.at("05:00"), duty.at("06:00"))
    sign_in_cookie(client, duty.cast.wangqiang)
    assert {each["id"] for each in duties(client)["shifts"]} == {
        str(duty.shift_id),
        str(tomorrow),
    }


def test_an_owner_is_one_person_and_says_nothing_of_them(client: HouseClient, duty: Duty) -> None:
    cast = duty.cast
    owners = []
    for person in (cast.wangqiang, cast.wangqiang, cast.sungang):
        sign_in_cookie(client, person)
        owners.append(duties(client)["owner"])
        assert f'data-owner="{owners[-1]}"' in client.get("/checkin").text
    assert owners[0] == owners[1] != owners[2]
    assert not {str(cast.wangqiang.id), str(cast.sungang.id)} & set(owners)


def test_a_queue_is_never_sent_by_who_signed_in_meanwhile(client: HouseClient, duty: Duty) -> None:
    """Between the browser's look at who is signed in and its upload, another tab changed that."""
    cast = duty.cast
    sign_in_cookie(client, cast.wangqiang)
    queue = {"Scan-Owner": duties(client)["owner"]}
    scan = {"scan_id": str(new_id()), "code": duty.card(cast.limei), "direction": "in"}
    sign_in_cookie(client, cast.zhaofang)
    sent = client.post("/api/v1/scans/batch", json={"scans": [scan]}, headers=queue)
    assert (sent.status_code, db.session.scalar(select(func.count()).select_from(Scan))) == (401, 0)
    sign_in_cookie(client, cast.wangqiang)
    sent = client.post("/api/v1/scans/batch", json={"scans": [scan]}, headers=queue)
    assert sent.status_code == 200


def test_a_scanner_keeps_its_place_s_shifts(client: HouseClient, duty: Duty) -> None:
    station = str(duty.open_station())
    at_station = enrolled(duty, client, "scanner", duty.cast.station_id)
    assert [each["id"] for each in duties(at_station)["shifts"]] == [station]


def test_a_guest_on_a_shared_device_keeps_nothing(client: HouseClient, duty: Duty) -> None:
    enrolled(duty, client, "scanner", duty.cast.plot_id)
    client.set_cookie("sign_in", guest(duty, duty.cast.wangqiang))
    assert client.get("/offline/duties.json").status_code == 403
    assert 'data-owner=""' in client.get("/checkin").text


def guest(duty: Duty, person: Person) -> str:
    """The token of the person's visit by card on the community's only device."""
    device_id = db.session.scalar(select(Device.id))
    return transact(
        lambda: open_visit(
            subject_kind="member",
            subject_id=person.id,
            community_id=duty.community_id,
            agent="test",
            now=duty.now(),
            on_device_id=device_id,
        )
    ).token


@pytest.mark.parametrize("who", ["limei", "zhoumin", "chenjing"])
def test_who_scans_nobody_keeps_nothing(client: HouseClient, duty: Duty, who: str) -> None:
    sign_in_cookie(client, getattr(duty.cast, who))
    assert client.get("/offline/duties.json").status_code == 403
    assert 'data-owner=""' in client.get("/me").text


def test_a_server_in_trouble_does_not_make_a_phone_forget_its_owner(wired_app: Flask) -> None:
    wired_app.config["PROPAGATE_EXCEPTIONS"] = False
    page = wired_app.test_client().get("/checkin", headers={"Authorization": "Bearer x"})
    assert page.status_code == 503
    assert "data-owner" not in page.text


def test_a_stranger_is_asked_in_and_changes_nothing(client: HouseClient) -> None:
    answer = client.get("/offline/duties.json")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/offline/duties.json")
    assert "data-owner" not in client.get("/sign-in").text
