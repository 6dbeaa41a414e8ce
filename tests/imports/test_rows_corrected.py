"""A wrong row is corrected and retried alone, before the commit and after it, or left out."""

from __future__ import annotations

import csv
import io
from uuid import UUID

import pytest
from sqlalchemy import select

from pointsvc.audit.actors import SYSTEM
from pointsvc.extensions import db
from pointsvc.imports.models import ImportRow, ImportRun
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import get_balances
from pointsvc.members.queries import find_member_by_phone
from pointsvc.members.registration import NewMember, register_member
from pointsvc.organisation.service import grant_role
from tests.imports.books import LEDGER, LIMEI, OFFICE, ROSTER, WANGQIANG, book_of
from tests.imports.desk import Desk, shown
from tests.support.cast import Cast

pytestmark = pytest.mark.engines("sqlite")

ANCIENT = ["马兰", None, "7号楼", "1单元", "101", "否"]
LINES = [
    LEDGER,
    ["2022-09-09", "李梅", "0001", "绿化", "十分"],
    ["2022-09-10", "李梅", "0001", "绿化", 5],
    ["2022-09-11", "王强", "0002", "巡逻", 20],
    ["2022-09-12", "查无此人", None, "巡逻", 30],
]
BOOK = book_of({"人": [ROSTER, LIMEI, WANGQIANG], "账": LINES})


def points_of(cast: Cast, member_id: UUID) -> int:
    """What the member can spend."""
    db.session.rollback()
    today = clock.local_day(clock.now(), "Asia/Shanghai")
    balances = get_balances(community_id=cast.community_id, member_id=member_id, today=today)
    return balances.balance_points


