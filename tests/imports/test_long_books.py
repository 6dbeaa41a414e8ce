"""A long book is written step by step, told on the page, and finished by whoever comes next."""

from __future__ import annotations

import threading
import time
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.imports.background import AT_ONCE_BYTES
from pointsvc.imports.commit.people import known_people
from pointsvc.imports.commit.service import WHOLE_MAX, steps_of
from pointsvc.imports.errors import Forgotten, NotReady
from pointsvc.imports.jobs import continue_runs, empty_old_files
from pointsvc.imports.models import ImportRow, ImportRun
from pointsvc.imports.queries import find_run, get_run
from pointsvc.imports.reading import read_workbook
from pointsvc.imports.service import begin_run, begin_writing
from pointsvc.imports.working import work_through
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.leases import take_lease
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.models import Transfer
from pointsvc.members.models import Member
from tests.imports.books import LEDGER, LIMEI, ROSTER, book_of
from tests.imports.desk import Desk, shown
from tests.support.cast import Cast
from tests.support.clocks import FrozenClock

PEOPLE = [[f"王{chr(0x4E00 + n)}", f"139{n:08}", "3", "1", str(n)] for n in range(WHOLE_MAX)]
LINES = [["2022-09-09", row[0], row[1][-4:], "绿化", 5] for row in PEOPLE[:600]]
LONG = book_of({"人": [ROSTER, *PEOPLE], "账": [LEDGER, *LINES]})
BOOK = book_of({"人": [ROSTER, LIMEI], "账": [LEDGER, ["2022-09-09", "李梅", "0001", "绿化", 9]]})


def begun(cast: Cast, data: bytes) -> UUID:
    """A run that nobody works on yet."""
    run_id = new_id()
    transact(
        lambda: begin_run(
            community_id=cast.community_id,
            run_id=run_id,
            file_name="book.xlsx",
            data=data,
            created_by_id=cast.zhaofang.id,
            now=clock.now(),
        )
    )
    return run_id


