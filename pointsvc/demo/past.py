"""The street's past month, lived day by day through the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pointsvc.activities.scopes import scope_of
from pointsvc.activities.service import create_shift
from pointsvc.checkin.codes import member_code_url, read_member_code
from pointsvc.checkin.queries import present_at
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.checkin.service.correcting import decide_correction, request_correction
from pointsvc.checkin.service.recording import record_scans
from pointsvc.demo.afterwards import record_afterwards
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.demo.gifts import keep_papers_of
from pointsvc.demo.looking import leave_cases
from pointsvc.demo.people import DONORS, PRODUCTS
from pointsvc.kernel import clock
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.service import Opening, open_balances, seal_day
from pointsvc.members.cards import live_cards
from pointsvc.shop.queries.orders import get_order
from pointsvc.shop.rules import WantedLine
from pointsvc.shop.service.catalogue import CatalogueRow, create_product
from pointsvc.shop.service.donations import DonatedLine, record_donation
from pointsvc.shop.service.orders import OrderReceipt, place_order
from pointsvc.shop.service.refunds import ReturnedLine, refund_order
from pointsvc.shop.shelf import Moving

DAYS: Final = 28
BASE: Final = "http://127.0.0.1"
OPENING_POINTS: Final = {"李梅": 260, "刘洋": 190, "王强": 220, "孙岗": 210}
OPENING_OTHERS: Final = 180
DROPS_A_DAY: Final = 8
ORDER_DAYS: Final = frozenset({7, 14, 21, 26})
CORRECTION_DAY: Final = 12
DONATION_DAYS: Final = {27: 0, 20: 1, 10: 2}
PERISHABLE: Final = frozenset({"鸡蛋", "大米", "食用油"})


def live_past(street: Street, now: datetime) -> None:
    """Twenty-eight days of care, drops, exchanges and gifts, each day sealed at its end."""
    today = clock.local_day(now, street.zone)
    cards = {card.member_id: card.token for card in live_cards(street.community_id)}
    _open_books(street, now - timedelta(days=DAYS + 2))
    products = _stock_shop(street, now - timedelta(days=DAYS + 1))
    keep_papers_of(street, products, now)
    for days_ago in range(DAYS, 0, -1):
        day = today - timedelta(days=days_ago)
        _care(street, day, days_ago, cards)
        if days_ago == CORRECTION_DAY:
            _correct(street, day)
        record_afterwards(street, day, days_ago)
        leave_cases(street, day, days_ago, cards)
        _drop(street, day, days_ago, cards)
        if days_ago in ORDER_DAYS:
            _exchange(street, day, days_ago, products, cards)
        if days_ago in DONATION_DAYS:
            _give(street, day, DONORS[DONATION_DAYS[days_ago]], products)
        sealed_at = clock.at_local(day + timedelta(days=1), 0, 5, street.zone)
        _seal(street, day, sealed_at)


def caller_of(street: Street, member_id: UUID, *roles: str) -> Caller:
    """A member of the street, signed in."""
    return Caller("member", member_id, street.community_id, frozenset(roles))


def _open_books(street: Street, at: datetime) -> None:
    day = clock.local_day(at, street.zone)
    openings = [
        Opening(
            member_id,
            OPENING_POINTS.get(name, OPENING_OTHERS),
            street.derived("opening", name),
            date(day.year + 1, 12, 31),
        )
        for name, member_id in street.people.items()
        if name not in {"周敏", "赵芳", "何督", "张店"}
    ]
    transact(
        lambda: open_balances(
            community_id=street.community_id,
            openings=openings,
            recorded_by_id=street.people["赵芳"],
            now=at,
            business_on=day,
        )
    )


def _stock_shop(street: Street, at: datetime) -> dict[str, UUID]:
    """The shelves, filled by a first gift of the residents' committee."""
    products = {
        name: _put_up(street, CatalogueRow(barcode, name, pack, price, limit), at)
        for barcode, name, pack, price, limit, _units in PRODUCTS
    }
    day = clock.local_day(at, street.zone)
    lines = [
        DonatedLine(products[name], units, _best_before(name, day))
        for _barcode, name, _pack, _price, _limit, units in PRODUCTS
    ]
    _record_gift(street, "桥东社区居委会", lines, at)
    return products