def test_a_row_corrected_before_the_commit_is_written_with_it(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(BOOK)
    desk.retry(run_id, 2, 积分="10")
    assert "和其他行一起等写入" in desk.page(run_id)
    assert points_of(cast, cast.limei.id) == 0
    desk.commit(run_id)
    assert points_of(cast, cast.limei.id) == 15


def test_a_row_corrected_after_the_commit_is_written_alone_at_once(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(BOOK)
    desk.commit(run_id)
    assert (points_of(cast, cast.limei.id), points_of(cast, cast.wangqiang.id)) == (5, 20)
    desk.retry(run_id, 2, 积分="10")
    assert "已经写入" in desk.page(run_id)
    assert (points_of(cast, cast.limei.id), points_of(cast, cast.wangqiang.id)) == (15, 20)


def test_a_correction_sent_twice_has_one_effect(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(BOOK)
    desk.commit(run_id)
    row_id = desk.row(run_id, 2)
    for _ in range(2):
        form = {"cell_0": "2022-09-09", "cell_4": "10"}
        assert desk.client.post(f"/imports/{run_id}/rows/{row_id}", data=form).status_code == 303
    assert points_of(cast, cast.limei.id) == 15


def test_a_correction_that_is_still_wrong_keeps_what_was_typed(desk: Desk) -> None:
    run_id = desk.read(BOOK)
    desk.retry(run_id, 2, 积分="一十")
    page = desk.client.get(f"/imports/{run_id}").get_data(as_text=True)
    assert 'value="一十"' in page
    assert "积分“一十”不是数字" in page
    assert "第 2 行还不能导入" in page


def test_the_same_line_corrected_in_the_file_and_on_the_page_counts_once(
    desk: Desk, cast: Cast
) -> None:
    run_id = desk.read(BOOK)
    desk.commit(run_id)
    mended = [LEDGER, [*LINES[1][:4], 10], *LINES[2:]]
    desk.commit(desk.read(book_of({"人": [ROSTER, LIMEI, WANGQIANG], "账": mended})))
    desk.retry(run_id, 2, 积分="10")
    assert points_of(cast, cast.limei.id) == 15


def test_correcting_a_person_frees_the_lines_that_waited_for_them(desk: Desk, cast: Cast) -> None:
    wrong = ["马兰", "1390000001", "7号楼", "1单元", "101", "否"]
    lines = [LEDGER, ["2022-09-09", "马兰", None, "绿化", 7]]
    run_id = desk.read(book_of({"人": [ROSTER, wrong], "账": lines}))
    row_id = db.session.scalar(select(ImportRow.id).where(ImportRow.sheet_kind == "roster"))
    desk.client.post(f"/imports/{run_id}/rows/{row_id}", data={"cell_1": "13900000011"})
    desk.commit(run_id)
    member_id = find_member_by_phone(cast.community_id, "13900000011")
    assert member_id is not None
    assert points_of(cast, member_id) == 7


def test_a_person_registered_at_the_desk_is_found_on_the_next_try(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(BOOK)
    desk.commit(run_id)
    made = transact(
        lambda: register_member(
            community_id=cast.community_id,
            person=NewMember("查无此人"),
            recorded_by_id=cast.zhaofang.id,
            now=clock.now(),
        )
    )
    desk.retry(run_id, 5)
    assert points_of(cast, made.member_id) == 30


def test_a_row_that_is_left_out_is_never_written_and_forgotten(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(BOOK)
    row_id = desk.row(run_id, 2)
    assert desk.client.post(f"/imports/{run_id}/rows/{row_id}/drop").status_code == 303
    desk.commit(run_id)
    assert points_of(cast, cast.limei.id) == 5
    row = db.session.scalars(select(ImportRow).where(ImportRow.id == row_id)).one()
    assert (row.state, row.cells) == ("dropped", {})


def test_a_dropped_line_stays_out_when_its_person_is_corrected(desk: Desk, cast: Cast) -> None:
    wrong = ["马兰", "1390000001", "7号楼", "1单元", "101", "否"]
    lines = [LEDGER, ["x", "", "", "", ""], ["2022-09-09", "马兰", None, "绿化", 7]]
    run_id = desk.read(book_of({"人": [ROSTER, wrong], "账": lines}))
    desk.client.post(f"/imports/{run_id}/rows/{desk.row(run_id, 3)}/drop")
    row_id = db.session.scalar(select(ImportRow.id).where(ImportRow.sheet_kind == "roster"))
    desk.client.post(f"/imports/{run_id}/rows/{row_id}", data={"cell_1": "13900000011"})
    desk.commit(run_id)
    member_id = find_member_by_phone(cast.community_id, "13900000011")
    assert member_id is not None
    assert points_of(cast, member_id) == 0


def test_the_file_is_forgotten_once_nothing_waits(desk: Desk) -> None:
    run_id = desk.read(BOOK)
    desk.commit(run_id)
    assert desk.run(run_id).has_content
    assert desk.client.post(f"/imports/{run_id}/rows/drop").status_code == 303
    assert not desk.run(run_id).has_content
    assert set(db.session.scalars(select(ImportRow.state))) == {"dropped"}
    assert "没有错行了" in desk.page(run_id)


def test_no_phone_or_name_of_a_waiting_file_can_be_read_in_the_database(desk: Desk) -> None:
    desk.read(OFFICE)
    run = db.session.scalars(select(ImportRun)).one()
    kept = repr(
        [run.report, run.content, *(row.cells for row in db.session.scalars(select(ImportRow)))]
    )
    assert "1512113413" not in kept
    assert "王海涛" not in kept
    assert b"PK" not in (run.content or b"")[:4]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a"])
def test_downloaded_cells_are_no_formulas(desk: Desk, text: str) -> None:
    wrong = ["2022-09-09", "李梅", "0001", text, "十分"]
    run_id = desk.read(
        book_of({"人": [ROSTER, LIMEI], "账": [LEDGER, [*wrong[:3], f" {text}", "十分"]]})
    )
    answer = desk.client.get(f"/imports/{run_id}/rows.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0] == ["表", "行", "原因", *LEDGER]
    assert rows[1][0] == "账"
    assert rows[1][6] == f"'{text}"


def test_a_clerk_of_another_community_finds_nothing(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(BOOK)
    row_id = desk.row(run_id, 2)
    transact(
        lambda: grant_role(
            community_id=cast.other_community_id,
            grant_id=new_id(),
            member_id=cast.chenjing.id,
            role="clerk",
            granted_by=SYSTEM,
            now=clock.now(),
        )
    )
    theirs = Desk(desk.client, cast.chenjing)
    for path in (f"/imports/{run_id}", f"/imports/{run_id}/rows.csv"):
        assert theirs.client.get(path).status_code == 404
    for path in ("commit", "again", "rows/drop", f"rows/{row_id}", f"rows/{row_id}/drop"):
        assert theirs.client.post(f"/imports/{run_id}/{path}").status_code == 404
    assert "book.xlsx" not in shown(theirs.client.get("/imports"))
