"""One run: what was found, what waits, what was written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.imports.messages import message_for
from pointsvc.imports.pages.desk import blueprint, change, names_of_clerks, to_run, zone
from pointsvc.imports.pages.uploads import why_failed
from pointsvc.imports.queries import (
    KEPT_DAYS,
    RunFacts,
    count_rows,
    get_run,
    rows_page,
    waiting_sheets,
    warnings_of,
)
from pointsvc.imports.service import begin_writing, try_again
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.paging import PageUnknown
from pointsvc.kernel.permission import current_community_id, requires

WARNINGS_SHOWN = 100


@blueprint.route("/<uuid:run_id>")
@requires("imports.workbook")
def run(run_id: UUID) -> str:
    """The report of a run, or how far it is."""
    found = get_run(current_community_id(), run_id)
    if found.is_busy:
        return render_template("imports/busy.html", run=found)
    return render_template("imports/run.html", **_report(found))


@blueprint.route("/<uuid:run_id>/commit", methods=["POST"])
@requires("imports.workbook")
def commit(run_id: UUID) -> ResponseReturnValue:
    """Write everything that can be taken; asked twice, it is done once."""
    community_id = current_community_id()
    if change(run_id, lambda: begin_writing(community_id=community_id, run_id=run_id)):
        _tell_written(get_run(community_id, run_id))
    return to_run(run_id)


@blueprint.route("/<uuid:run_id>/again", methods=["POST"])
@requires("imports.workbook")
def again(run_id: UUID) -> ResponseReturnValue:
    """Read a run again that stopped halfway."""
    community_id = current_community_id()
    change(run_id, lambda: try_again(community_id=community_id, run_id=run_id))
    return to_run(run_id)


def _tell_written(found: RunFacts) -> None:
    if found.state != "committed":
        return
    if any((found.written or {}).values()):
        flash(_("写好了。"), "success")
    else:
        flash(_("这份表的内容以前都写入过，这次没有新的。"), "info")


def _report(found: RunFacts) -> dict[str, Any]:
    community_id = current_community_id()
    sheets = waiting_sheets(community_id, found.id)
    sheet = request.args.get("sheet")
    page = rows_page(community_id, found.id, sheet=sheet, after=_after())
    warnings = warnings_of(found)[:WARNINGS_SHOWN]
    return {
        "run": found,
        "zone": zone(),
        "clerk": names_of_clerks([found]).get(found.created_by_id) if found.created_by_id else "",
        "counts": count_rows(community_id, found.id),
        "sheets": sheets,
        "sheet": sheet if sheet in sheets else None,
        "rows": page.rows,
        "after": request.args.get("after"),
        "next_url": _url(found.id, sheet=sheet, after=page.next) if page.next else None,
        "first_url": _url(found.id, sheet=sheet) if request.args.get("after") else None,
        "warnings": [(each, message_for(each)) for each in warnings],
        "message_for": message_for,
        "why": why_failed(found) if found.state == "failed" else "",
        "kept_days": KEPT_DAYS,
    }


def _url(run_id: UUID, sheet: str | None, after: str | None = None) -> str:
    return url_for("imports.run", run_id=run_id, sheet=sheet, after=after, _anchor="rows")


def _after() -> UUID | None:
    try:
        return UUID(request.args["after"]) if request.args.get("after") else None
    except ValueError as error:
        raise PageUnknown from error
