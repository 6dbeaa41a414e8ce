"""What a committed book leaves: openings, history, people, households; twice is once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from pointsvc.audit.actors import SYSTEM
from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.imports.commit.people import known_people
from pointsvc.imports.commit.service import Committed, commit_reading
from pointsvc.imports.reading import read_workbook
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.models import Account, Transfer
from pointsvc.members.editing import change_phone, move_member
from pointsvc.members.models import Household, HouseholdMembership, Member, PhoneEntry
from pointsvc.members.queries import find_member_by_phone
from pointsvc.members.rules import Door
from pointsvc.shop.models import Donation, StockMovement
from tests.imports.books import DONATIONS, FACTS, LEDGER, LIMEI, OFFICE, PLOTS, ROSTER, book_of
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock

pytestmark = pytest.mark.usefixtures("database")
TABLES = (Member, PhoneEntry, Household, HouseholdMembership, Transfer, Account, Donation)
ANCIENT = ["马兰", None, "7号楼", "1单元", "101", "否"]
LINE = ["2022-09-09", "李梅", "0001", "绿化", 10]


def commit(cast: Cast, sheets: dict[str, Any] | bytes) -> Committed:
    """Read a book as the community's, and write it."""
    data = sheets if isinstance(sheets, bytes) else book_of(sheets)
    reading = read_workbook(data, known=known_people(cast.community_id).values())
    run_id, now = new_id(), clock.now()
    return transact(
        lambda: commit_reading(
            community_id=cast.community_id,
            reading=reading,
            run_id=run_id,
            recorded_by_id=cast.zhaofang.id,
            now=now,
        )
    )


def counts() -> list[int]:
    """How many rows the tables have."""
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def openings() -> list[Transfer]:
    """The transfers of imports."""
    return list(db.session.scalars(select(Transfer).where(Transfer.kind == "opening")))


def test_each_person_has_one_opening_on_the_day_of_import(cast: Cast, clock: FrozenClock) -> None:
    clock.at("2026-11-21T23:30")
    commit(cast, OFFICE)
    posted = openings()
    assert len(posted) == len(FACTS["ledger"]["balances"])
    assert sum(each.amount for each in posted) == FACTS["ledger"]["total_points"]
    assert {each.business_on for each in posted} == {date(2026, 11, 21)}
    wallets = select(Account.expires_on).where(Account.kind == "wallet")
    assert set(db.session.scalars(wallets)) == {date(2027, 12, 31)}


def test_the_books_hold_after_the_office_s_book(cast: Cast) -> None:
    commit(cast, OFFICE)
    assert verify_everything().ok


def test_a_book_written_twice_changes_nothing(cast: Cast) -> None:
    """docs/ledger.md case 41, goods and gifts of the shop among it."""
    first = commit(cast, OFFICE)
    assert first.counts() == {
        "people": 158,
        "plots": 8,
        "ledger_lines": 278,
        "donations": 34,
        "products": 10,
    }
    before = counts()
    assert commit(cast, OFFICE) == Committed()
    assert counts() == before


def test_gifts_are_dated_history_and_no_stock(cast: Cast) -> None:
    commit(cast, {"捐": [DONATIONS, ["2022-09-30", "某粮油店", "大米", 10, 29.9]]})
    [gift] = db.session.scalars(select(Donation))
    assert (gift.received_on, gift.is_history, gift.donor) == (date(2022, 9, 30), True, "某粮油店")
    assert db.session.scalar(select(func.count()).select_from(StockMovement)) == 0


def test_people_behind_one_door_are_one_household(cast: Cast) -> None:
    commit(cast, {"人": [ROSTER, ANCIENT, ["马强", "13900000001", "7#", "1", "101室", "是"]]})
    rooms = select(Household.id).where(Household.building == "7", Household.room == "101")
    home = db.session.scalars(rooms).one()
    lives = select(func.count()).where(HouseholdMembership.household_id == home)
    assert db.session.scalar(lives) == 2
    party = select(Member.name).where(Member.is_party_member, Member.name.like("马%"))
    assert list(db.session.scalars(party)) == ["马强"]


