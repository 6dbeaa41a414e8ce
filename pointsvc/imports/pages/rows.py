"""The rows that could not be taken: corrected and tried again, left out, downloaded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from uuid import UUID

from flask import Response, flash, request
from flask.typing import ResponseReturnValue

from pointsvc.imports.messages import message_for
from pointsvc.imports.pages.desk import blueprint, change, to_run
from pointsvc.imports.queries import RowFacts, all_waiting_rows, count_rows, get_row, get_run
from pointsvc.imports.schemas import RowForm
from pointsvc.imports.service import correct_row, drop_rows
from pointsvc.kernel import clock
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@blueprint.route("/<uuid:run_id>/rows/<uuid:row_id>", methods=["POST"])
@requires("imports.workbook")
def retry(run_id: UUID, row_id: UUID) -> ResponseReturnValue:
    """Read one row again as the clerk corrected it; after the commit it is written at once."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    where = parse_form(RowForm, request.form)
    row = get_row(community_id, run_id, row_id)
    typed = {
        label: request.form.get(f"cell_{place}", text)
        for place, (label, text) in enumerate(row.cells.items())
    }
    done = change(
        run_id,
        lambda: correct_row(
            community_id=community_id,
            run_id=run_id,
            row_id=row_id,
            cells=typed,
            decided_by_id=actor_id,
            now=now,
        ),
    )
    if done:
        _tell(run_id, row_id)
    return to_run(run_id, **where, anchor=f"row-{row_id.hex}")


@blueprint.route("/<uuid:run_id>/rows/<uuid:row_id>/drop", methods=["POST"])
@requires("imports.workbook")
def drop(run_id: UUID, row_id: UUID) -> ResponseReturnValue:
    """Leave one row out."""
    _drop(run_id, row_id)
    return to_run(run_id, **parse_form(RowForm, request.form), anchor="rows")


@blueprint.route("/<uuid:run_id>/rows/drop", methods=["POST"])
@requires("imports.workbook")
def drop_rest(run_id: UUID) -> ResponseReturnValue:
    """Leave all out that still wait."""
    _drop(run_id, None)
    return to_run(run_id)


@blueprint.route("/<uuid:run_id>/rows.csv")
@requires("imports.workbook")
def rows_csv(run_id: UUID) -> Response:
    """The rows that wait, for a spreadsheet: under their own headings, formulas made harmless."""
    community_id = current_community_id()
    get_run(community_id, run_id)
    file = io.StringIO()
    csv.writer(file).writerows(_lines(all_waiting_rows(community_id, run_id)))
    return Response(
        "\ufeff" + file.getvalue(),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="import-rows-{run_id.hex[-8:]}.csv"'
        },
    )


def _drop(run_id: UUID, row_id: UUID | None) -> None:
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    done = change(
        run_id,
        lambda: drop_rows(
            community_id=community_id,
            run_id=run_id,
            row_id=row_id,
            decided_by_id=actor_id,
            now=now,
        ),
    )
    if done:
        flash(_("好，不导入。"), "success")


def _tell(run_id: UUID, row_id: UUID) -> None:
    community_id = current_community_id()
    run = get_run(community_id, run_id)
    if run.is_busy:
        return
    row = get_row(community_id, run_id, row_id)
    if row.state == "waiting":
        flash(
            _(
                "“%(sheet)s”第 %(row)s 行还不能导入，请看这一行的说明。",
                sheet=row.sheet,
                row=row.row,
            ),
            "error",
        )
        return
    words = (
        _("“%(sheet)s”第 %(row)s 行改好了，已经写入。", sheet=row.sheet, row=row.row)
        if run.written
        else _("“%(sheet)s”第 %(row)s 行改好了，和其他行一起等写入。", sheet=row.sheet, row=row.row)
    )
    left = count_rows(community_id, run_id)["waiting"]
    flash(words + (_("还有 %(count)s 行。", count=left) if left else _("没有错行了。")), "success")


def _lines(rows: Iterable[RowFacts]) -> Iterator[list[str]]:
    """Each sheet's headings once, then its rows, with the reason first."""
    heading: tuple[str, ...] = ()
    for row in rows:
        own = (row.sheet, *row.cells)
        if own != heading:
            heading = own
            yield [_("表"), _("行"), _("原因"), *map(harmless, row.cells)]
        why = "；".join(f"{each.column}：{message_for(each)}" for each in row.problems)
        yield [harmless(row.sheet), str(row.row), harmless(why), *map(harmless, row.cells.values())]


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
