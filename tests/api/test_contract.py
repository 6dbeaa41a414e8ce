"""The names that other programs rely on, line by line, under /api/v1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.paging import PageUnknown, seal_cursor
from tests.api.truth import Truth
from tests.api.world import World
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")  # journeys/ walks the same doors on both
Json = dict[str, Any]
Say = Callable[..., Any]
SHANGHAI = timedelta(hours=8)


@pytest.fixture
def say(app: Flask, client: HouseClient, world: World) -> Iterator[Say]:
    """`say("limei", "GET", "/me")` gives the JSON of an answer that the description promises."""
    speaker = Speaker(app, client, world)
    with app.app_context():
        yield speaker.say


class Speaker:
    """Asks the API as a program does."""

    def __init__(self, app: Flask, client: FlaskClient, world: World) -> None:
        self.client = client
        self.world = world
        self.truth = Truth(app)

    def say(
        self, who: str, method: str, path: str, body: Json | None = None, *, expect: int = 200
    ) -> Any:
        headers = self.world.headers(who) | {"Idempotency-Key": str(new_id())}
        answer = self.client.open(f"/api/v1{path}", method=method, headers=headers, json=body)
        assert answer.status_code == expect, answer.text
        assert self.truth.faults(answer) == []
        return answer.json


def is_local(text: str) -> bool:
    """RFC 3339 with the community's offset."""
    return datetime.fromisoformat(text).utcoffset() == SHANGHAI


def scan_body(code: str, direction: str = "in", **more: Any) -> Json:
    return {"scan_id": str(new_id()), "code": code, "direction": direction, **more}


def test_me(say: Say, world: World) -> None:
    me = say("limei", "GET", "/me")
    assert me == {
        "id": str(world.cast.limei.id),
        "name": "李梅",
        "community": {"id": str(world.cast.community_id), "name": "尚城名邸"},
        "roles": ["volunteer"],
        "balance_points": 980,
        "review_points": 0,
        "reserved_points": 0,
        "service_minutes": 120,
        "expiring": [{"on": "2027-12-31", "points": 980}],
    }


def test_my_code_changes(say: Say) -> None:
    code = say("limei", "GET", "/me/code")
    assert set(code) == {"url", "valid_until"}
    assert is_local(code["valid_until"])
    assert clock.now() < datetime.fromisoformat(code["valid_until"])


def test_my_statement_is_paged_newest_first(say: Say) -> None:
    whole = say("limei", "GET", "/me/statement")
    entries = whole["entries"]
    assert whole["next"] is None
    keys = {"transfer_id", "at", "reason", "delta_points", "balance_points", "source"}
    assert all(keys <= set(entry) and is_local(entry["at"]) for entry in entries)
    assert [entry["delta_points"] for entry in entries] == [40, -80, 1000, 20]
    assert entries[0]["balance_points"] == 980
    first = say("limei", "GET", "/me/statement?limit=3")
    rest = say("limei", "GET", f"/me/statement?limit=3&after={first['next']}")
    assert first["entries"] + rest["entries"] == entries
    assert rest["next"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "after=~", "after=AAAA", f"after={seal_cursor(10**20)}"]
)
def test_a_page_that_is_none_is_422(say: Say, query: str) -> None:
    code = "invalid" if query.startswith("limit") else PageUnknown.code
    assert say("limei", "GET", f"/me/statement?{query}", expect=422)["code"] == code


def test_places_and_shops(say: Say, world: World) -> None:
    cast = world.cast
    assert say("limei", "GET", "/places") == {
        "places": [
            {"id": str(cast.plot_id), "name": "1号田", "kind": "plot"},
            {"id": str(cast.shop_id), "name": "积分超市", "kind": "shop"},
            {"id": str(cast.station_id), "name": "1号投放点", "kind": "station"},
        ]
    }
    assert say("limei", "GET", "/shops") == {
        "shops": [{"id": str(cast.shop_id), "name": "积分超市"}]
    }


def test_shifts_of_a_day(say: Say, world: World) -> None:
    shifts = say("wangqiang", "GET", "/shifts")["shifts"]
    [shift] = [each for each in shifts if each["id"] == str(world.ids["shift_id"])]
    assert shift["id"] == str(world.ids["shift_id"])
    assert shift["place"] == {"id": str(world.cast.plot_id), "name": "1号田"}
    assert shift["activity_kind"] == "PLOT_CARE"
    assert "scan" in shift["may"]
    assert "scan" not in say("limei", "GET", "/shifts")["shifts"][0]["may"]
    assert all(is_local(shift[name]) for name in ("starts_at", "ends_at"))
    assert say("wangqiang", "GET", "/shifts?on=2026-11-21")["shifts"] == shifts
    assert say("wangqiang", "GET", "/shifts?on=2026-11-20") == {"shifts": []}
    assert say("chenjing", "GET", "/shifts") == {"shifts": []}


def new_shift(at: UUID, **changes: Any) -> Json:
    starts_at = clock.now() + timedelta(hours=5)
    return {
        "activity_kind": "PLOT_CARE",
        "place_id": str(at),
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
        **changes,
    }