def test_a_building_without_a_room_makes_no_household(cast: Cast) -> None:
    commit(cast, {"人": [ROSTER, ["马兰", None, "7号楼"], ["马强", None, "7号楼"]]})
    assert not db.session.scalars(select(Household).where(Household.building.like("7%"))).all()
    noted = select(Member.note).where(Member.name == "马兰")
    assert db.session.scalars(noted).one() == "7号楼"


def test_namesakes_get_each_their_own_points(cast: Cast) -> None:
    rows = [ROSTER, ["李静", "13900004552"], ["李静", "13900001111"]]
    lines = [
        LEDGER,
        ["2022-09-09", "李静", "4552", "绿化", 10],
        ["2022-09-09", "李静", "1111", "绿化", 5],
    ]
    commit(cast, {"人": rows, "账": lines})
    owners = {
        phone: find_member_by_phone(cast.community_id, phone)
        for phone in ("13900004552", "13900001111")
    }
    wallets = select(Account.owner_id, Account.balance).where(Account.kind == "wallet")
    found = {row.owner_id: row.balance for row in db.session.execute(wallets)}
    assert found == {owners["13900004552"]: 10, owners["13900001111"]: 5}


def test_points_are_not_doubled_when_the_phone_has_changed_since(cast: Cast) -> None:
    commit(cast, {"人": [ROSTER, LIMEI], "账": [LEDGER, LINE]})
    transact(
        lambda: change_phone(
            community_id=cast.community_id,
            member_id=cast.limei.id,
            phone="13900000099",
            actor=SYSTEM,
            now=clock.now(),
        )
    )
    moved = [LEDGER, [*LINE[:2], "0099", *LINE[3:]]]
    assert commit(cast, {"人": [ROSTER, ["李梅", "13900000099"]], "账": moved}) == Committed()


def test_points_are_not_doubled_when_the_door_has_changed_since(cast: Cast) -> None:
    lines = [LEDGER, ["2022-09-09", "马兰", None, "绿化", 7]]
    commit(cast, {"人": [ROSTER, ANCIENT], "账": lines})
    member_id = db.session.scalars(select(Member.id).where(Member.name == "马兰")).one()
    transact(
        lambda: move_member(
            community_id=cast.community_id,
            member_id=member_id,
            door=Door("8", "2", "202"),
            actor=SYSTEM,
            now=clock.now(),
        )
    )
    assert commit(cast, {"账": lines}) == Committed()
    assert commit(cast, {"人": [ROSTER, ANCIENT], "账": lines}) == Committed()


def test_new_lines_of_a_later_book_are_a_second_opening(cast: Cast) -> None:
    commit(cast, {"人": [ROSTER, LIMEI], "账": [LEDGER, LINE]})
    more = [LEDGER, LINE, ["2022-10-09", "李梅", "0001", "绿化", 4]]
    assert commit(cast, {"账": more}).ledger_lines == 1
    assert [each.amount for each in openings()] == [10, 4]


def test_new_lines_that_would_take_points_away_are_left_to_the_clerk(cast: Cast) -> None:
    commit(cast, {"人": [ROSTER, LIMEI], "账": [LEDGER, LINE]})
    more = [LEDGER, LINE, ["2022-10-09", "李梅", "0001", "兑换", -4]]
    done = commit(cast, {"人": [ROSTER, ANCIENT], "账": more})
    assert (done.people, done.ledger_lines) == (1, 0)
    assert [line.row for line in done.overdrawn] == [3]
    assert [each.amount for each in openings()] == [10]


def test_a_plot_whose_leader_is_unknown_is_no_plot(cast: Cast) -> None:
    known = known_people(cast.community_id).values()
    rows = [PLOTS, ["5号田", "东门", 80, "查无此人", "李梅"]]
    reading = read_workbook(book_of({"田": rows}), known=known)
    assert ([each.code for each in reading.errors], reading.plots) == (
        ["imports.person_unknown"],
        (),
    )


def test_a_crash_leaves_nothing(cast: Cast, database: SQLAlchemy) -> None:  # noqa: ARG001
    before = counts()
    reading = read_workbook(OFFICE, known=known_people(cast.community_id).values())

    def half() -> None:
        commit_reading(
            community_id=cast.community_id,
            reading=reading,
            run_id=new_id(),
            recorded_by_id=None,
            now=clock.now(),
        )
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transact(half)
    assert counts() == before
