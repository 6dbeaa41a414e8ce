"""Who scans what: every caller, direction and code through the side door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.codes import new_typed_digits
from pointsvc.checkin.models import Attendance, Scan
from pointsvc.extensions import db
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.editing import let_go
from pointsvc.organisation.devices import revoke_device
from tests.checkin.asking import Device, Phone, scan_body
from tests.checkin.duty import Duty
from tests.support.cast import Cast
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock


def nothing_written() -> bool:
    return not db.session.scalar(select(func.count()).select_from(Scan))


RUNS_PLOT_1 = ["wangqiang", "zhaofang"]


@pytest.mark.parametrize("name", RUNS_PLOT_1)
def test_leader_and_clerk_scan_members_in_and_out(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock, name: str
) -> None:
    phone, card = Phone(client, getattr(cast, name)), duty.card(cast.limei)
    came = phone.scan(card)
    clock.advance(hours=2)
    left = phone.scan(card, "out")
    assert (came["verdict"], left["verdict"], left["award_points"]) == ("accepted", "accepted", 20)
    assert left["shift_id"] == str(duty.shift_id)


def test_an_attendant_scans_in_at_the_own_station(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    shift_id = duty.open_shift(
        duty.now(), duty.later(hours=2), kind="WASTE_DUTY", place_id=cast.station_id
    )
    shown = Phone(client, cast.sungang).scan(duty.card(cast.limei))
    assert (shown["verdict"], shown["shift_id"]) == ("accepted", str(shift_id))


FORBIDDEN = [
    ("limei", "in"),  # a volunteer with another person's code
    ("limei", "drop"),
    ("zhangdian", "in"),
    ("hedu", "in"),
    ("zhoumin", "in"),
    ("heyun", "in"),
    ("sungang", "in"),  # another place's shift
    ("wangqiang", "drop"),  # drops are the attendant's and the scanner's
    ("zhaofang", "drop"),
]


@pytest.mark.parametrize(("name", "direction"), FORBIDDEN)
def test_nobody_else_scans_a_members_code(
    duty: Duty, cast: Cast, client: HouseClient, name: str, direction: str
) -> None:
    body = scan_body(duty.card(cast.liuyang), direction, shift_id=duty.shift_id)
    assert Phone(client, getattr(cast, name)).post("/scans", body).status_code == 403
    assert nothing_written()


def test_without_a_token_nothing_is_scanned(duty: Duty, cast: Cast, client: HouseClient) -> None:
    body = scan_body(duty.card(cast.liuyang))
    assert Phone(client, {}).post("/scans", body).status_code == 401
    assert nothing_written()


@pytest.mark.parametrize("name", ["limei", "wangqiang", "sungang", "zhaofang"])
def test_a_foreign_shift_is_not_found(
    duty: Duty, cast: Cast, client: HouseClient, name: str
) -> None:
    """Whatever the code is: a member's, a shift's, forged."""
    person = getattr(cast, name)
    own = duty.shift_url() if name == "limei" else duty.card(cast.liuyang)
    for code in (own, "0" * 15):
        body = scan_body(code, shift_id=new_id())
        assert Phone(client, person).post("/scans", body).status_code == 404
    assert nothing_written()


def test_chenjing_finds_no_shift_of_ours_and_her_code_is_foreign_here(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    hers = Phone(client, cast.chenjing)
    body = scan_body(duty.shift_url(), shift_id=duty.shift_id)
    assert hers.post("/scans", body).status_code == 404
    assert hers.get(f"/shifts/{duty.shift_id}/code").status_code == 404
    ours = Phone(client, cast.wangqiang).scan(duty.card(cast.chenjing))
    assert (ours["verdict"], ours["reason"], ours["member"]) == ("refused", "code.foreign", None)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 0


def test_another_communitys_scan_is_not_found(duty: Duty, cast: Cast, client: HouseClient) -> None:
    shown = Phone(client, cast.wangqiang).scan(duty.card(cast.limei))
    path = f"/scans/{shown['scan_id']}"
    answers = {
        name: Phone(client, getattr(cast, name)).get(path).status_code
        for name in ("wangqiang", "limei", "zhaofang", "zhoumin", "liuyang", "sungang", "chenjing")
    }
    may = dict.fromkeys(("wangqiang", "limei", "zhaofang", "zhoumin"), 200)
    assert answers == may | {"liuyang": 403, "sungang": 403, "chenjing": 404}


def test_without_an_open_shift_the_answer_says_so(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    shown = Phone(client, cast.sungang).scan(duty.card(cast.limei))
    assert (shown["verdict"], shown["reason"]) == ("refused", "scan.no_shift")
    assert shown["message"] == "现在这里没有开放的场次。"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("6901234567892", "code.malformed"),  # the bar code of a bottle
        ("https://example.com/c/", "code.malformed"),
        ("0" * 15, "code.malformed"),  # no such kind
        ("74HMASW9N2RDQF0", "code.forged"),  # another house's card
        ("12345678", "code.expired"),  # digits that nobody has
    ],
)
def test_what_is_no_code_of_ours_is_refused_without_a_name(
    duty: Duty, cast: Cast, client: HouseClient, code: str, reason: str
) -> None:
    shown = Phone(client, cast.wangqiang).scan(code, shift_id=duty.shift_id)
    assert (shown["verdict"], shown["reason"], shown["member"]) == ("refused", reason, None)


def test_the_code_of_a_shift_is_shown_while_somebody_can_still_leave(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    phone, path = Phone(client, cast.wangqiang), f"/shifts/{duty.shift_id}/code"
    clock.at(duty.at("11:50"))
    assert phone.get(path).status_code == 200
    clock.advance(seconds=1)
    over = phone.get(path)
    assert (over.status_code, over.json["code"]) == (409, "activities.shift_over")


def test_the_code_of_a_cancelled_shift_is_not_shown(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    duty.cancel()
    answer = Phone(client, cast.wangqiang).get(f"/shifts/{duty.shift_id}/code")
    assert (answer.status_code, answer.json["code"]) == (409, "activities.shift_cancelled")


def test_a_departed_members_phone_counts_no_more(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    card, code = duty.card(cast.limei), duty.phone(cast.limei)
    gone, now = cast.limei.id, duty.now()
    transact(lambda: let_go(community_id=duty.community_id, member_id=gone, actor=SYSTEM, now=now))
    phone = Phone(client, cast.wangqiang)
    reasons = [phone.scan(each)["reason"] for each in (card, code)]
    assert reasons == ["code.revoked", "scan.member_gone"]


WAYS: list[Callable[[str], str]] = [
    lambda url: url.rpartition("/")[2],
    str.lower,
    lambda url: "".join(chr(ord(sign) + 0xFEE0) for sign in url),
    lambda url: url.replace(".", "。"),
    lambda url: "  ".join([url[-15:-10], url[-10:-5], url[-5:]]).lower(),
    lambda url: "-".join([url[-15:-10], url[-10:-5], url[-5:]]) + "\r",
]


@pytest.mark.parametrize(
    "typed", WAYS, ids=["bare", "lower", "full width", "chinese stop", "spaced", "hyphens"]
)
def test_a_code_counts_however_a_scanner_types_it(
    duty: Duty, cast: Cast, client: HouseClient, typed: Callable[[str], str]
) -> None:
    shown = Phone(client, cast.wangqiang).scan(typed(duty.card(cast.limei)))
    assert (shown["verdict"], shown["member"]["name"]) == ("accepted", "李梅")


def test_eight_typed_digits_count_for_sixty_seconds(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    here, now = duty.community_id, duty.now()
    digits = transact(lambda: new_typed_digits(community_id=here, member_id=cast.limei.id, now=now))
    phone = Phone(client, cast.wangqiang)
    clock.advance(seconds=59)
    shown = phone.scan(f"{digits[:4]}-{digits[4:]}")
    clock.advance(seconds=1)
    late = phone.scan(digits, "out")
    assert (shown["verdict"], shown["member"]["name"]) == ("accepted", "李梅")
    assert (late["verdict"], late["reason"], late["member"]) == ("refused", "code.expired", None)


def test_digits_stand_for_nobody_before_they_were_shown(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    clock.advance(hours=1)
    here, now = duty.community_id, duty.now()
    digits = transact(lambda: new_typed_digits(community_id=here, member_id=cast.limei.id, now=now))
    shown = Phone(client, cast.wangqiang).scan(digits, claimed_at=duty.nine.isoformat())
    assert (shown["reason"], shown["member"]) == ("code.expired", None)


def test_a_scanner_gets_a_masked_name_and_no_balance(
    duty: Duty, cast: Cast, client: HouseClient, clock: FrozenClock
) -> None:
    scanner, card = Device(client, duty, "scanner", cast.plot_id), duty.card(cast.limei)
    scanner.scan(card)
    clock.advance(hours=2)
    left = scanner.scan(card, "out")
    assert (left["verdict"], left["award_points"]) == ("accepted", 20)
    assert (left["member"]["name"], left["balance_points"]) == ("李*", None)
    stored = scanner.get(f"/scans/{left['scan_id']}").json
    assert (stored["member"]["name"], stored["balance_points"]) == ("李*", None)


def test_a_scanner_counts_drops_at_its_station(duty: Duty, cast: Cast, client: HouseClient) -> None:
    station = duty.open_station()
    scanner = Device(client, duty, "scanner", cast.station_id)
    shown = scanner.scan(duty.card(cast.limei), "drop", quantity=2)
    assert (shown["verdict"], shown["shift_id"]) == ("accepted", str(station))
    assert (shown["award_points"], shown["attendance_id"]) == (4, None)


@pytest.mark.parametrize("kind", ["kiosk", "till"])
def test_other_devices_scan_nobody(duty: Duty, cast: Cast, client: HouseClient, kind: str) -> None:
    place_id = cast.shop_id if kind == "till" else cast.plot_id
    device = Device(client, duty, kind, place_id)
    assert device.post("/scans", scan_body(duty.card(cast.limei))).status_code == 403
    assert nothing_written()


def test_only_the_places_own_screens_show_the_shifts_code(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    path = f"/shifts/{duty.shift_id}/code"
    here = Device(client, duty, "kiosk", cast.plot_id)
    shown = here.get(path).json
    assert Phone(client, cast.limei).scan(shown["url"])["verdict"] == "accepted"
    assert shown["valid_until"] == "2026-11-21T09:01:00+08:00"
    elsewhere = Device(client, duty, "kiosk", cast.station_id)
    others = [elsewhere, Phone(client, cast.limei), Phone(client, cast.sungang)]
    assert [each.get(path).status_code for each in others] == [403] * 3


def test_a_revoked_scanner_is_out_at_once(duty: Duty, cast: Cast, client: HouseClient) -> None:
    scanner, card = Device(client, duty, "scanner", cast.plot_id), duty.card(cast.limei)
    now = duty.now()
    transact(
        lambda: revoke_device(
            community_id=duty.community_id, device_id=scanner.id, actor=SYSTEM, now=now
        )
    )
    assert scanner.post("/scans", scan_body(card)).status_code == 401


def test_my_own_code_is_read_by_the_leader(duty: Duty, cast: Cast, client: HouseClient) -> None:
    assert duty.shift_id is not None
    shown = Phone(client, cast.limei).get("/me/code").json
    answer = Phone(client, cast.wangqiang).scan(shown["url"])
    assert (answer["verdict"], answer["member"]["id"]) == ("accepted", str(cast.limei.id))


def test_a_printed_sign_speaks_for_its_own_place_only(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    """From an armchair with a photo of the station's sign nobody signs in on the plot."""
    phone = Phone(client, cast.limei)
    shown = phone.scan(duty.sign(cast.station_id), shift_id=duty.shift_id)
    assert (shown["verdict"], shown["reason"]) == ("refused", "scan.no_shift")


def test_two_open_shifts_ask_which_and_either_may_be_named(
    duty: Duty, cast: Cast, client: HouseClient
) -> None:
    other = duty.open_shift(duty.now(), duty.later(hours=2), kind="CLEANUP")
    phone, card = Phone(client, cast.wangqiang), duty.card(cast.limei)
    assert phone.scan(card)["reason"] == "scan.which_shift"
    assert phone.scan(card, shift_id=other)["shift_id"] == str(other)
