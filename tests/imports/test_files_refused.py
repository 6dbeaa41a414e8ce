"""A file that cannot be read safely is refused as a whole, with a code that says why."""

from __future__ import annotations

import io
import zipfile

import pytest

from pointsvc.imports import errors
from pointsvc.imports.archive import PACKED_MAX
from pointsvc.imports.reading import read_workbook
from pointsvc.kernel.errors import Refusal
from tests.imports.books import LIMEI, OFFICE, ROSTER, book_of, with_part

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
SHEET = "xl/worksheets/sheet1.xml"
SMALL = book_of({"花名册": [ROSTER, LIMEI]})


def archive_of(*paths: str) -> bytes:
    """A zip archive with nothing in these paths."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in paths:
            archive.writestr(path, "")
    return file.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    return with_part(SMALL, SHEET, lambda _: xml)


def rows_xml(count: int) -> str:
    """A sheet with so many filled rows, as few bytes as may be."""
    return f"<worksheet><sheetData>{'<row><c><v>1</v></c></row>' * count}</sheetData></worksheet>"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 renamed",
        "姓名,电话".encode(),
        OFFICE[:9000],
        archive_of("word/document.xml"),
    ],
    ids=["empty", "pdf", "csv", "half", "docx"],
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(errors.NotAWorkbook):
        read_workbook(data)


@pytest.mark.parametrize(
    "data",
    [OLE, archive_of("content.xml"), archive_of("xl/workbook.bin")],
    ids=["xls", "ods", "xlsb"],
)
def test_other_formats_are_told_to_be_saved_as_xlsx(data: bytes) -> None:
    with pytest.raises(errors.SaveAsXlsx):
        read_workbook(data)


def test_a_book_with_a_password_is_refused_as_such() -> None:
    with pytest.raises(errors.Encrypted):
        read_workbook(OLE + "EncryptedPackage".encode("utf-16-le"))


def test_a_file_of_too_many_bytes_is_refused() -> None:
    with pytest.raises(errors.TooLarge):
        read_workbook(b"PK" + bytes(PACKED_MAX))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO(SMALL)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(64 * 1024 * 1024))
    with pytest.raises(errors.TooLargeUnpacked):
        read_workbook(file.getvalue())


def test_an_archive_that_lies_about_a_size_is_refused() -> None:
    size = zipfile.ZipFile(io.BytesIO(SMALL)).getinfo(SHEET).file_size
    lie = SMALL.replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little"))
    assert lie != SMALL
    with pytest.raises(errors.NotAWorkbook):
        read_workbook(lie)


def test_entities_that_grow_are_refused() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>' + rows_xml(1)
    with pytest.raises(errors.NotAWorkbook):
        read_workbook(with_sheet(laughs))


def test_a_cell_far_out_is_refused_before_a_table_is_built() -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(errors.TooLargeUnpacked):
        read_workbook(with_sheet(rows_xml(1).replace("</sheetData>", f"{far}</sheetData>")))


@pytest.mark.parametrize("reference", ["XFE1", "A0", "A1048577", "1A", "A-1"])
def test_a_cell_that_no_sheet_has_is_refused(reference: str) -> None:
    with pytest.raises(errors.NotAWorkbook):
        read_workbook(with_sheet(rows_xml(1).replace("<c>", f'<c r="{reference}">')))


@pytest.mark.parametrize("rows", [101_001, 200_001])
def test_a_book_of_too_many_rows_is_refused(rows: int) -> None:
    with pytest.raises(errors.TooManyRows):
        read_workbook(with_sheet(rows_xml(rows)))


def test_a_book_without_any_known_header_is_refused() -> None:
    with pytest.raises(errors.NothingRecognised):
        read_workbook(book_of({"食堂": [["菜名", "价格"], ["拌面", 12]], "空": []}))


@pytest.mark.parametrize(
    ("refusal", "code", "status"),
    [
        (errors.NotAWorkbook(), "imports.not_a_workbook", 422),
        (errors.SaveAsXlsx(), "imports.save_as_xlsx", 422),
        (errors.Encrypted(), "imports.encrypted", 422),
        (errors.TooLarge(megabytes=40, limit=32), "imports.too_large", 413),
        (errors.TooLargeUnpacked(), "imports.too_large_unpacked", 413),
        (errors.TooManyRows(limit=100_000), "imports.too_many_rows", 422),
        (errors.NothingRecognised(), "imports.nothing_recognised", 422),
    ],
    ids=lambda value: value.code if isinstance(value, Refusal) else "",
)
def test_refusals_keep_their_codes(refusal: Refusal, code: str, status: int) -> None:
    assert (refusal.code, refusal.status) == (code, status)
    assert refusal.detail