def count(table: type[Member | Transfer]) -> int:
    """How many rows there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_long_book_is_written_whole_and_the_books_hold(desk: Desk, cast: Cast) -> None:
    before = count(Member)
    run_id = begun(cast, LONG)
    work_through(cast.community_id, run_id)
    transact(lambda: begin_writing(community_id=cast.community_id, run_id=run_id))
    work_through(cast.community_id, run_id)
    assert (count(Member) - before, count(Transfer)) == (WHOLE_MAX, 600)
    assert (desk.run(run_id).state, desk.run(run_id).has_content) == ("committed", False)
    assert verify_everything().ok


def test_what_a_killed_worker_left_is_done_by_the_job_and_nothing_twice(
    desk: Desk, cast: Cast
) -> None:
    run_id = begun(cast, LONG)
    work_through(cast.community_id, run_id)
    transact(lambda: begin_writing(community_id=cast.community_id, run_id=run_id))
    reading = read_workbook(LONG, known=known_people(cast.community_id).values())
    steps = steps_of(
        community_id=cast.community_id,
        reading=reading,
        run_id=run_id,
        recorded_by_id=cast.zhaofang.id,
        now=clock.now(),
    )
    for _, step in zip(range(4), steps, strict=False):
        transact(step)
    assert 0 < count(Transfer) < 600
    assert continue_runs(clock.now()) == 1
    assert (count(Transfer), desk.run(run_id).state) == (600, "committed")
    assert continue_runs(clock.now()) == 0


def test_only_one_works_on_a_run_until_its_lease_ends(
    cast: Cast, desk: Desk, clock: FrozenClock
) -> None:
    run_id = begun(cast, BOOK)
    name = f"imports.run:{run_id}"
    transact(lambda: take_lease(name=name, holder="killed", now=clock.advance()))
    assert not work_through(cast.community_id, run_id)
    assert desk.run(run_id).state == "reading"
    clock.advance(minutes=11)
    assert work_through(cast.community_id, run_id)
    assert desk.run(run_id).state == "read"


def test_the_page_says_how_far_it_is_and_comes_back_by_itself(desk: Desk, cast: Cast) -> None:
    run_id = begun(cast, BOOK)
    transact(
        lambda: db.session.execute(
            update(ImportRun).where(ImportRun.id == run_id).values(progress=5_000, total=90_000)
        )
    )
    answer = desk.client.get(f"/imports/{run_id}")
    assert "已读 5000 行，共 90000 行" in shown(answer)
    assert 'http-equiv="refresh"' in answer.get_data(as_text=True)
    assert "正在读取" in shown(desk.client.get("/imports"))
    transact(
        lambda: db.session.execute(
            update(ImportRun).where(ImportRun.id == run_id).values(state="writing")
        )
    )
    assert "已写入 5%" in desk.page(run_id)


def test_nothing_is_changed_while_a_run_is_worked_on(desk: Desk, cast: Cast) -> None:
    run_id = begun(cast, BOOK)
    desk.commit(run_id)
    assert "这次导入还在处理" in desk.page(run_id)
    assert desk.run(run_id).state == "reading"
    with pytest.raises(NotReady):
        transact(lambda: begin_writing(community_id=cast.community_id, run_id=run_id))


@pytest.mark.slow
def test_a_large_file_is_read_beside_the_request(desk: Desk) -> None:
    people = [[f"王{chr(0x4E00 + n % 9999)}", f"13{n:09}", "3", "1", str(n)] for n in range(9_000)]
    data = book_of({"人": [ROSTER, *people]})
    assert len(data) > AT_ONCE_BYTES
    run_id = desk.read(data)
    give_up_at = time.monotonic() + 60
    while desk.run(run_id).is_busy and time.monotonic() < give_up_at:
        threading.Event().wait(0.1)
    assert (desk.run(run_id).figures or {})["people"] == 9_000


def test_committing_twice_writes_once(desk: Desk) -> None:
    run_id = desk.read(BOOK)
    for _ in range(2):
        assert desk.commit(run_id).status_code == 303
    assert count(Transfer) == 1
    assert (desk.run(run_id).written or {})["ledger_lines"] == 1


def test_an_addition_negative_for_a_person_waits_for_the_clerk(desk: Desk) -> None:
    desk.commit(desk.read(BOOK))
    lines = [
        LEDGER,
        ["2022-09-09", "李梅", "0001", "绿化", 9],
        ["2022-09-10", "李梅", "0001", "兑换", -4],
        ["2022-09-10", "王强", "0002", "绿化", 3],
    ]
    run_id = desk.read(book_of({"账": lines}))
    desk.commit(run_id)
    assert list(db.session.scalars(select(ImportRow.code))) == ["imports.addition_negative"]
    assert "此人新增的几行合起来是 -4 分" in desk.page(run_id)
    assert (desk.run(run_id).written or {})["ledger_lines"] == 1
    desk.client.post(f"/imports/{run_id}/rows/{desk.row(run_id, 3)}/drop")
    assert "没有错行了" in desk.page(run_id)
    assert not desk.run(run_id).has_content


def test_a_file_nobody_wrote_is_forgotten_after_thirty_days(
    desk: Desk, cast: Cast, clock: FrozenClock
) -> None:
    run_id = desk.read(book_of({"人": [ROSTER, LIMEI, ["王", "1"]]}))
    assert empty_old_files(clock.advance(days=29)) == 0
    assert empty_old_files(clock.advance(days=2)) == 1
    assert not get_run(cast.community_id, run_id).has_content
    fresh = Desk(desk.client, cast.zhaofang)
    assert "内容已经清空" in fresh.page(run_id)
    fresh.commit(run_id)
    assert "这个文件的内容已经清空" in fresh.page(run_id)
    with pytest.raises(Forgotten):
        transact(lambda: begin_writing(community_id=cast.community_id, run_id=run_id))


def test_a_run_that_stopped_is_tried_again(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(BOOK)
    refusal = {"refusal": {"code": "imports.stopped", "context": {}}}
    transact(
        lambda: db.session.execute(
            update(ImportRun).where(ImportRun.id == run_id).values(state="failed", report=refusal)
        )
    )
    assert "处理到一半出错了" in desk.page(run_id)
    desk.client.post(f"/imports/{run_id}/again")
    found = find_run(cast.community_id, run_id)
    assert (found and found.state, found and found.report.get("refusal")) == ("read", None)