def _put_up(street: Street, row: CatalogueRow, at: datetime) -> UUID:
    assert street.shop_id is not None
    shop_id = street.shop_id
    return transact(
        lambda: create_product(
            community_id=street.community_id,
            shop_id=shop_id,
            row=row,
            set_by_id=street.people["张店"],
            now=at,
        )
    )


def _best_before(name: str, day: date) -> date | None:
    return day + timedelta(days=120) if name in PERISHABLE else None


def _record_gift(street: Street, donor: str, lines: Sequence[DonatedLine], at: datetime) -> None:
    keeper_id = street.people["张店"]
    moving = Moving(keeper_id, at, clock.local_day(at, street.zone))
    transact(
        lambda: record_donation(
            community_id=street.community_id,
            donor=donor,
            lines=lines,
            handler_id=keeper_id,
            moving=moving,
        )
    )


def _give(street: Street, day: date, donor: str, products: dict[str, UUID]) -> None:
    at = clock.at_local(day, 15, 30, street.zone)
    lines = [DonatedLine(products["香皂"], 20), DonatedLine(products["垃圾袋"], 12)]
    _record_gift(street, donor, lines, at)


def _care(street: Street, day: date, days_ago: int, cards: dict[UUID, str]) -> None:
    """A morning on one plot: the leader scans three volunteers and a guest in, and out."""
    number = days_ago % 9 + 1
    leader_id = leader_of(street, number)
    leader = caller_of(street, leader_id, "leader", "volunteer")
    starts_at = clock.at_local(day, 9, 0, street.zone)
    ends_at = starts_at + timedelta(hours=2)
    shift_id = street.derived("care", day)
    open_shift(
        street,
        leader,
        shift_id=shift_id,
        kind="PLOT_CARE",
        place_id=street.plots[number],
        starts_at=starts_at,
        ends_at=ends_at,
    )
    people = [*tenders_of(street, number), street.people["李梅"]]
    for direction, at in (("in", starts_at), ("out", ends_at)):
        scan_people(
            street,
            leader,
            shift_id=shift_id,
            direction=direction,
            people=people,
            at=at,
            cards=cards,
        )