def test_a_leader_opens_a_shift_at_the_own_plot(say: Say, world: World) -> None:
    body = new_shift(world.cast.plot_id, capacity=5)
    made = say("wangqiang", "POST", "/shifts", body, expect=201)
    assert is_local(made["starts_at"])
    assert made["capacity"] == 5
    assert made in say("wangqiang", "GET", "/shifts")["shifts"]


@pytest.mark.parametrize(
    ("who", "place", "expect"),
    [
        ("wangqiang", "station_id", 403),
        ("sungang", "plot_id", 403),
        ("zhaofang", "station_id", 201),
        ("sungang", "station_id", 201),
        ("limei", "plot_id", 403),
        ("zhaofang", "other_plot_id", 404),
        ("chenjing", "plot_id", 403),
        ("staff_abroad", "plot_id", 404),
    ],
)
def test_who_opens_shifts_where(say: Say, world: World, who: str, place: str, expect: int) -> None:
    kind = "WASTE_DUTY" if place == "station_id" else "PLOT_CARE"
    body = new_shift(getattr(world.cast, place), activity_kind=kind)
    say(who, "POST", "/shifts", body, expect=expect)


def test_a_kind_at_the_wrong_sort_of_place_says_so(say: Say, world: World) -> None:
    body = new_shift(world.cast.plot_id, activity_kind="SHOP_DUTY")
    refused = say("wangqiang", "POST", "/shifts", body, expect=422)
    assert (refused["code"], set(refused["errors"])) == (
        "activities.kind_misplaced",
        {"activity_kind"},
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": "2026-11-21T12:00:00"},
        {"starts_at": "2026-11-21"},
        {"ends_at": "2026-11-21T01:00:00+08:00"},
        {"capacity": 0},
        {"capacity": 1.5},
        {"capacity": True},
        {"activity_kind": ""},
        {"activity_kind": "NO_SUCH"},
        {"place_id": "plot 1"},
        {"placeId": "x"},
    ],
    ids=str,
)
def test_a_shift_that_does_not_fit_is_422(say: Say, world: World, changes: Json) -> None:
    body = new_shift(world.cast.plot_id, **changes)
    assert say("wangqiang", "POST", "/shifts", body, expect=422)["errors"]


def test_the_code_of_a_shift(say: Say, world: World) -> None:
    path = f"/shifts/{world.ids['shift_id']}/code"
    for who in ("wangqiang", "zhaofang", "kiosk"):
        code = say(who, "GET", path)
        assert set(code) == {"url", "valid_until"}
        assert is_local(code["valid_until"])
    say("sungang", "GET", path, expect=403)
    say("limei", "GET", path, expect=403)
    say("staff_abroad", "GET", path, expect=404)


def test_a_scan_in_and_out(say: Say, world: World) -> None:
    code = say("hedu", "GET", "/me/code")["url"]
    body = scan_body(code, shift_id=str(world.ids["shift_id"]))
    first = say("wangqiang", "POST", "/scans", body)
    assert first["verdict"] == "accepted"
    assert first["member"] == {"id": str(world.cast.hedu.id), "name": "何督"}
    keys = "scan_id verdict reason member attendance_id award_points service_minutes balance_points"
    assert set(keys.split()) <= set(first)
    assert say("wangqiang", "POST", "/scans", body) == first
    stored = say("wangqiang", "GET", f"/scans/{body['scan_id']}")
    assert first.items() <= stored.items()
    say("limei", "GET", f"/scans/{body['scan_id']}", expect=403)
    say("chenjing", "GET", f"/scans/{body['scan_id']}", expect=404)
    assert say("wangqiang", "POST", "/scans", {**body, "direction": "out"}, expect=409)["code"]


def test_scans_in_a_batch_are_answered_in_order(say: Say, world: World) -> None:
    codes = [say(who, "GET", "/me/code")["url"] for who in ("hedu", "zhaofang")]
    shift = {"shift_id": str(world.ids["shift_id"])}
    scans = [scan_body(code, **shift) for code in [*codes, "no code at all"]]
    results = say("wangqiang", "POST", "/scans/batch", {"scans": scans})["results"]
    assert [each["scan_id"] for each in results] == [each["scan_id"] for each in scans]
    assert [each["verdict"] for each in results] == ["accepted", "accepted", "refused"]
    assert results[2]["member"] is None
    again = say("wangqiang", "POST", "/scans/batch", {"scans": scans[::-1]})["results"]
    assert again[::-1] == results


@pytest.mark.parametrize("count", [0, 201])
def test_a_batch_has_one_to_200_scans(say: Say, count: int) -> None:
    scans = [scan_body("x") for _number in range(count)]
    say("wangqiang", "POST", "/scans/batch", {"scans": scans}, expect=422)


def test_a_foreign_shift_is_404_and_a_foreign_code_a_refusal(say: Say, world: World) -> None:
    stranger = say("chenjing", "GET", "/me/code")["url"]
    shift = {"shift_id": str(world.ids["shift_id"])}
    answer = say("wangqiang", "POST", "/scans", scan_body(stranger, **shift))
    assert (answer["verdict"], answer["member"], answer["balance_points"]) == (
        "refused",
        None,
        None,
    )
    ours = say("hedu", "GET", "/me/code")["url"]
    say("staff_abroad", "POST", "/scans", scan_body(ours, **shift), expect=404)
    say("wangqiang", "POST", "/scans", scan_body(ours, shift_id=str(new_id())), expect=404)


