"""Refusals of a whole file: nothing of it is read."""

from __future__ import annotations

from typing import Any, Final

from pointsvc.kernel.errors import Busy, Conflict, Refusal
from pointsvc.kernel.i18n import lazy_gettext as _l


class NotAWorkbook(Refusal):
    """No workbook at all (a renamed PDF), or a damaged one."""

    code = "imports.not_a_workbook"
    status = 422
    message = _l("这不是能打开的 Excel 工作簿（或文件已损坏）。请选择 .xlsx 文件。")


class SaveAsXlsx(Refusal):
    """A spreadsheet in a format that is not read: xls, et, ods, xlsb."""

    code = "imports.save_as_xlsx"
    status = 422
    message = _l("这是旧格式或其他格式的表格。请用 Excel 或 WPS 打开，“另存为” .xlsx 后再导入。")


class Encrypted(Refusal):
    """Protected by a password to open it."""

    code = "imports.encrypted"
    status = 422
    message = _l("这个工作簿设有打开密码。请先取消密码，保存后再导入。")


class TooLarge(Refusal):
    """More bytes than a book of 100,000 rows can have."""

    code = "imports.too_large"
    status = 413
    message = _l("文件有 %(megabytes)s MB，最多 %(limit)s MB。请去掉图片，或分成几个文件导入。")


class TooLargeUnpacked(Refusal):
    """A small file that unpacks to something huge, or cells far out: a zip bomb or an accident."""

    code = "imports.too_large_unpacked"
    status = 413
    message = _l("文件展开后太大，不能读取。请把有内容的单元格复制到新的工作簿，再导入。")


class TooManyRows(Refusal):
    """More than 100,000 lines."""

    code = "imports.too_many_rows"
    status = 422
    message = _l("工作簿超过 %(limit)s 行。请分成几个文件导入。")


class NothingRecognised(Refusal):
    """No sheet has a header that is known."""

    code = "imports.nothing_recognised"
    status = 422
    message = _l(
        "没有认出任何一张表。请检查表头，例如花名册要有“姓名”和“联系电话”，"
        "台账要有“日期”“姓名”和“积分”。"
    )


class NotReady(Conflict):
    """The run is being read or written just now."""

    code = "imports.not_ready"
    message = _l("这次导入还在处理，请等它做完再改。")


class Forgotten(Conflict):
    """The file was kept for its days and is gone."""

    code = "imports.forgotten"
    message = _l("这个文件的内容已经清空（写入后，或放满 30 天）。请重新上传。")


class Stopped(Refusal):
    """Our fault; the log has it, and the file waits to be tried again."""

    code = "imports.stopped"
    status = 500
    message = _l("处理到一半出错了。已经写入的不会丢，也不会重复；请再试一次，还不行就找管理员。")


_KEPT: Final = {
    kind.code: kind
    for kind in (
        NotAWorkbook,
        SaveAsXlsx,
        Encrypted,
        TooLarge,
        TooLargeUnpacked,
        TooManyRows,
        NothingRecognised,
        Forgotten,
        Busy,
    )
}


def message_of(code: str, context: dict[str, Any]) -> str:
    """What the refusal of a run said, kept by its code, in the reader's language."""
    return _KEPT.get(code, Stopped)(**context).detail