def open_shift(
    street: Street,
    leader: Caller,
    *,
    shift_id: UUID,
    kind: str,
    place_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Open a shift as its leader does, half an hour before."""
    assert leader.id is not None
    leader_id = leader.id
    transact(
        lambda: create_shift(
            community_id=street.community_id,
            scope=scope_of(leader),
            created_by_id=leader_id,
            shift_id=shift_id,
            activity_kind=kind,
            place_id=place_id,
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=None,
            now=starts_at - timedelta(minutes=30),
        )
    )


def scan_people(
    street: Street,
    leader: Caller,
    *,
    shift_id: UUID,
    direction: str,
    people: Sequence[UUID],
    at: datetime,
    cards: dict[UUID, str],
) -> list[ScanReceipt]:
    """Scan these people's printed cards."""
    scans = [
        ScanRequest(
            scan_id=street.derived("scan", shift_id, direction, member_id, at),
            direction=direction,  # type: ignore[arg-type]
            code=cards[member_id],
            shift_id=shift_id,
        )
        for member_id in people
    ]
    answers = transact(
        lambda: record_scans(community_id=street.community_id, caller=leader, scans=scans, now=at)
    )
    return [answer for answer in answers if isinstance(answer, ScanReceipt)]


def _correct(street: Street, day: date) -> None:
    """Somebody had left half an hour early: the clerk asks, the supervisor approves at noon."""
    first = present_at(street.community_id, street.derived("care", day))[0]
    noon = clock.at_local(day, 12, 0, street.zone)
    correction_id = street.derived("correction", day)
    assert first.out_at is not None
    left_at = first.out_at - timedelta(minutes=30)
    transact(
        lambda: request_correction(
            community_id=street.community_id,
            correction_id=correction_id,
            attendance_id=first.id,
            requested_by_id=street.people["赵芳"],
            reason="提前半小时离开",
            in_at=first.in_at,
            out_at=left_at,
            now=noon,
        )
    )
    transact(
        lambda: decide_correction(
            community_id=street.community_id,
            caller=caller_of(street, street.people["何督"], "supervisor", "volunteer"),
            correction_id=correction_id,
            approve=True,
            now=noon,
        )
    )


def _drop(street: Street, day: date, days_ago: int, cards: dict[UUID, str]) -> None:
    """An evening at the sorting station."""
    assert street.station_id is not None
    attendant = caller_of(street, street.people["孙岗"], "attendant", "volunteer")
    starts_at = clock.at_local(day, 18, 0, street.zone)
    shift_id = street.derived("drops", day)
    open_shift(
        street,
        attendant,
        shift_id=shift_id,
        kind="WASTE_SORT",
        place_id=street.station_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    everyone = [m for m in street.people.values() if m != attendant.id and m in cards]
    people = [everyone[(days_ago * 5 + i) % len(everyone)] for i in range(DROPS_A_DAY)]
    scan_people(
        street,
        attendant,
        shift_id=shift_id,
        direction="drop",
        people=people,
        at=starts_at + timedelta(minutes=20),
        cards=cards,
    )


def _exchange(
    street: Street,
    day: date,
    days_ago: int,
    products: dict[str, UUID],
    cards: dict[UUID, str],
) -> None:
    """A morning at the counter: eight people, small goods; now and then something comes back."""
    everyone = [m for n, m in street.people.items() if n not in {"张店", "周敏", "赵芳", "何督"}]
    people = [everyone[(days_ago * 3 + i * 4) % len(everyone)] for i in range(8)]
    receipts = []
    for i, member_id in enumerate(dict.fromkeys(people)):
        at = clock.at_local(day, 9, 30 + i * 3, street.zone)
        name = ("香皂", "垃圾袋", "食盐", "毛巾")[i % 4]
        receipts.append(_buy(street, member_id, products[name], at, cards))
    if days_ago in {7, 21}:
        _bring_back(street, receipts[0], clock.at_local(day, 10, 30, street.zone))


def _buy(
    street: Street, member_id: UUID, product_id: UUID, at: datetime, cards: dict[UUID, str]
) -> OrderReceipt:
    assert street.shop_id is not None
    shop_id = street.shop_id
    community_id = street.community_id
    return transact(
        lambda: place_order(
            community_id=community_id,
            shop_id=shop_id,
            code=read_member_code(text=cards[member_id], community_id=community_id, now=at),
            lines=[WantedLine(product_id, 1)],
            pin="absent",
            keeper_id=street.people["张店"],
            now=at,
        )
    )


def _bring_back(street: Street, receipt: OrderReceipt, at: datetime) -> None:
    """Something was broken; the supervisor shows a code."""
    community_id, supervisor_id = street.community_id, street.people["何督"]
    url = transact(
        lambda: member_code_url(
            community_id=community_id, member_id=supervisor_id, base=BASE, now=at
        )
    )
    lines = get_order(community_id, receipt.order_id).lines
    transact(
        lambda: refund_order(
            community_id=community_id,
            order_id=receipt.order_id,
            lines=[ReturnedLine(line.id, line.quantity) for line in lines],
            reason="包装破损",
            approver=read_member_code(text=url, community_id=community_id, now=at),
            approver_pin="absent",
            keeper_id=street.people["张店"],
            now=at,
        )
    )


def _seal(street: Street, day: date, at: datetime) -> None:
    transact(lambda: seal_day(community_id=street.community_id, day=day, now=at))
