"""Any passbook: found by its owner, read entry by entry, taken away as CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest

from pointsvc.kernel.ids import new_id
from pointsvc.ledger.passbooks import BookEntry, page_of_book
from pointsvc.ledger.rows import csv_line
from tests.disclosure.office import Office
from tests.support.cast import Person, sign_in_cookie
from tests.support.clients import HouseClient

pytestmark = pytest.mark.engines("sqlite")


@pytest.fixture
def auditor(november: Office, client: HouseClient) -> HouseClient:
    """周敏 at the books."""
    sign_in_cookie(client, november.cast.zhoumin)
    return client


def read(auditor: HouseClient, person: Person, query: str = "") -> str:
    return auditor.get(f"/ledger/passbooks/{person.id}{query}").get_data(as_text=True)


def entries_of(office: Office, person: Person) -> list[BookEntry]:
    return list(page_of_book(office.community_id, person.id, "points", limit=200).rows)


def rows_of(auditor: HouseClient, person: Person) -> list[dict[str, str]]:
    """The CSV as a spreadsheet reads it."""
    answer = auditor.get(f"/ledger/passbooks/{person.id}/statement.csv")
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


@pytest.mark.parametrize("text", ["李梅", "0001", "1-1-101"])
def test_people_are_found_as_at_the_desk(auditor: HouseClient, text: str) -> None:
    page = auditor.get("/ledger/passbooks", query_string={"q": text}).get_data(as_text=True)
    assert "李梅" in page
    assert "刘洋" not in page


def test_nobody_found_is_said(auditor: HouseClient) -> None:
    page = auditor.get("/ledger/passbooks?q=无此人").get_data(as_text=True)
    assert "没有找到“无此人”" in page


def test_phones_stay_masked_and_unseen(november: Office, auditor: HouseClient) -> None:
    pages = auditor.get("/ledger/passbooks").get_data(as_text=True)
    pages += read(auditor, november.cast.limei)
    assert re.findall(r"1380000|138\*", pages) == []


def test_every_entry_shows_what_stood_before_and_after_and_its_hash(
    november: Office, auditor: HouseClient
) -> None:
    page = read(auditor, november.cast.limei)
    entries = entries_of(november, november.cast.limei)
    assert len(entries) == 6
    for entry in entries:
        assert f">{entry.before}</td>" in page
        assert f">{entry.delta:+d}</td>" in page
        assert entry.hash.hex()[:8] in page
    assert entries[0].hash.hex() in page


def test_both_people_stand_beside_what_needed_two(november: Office, auditor: HouseClient) -> None:
    words = " ".join(re.sub(r"<[^>]*>", " ", read(auditor, november.cast.limei)).split())
    assert "张店 / 何督" in words
    assert "赵芳 / 何督" in words


def test_a_long_passbook_is_read_page_by_page(november: Office, auditor: HouseClient) -> None:
    for _each in range(60):
        november.earn(november.cast.wangqiang, 1)
    first = read(auditor, november.cast.wangqiang)
    [after] = re.findall(r'rel="next" href="[^"]*after=([^"&]*)', first)
    second = read(auditor, november.cast.wangqiang, f"?after={after}")
    entries = entries_of(november, november.cast.wangqiang)
    hashes = [f"<code>{entry.hash.hex()[:8]}</code>" for entry in entries]
    assert [h in first for h in hashes] == [True] * 50 + [False] * 11
    assert [h in second for h in hashes] == [False] * 50 + [True] * 11


def test_a_foreign_cursor_is_refused(november: Office, auditor: HouseClient) -> None:
    address = f"/ledger/passbooks/{november.cast.limei.id}?after=?"
    assert auditor.get(address).status_code == 422


def test_minutes_have_a_passbook_of_their_own(november: Office, auditor: HouseClient) -> None:
    page = read(auditor, november.cast.limei, "?unit=minutes")
    assert [f">{amount:+d}</td>" in page for amount in (120, 60, -60)] == [True] * 3


def test_the_csv_holds_the_whole_passbook(november: Office, auditor: HouseClient) -> None:
    for _each in range(210):
        november.earn(november.cast.wangqiang, 1)
    rows = rows_of(auditor, november.cast.wangqiang)
    assert [int(row["序号"]) for row in rows] == list(range(211, 0, -1))
    assert (rows[0]["记后"], rows[-1]["增减"], rows[-1]["类别"]) == ("510", "300", "原有积分转入")
    assert all(len(row["指纹"]) == 64 for row in rows)


def test_no_cell_of_the_csv_is_a_formula(november: Office, auditor: HouseClient) -> None:
    deed = november.earn(november.cast.wangqiang, 7)
    november.take_back(deed, reason='=HYPERLINK("http://evil","x")')
    assert rows_of(auditor, november.cast.wangqiang)[0]["事由"].startswith("'=HYPERLINK")
    assert rows_of(auditor, november.cast.wangqiang)[0]["增减"] == "-7"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＠", "\t", "\r", "\n"])
def test_text_that_a_sheet_would_compute_is_quoted(sign: str) -> None:
    assert csv_line([f"{sign}1", -1, 'a"b', None or ""]) == f'"\'{sign}1",-1,"a""b",""\r\n'


def test_nobody_s_passbook_is_not_there(auditor: HouseClient) -> None:
    assert auditor.get(f"/ledger/passbooks/{new_id()}").status_code == 404


@pytest.mark.parametrize("name", ["limei", "zhaofang", "hedu"])
def test_not_even_its_owner_reads_it_here(november: Office, client: HouseClient, name: str) -> None:
    sign_in_cookie(client, getattr(november.cast, name))
    for tail in ("", "/statement.csv"):
        address = f"/ledger/passbooks/{november.cast.limei.id}{tail}"
        assert client.get(address).status_code == 403
