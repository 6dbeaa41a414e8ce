"""A file is brought: read at once, refused beside the field, or found again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from pointsvc.extensions import db
from pointsvc.imports.models import ImportRun
from pointsvc.kernel.ids import new_id
from pointsvc.members.models import Member
from tests.imports.books import LIMEI, OFFICE, ROSTER, book_of, with_part
from tests.imports.desk import Desk, shown
from tests.imports.test_files_refused import OLE, SHEET, archive_of, rows_xml
from tests.support.cast import Cast, sign_in_cookie

pytestmark = pytest.mark.engines("sqlite")

SMALL = book_of({"花名册": [ROSTER, LIMEI]})
REFUSED = {
    "empty": (b"", 422, "请先选择一个 .xlsx 文件"),
    "pdf": (b"%PDF-1.7 renamed", 422, "这不是能打开的 Excel 工作簿"),
    "xls": (OLE, 422, "“另存为” .xlsx 后再导入"),
    "ods": (archive_of("content.xml"), 422, "“另存为” .xlsx 后再导入"),
    "rows": (with_part(SMALL, SHEET, lambda _: rows_xml(200_001)), 422, "超过 100000 行"),
    "menu": (book_of({"食堂": [["菜名"], ["拌面"]]}), 422, "没有认出任何一张表"),
}


@pytest.mark.parametrize(("data", "status", "words"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_is_refused_beside_the_field(
    desk: Desk, data: bytes, status: int, words: str
) -> None:
    answer = desk.upload(data)
    assert words in shown(answer)
    assert answer.status_code == status
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert (
        db.session.scalar(select(ImportRun.content).where(ImportRun.content.is_not(None))) is None
    )


def test_more_bytes_than_the_server_takes_are_refused_on_the_page(desk: Desk) -> None:
    announced = {"CONTENT_LENGTH": str(40 * 1024 * 1024)}
    answer = desk.client.post("/imports", environ_overrides=announced)
    assert answer.status_code == 413
    assert "文件有 40 MB，最多 32 MB" in shown(answer)


def test_reading_writes_nobody_and_shows_the_report(desk: Desk, cast: Cast) -> None:
    before = db.session.scalar(select(func.count()).select_from(Member))
    run_id = desk.read(OFFICE)
    assert db.session.scalar(select(func.count()).select_from(Member)) == before
    page = desk.page(run_id)
    for words in (
        "158 位",
        "共导入 2132 分",
        "重复 6 行",
        "没有手机，要领卡 4 人",
        "价值 7699.80 元",
        "不能导入的行（8）",
        "居民花名册 第 105 行",
        "“1512113413”不是 11 位手机号",
        "当作：积分超市商品",
        cast.zhaofang.name,
    ):
        assert words in page


def test_a_double_tap_is_one_run(desk: Desk) -> None:
    run_id = new_id()
    first, second = (desk.upload(SMALL, run_id=run_id) for _ in range(2))
    assert first.location == second.location
    assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 1


def test_a_file_that_still_waits_is_gone_on_with(desk: Desk) -> None:
    waiting = desk.read(OFFICE)
    answer = desk.upload(OFFICE)
    assert answer.location.endswith(str(waiting))
    assert "接着办" in desk.page(waiting)


def test_a_file_written_before_says_so_and_writes_nothing_new(desk: Desk) -> None:
    desk.commit(desk.read(SMALL))
    again = desk.read(SMALL)
    assert "这个文件以前写入过" in desk.page(again)
    desk.commit(again)
    assert "这次没有新的" in desk.page(again)
    assert not any((desk.run(again).written or {"": 1}).values())


def test_the_list_says_who_brought_what_and_what_came_of_it(desk: Desk) -> None:
    desk.commit(desk.read(SMALL))
    page = shown(desk.client.get("/imports"))
    assert "book.xlsx 2026年11月21日 09:00 赵芳 已写入" in page


def test_only_a_clerk_gets_in(desk: Desk, cast: Cast) -> None:
    run_id = desk.read(SMALL)
    for person in (cast.limei, cast.wangqiang, cast.zhangdian, cast.zhoumin, cast.chenjing):
        sign_in_cookie(desk.client, person)
        assert desk.client.get("/imports").status_code == 403
        assert desk.upload(SMALL).status_code == 403
        theirs = 404 if person is cast.chenjing else 403
        for path in (f"/imports/{run_id}", f"/imports/{run_id}/rows.csv"):
            assert desk.client.get(path).status_code == theirs
        assert desk.commit(run_id).status_code == theirs