def test_a_volunteer_with_another_person_s_code_is_403(say: Say, world: World) -> None:
    code = say("hedu", "GET", "/me/code")["url"]
    body = scan_body(code, shift_id=str(world.ids["shift_id"]))
    say("limei", "POST", "/scans", body, expect=403)


def test_a_device_gets_a_masked_name_and_no_balance(say: Say, world: World) -> None:
    shift = {
        "activity_kind": "WASTE_SORT",
        "place_id": str(world.cast.station_id),
        "starts_at": clock.now().isoformat(),
        "ends_at": (clock.now() + timedelta(hours=2)).isoformat(),
    }
    say("sungang", "POST", "/shifts", shift, expect=201)
    code = say("limei", "GET", "/me/code")["url"]
    answer = say("scanner", "POST", "/scans", scan_body(code, "drop", quantity=2))
    assert answer["verdict"] == "accepted"
    assert (answer["member"]["name"], answer["balance_points"]) == ("李*", None)
    assert (answer["attendance_id"], answer["service_minutes"]) == (None, 0)


@pytest.mark.parametrize("quantity", [0, 21, -1, 1.5, "2", True])
def test_a_drop_is_one_to_twenty(say: Say, quantity: object) -> None:
    say("sungang", "POST", "/scans", scan_body("x", "drop", quantity=quantity), expect=422)


def order_body(world: World, code: str, quantity: int = 1) -> Json:
    line = {"product_id": str(world.soap_id), "quantity": quantity}
    return {"member_code": code, "lines": [line]}


def test_an_order_its_refund_and_a_gift(say: Say, world: World) -> None:
    code = say("limei", "GET", "/me/code")["url"]
    order = say("zhangdian", "POST", "/orders", order_body(world, code), expect=201)
    assert (order["total_points"], order["balance_points"]) == (40, 940)
    assert set(order["lines"][0]) == {"id", "product_id", "name", "quantity", "price_points"}
    lines = [{"order_line_id": order["lines"][0]["id"], "quantity": 1}]
    approver = say("hedu", "GET", "/me/code")["url"]
    back = {"lines": lines, "reason": "拿错了", "approver_code": approver}
    path = f"/orders/{order['id']}/refunds"
    refund = say("zhangdian", "POST", path, back, expect=201)
    assert refund["balance_points"] == 980
    back["approver_code"] = say("hedu", "GET", "/me/code")["url"]
    assert say("zhangdian", "POST", path, back, expect=409)["code"] == "shop.refund_exceeds"
    gift = {"donor": "物业", "lines": [{"product_id": str(world.soap_id), "quantity": 3}]}
    assert isinstance(say("zhangdian", "POST", "/donations", gift, expect=201)["receipt_no"], int)


@pytest.mark.parametrize(
    ("quantity", "code"), [(9, "shop.out_of_stock"), (25, "shop.insufficient_points")]
)
def test_a_rule_s_refusal_is_409(say: Say, world: World, quantity: int, code: str) -> None:
    if quantity == 25:
        gift = {"donor": None, "lines": [{"product_id": str(world.soap_id), "quantity": 50}]}
        say("zhangdian", "POST", "/donations", gift, expect=201)
    mine = say("limei", "GET", "/me/code")["url"]
    body = order_body(world, mine, quantity + 1)
    assert say("zhangdian", "POST", "/orders", body, expect=409)["code"] == code


def test_a_keeper_abroad_sells_nothing_of_ours(say: Say, world: World) -> None:
    code = say("limei", "GET", "/me/code")["url"]
    foreign = say("staff_abroad", "POST", "/orders", order_body(world, code), expect=409)
    assert foreign["code"] == "code.foreign"
    body = order_body(world, code) | {"shop_id": str(world.cast.shop_id)}
    say("staff_abroad", "POST", "/orders", body, expect=404)
    own = say("chenjing", "GET", "/me/code")["url"]
    say("staff_abroad", "POST", "/orders", order_body(world, own), expect=404)
    assert say("staff_abroad", "GET", f"/products?shop_id={world.cast.shop_id}") == {"products": []}


def test_the_month_in_the_open(say: Say, world: World) -> None:
    page = say("nobody", "GET", f"/communities/{world.cast.community_id}/disclosure?month=2026-11")
    points = page["points"]
    names = "opening imported issued taken_back exchanged refunded expired regranted donated_back closing"
    assert set(points) == set(names.split())
    assert (points["issued"], points["exchanged"], points["refunded"]) == (1060, 80, 40)
    assert (page["month"], points["closing"]) == ("2026-11", 1020)
    assert {"donations", "stock", "root"} <= set(page)
    say("nobody", "GET", f"/communities/{world.cast.community_id}/disclosure?month=x", expect=422)
    say("nobody", "GET", f"/communities/{new_id()}/disclosure?month=2026-11", expect=404)
