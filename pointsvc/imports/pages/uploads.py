"""Bringing a file, and the files that were brought before."""

from __future__ import annotations

from flask import current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.imports.archive import PACKED_MAX
from pointsvc.imports.background import start
from pointsvc.imports.errors import TooLarge, message_of
from pointsvc.imports.opening import LINES_MAX, check_workbook
from pointsvc.imports.pages.desk import blueprint, names_of_clerks, to_run, zone
from pointsvc.imports.queries import RunFacts, get_run, runs_page
from pointsvc.imports.schemas import UploadForm
from pointsvc.imports.service import Begun, begin_run
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, Refusal
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact


@blueprint.route("")
@requires("imports.workbook")
def index() -> str:
    """The form for a file, and the runs so far."""
    return _page(None)


@blueprint.route("", methods=["POST"])
@requires("imports.workbook")
def upload() -> ResponseReturnValue:
    """Keep a file, read it, and go to its report; a file that cannot be read is refused here."""
    try:
        begun = _begin()
    except Invalid as invalid:
        return _page(invalid.errors.get("file") or invalid.detail), invalid.status
    except Refusal as refused:
        return _page(refused.detail), refused.status
    if begun.is_new:
        start(get_run(current_community_id(), begun.run_id))
    run = get_run(current_community_id(), begun.run_id)
    if begun.is_new and run.state == "failed":
        return _page(why_failed(run)), Invalid.status
    _tell(begun)
    return to_run(begun.run_id)


def _begin() -> Begun:
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    sent, most = request.content_length or 0, current_app.config["MAX_CONTENT_LENGTH"]
    if sent > most:
        raise TooLarge(megabytes=-(-sent // 2**20), limit=PACKED_MAX >> 20)
    values = parse_form(UploadForm, request.form)
    file = request.files.get("file")
    name, data = (file.filename or "", file.read()) if file else ("", b"")
    if data:
        check_workbook(data)
    return transact(
        lambda: begin_run(
            community_id=community_id,
            run_id=values["run_id"],
            file_name=name,
            data=data,
            created_by_id=actor_id,
            now=now,
        )
    )


def _tell(begun: Begun) -> None:
    if not begun.is_same_file:
        return
    if begun.is_new:
        flash(_("这个文件以前写入过。再写一次不会重复，只会补上新的内容。"), "info")
    else:
        flash(_("这个文件已经上传过，还没有办完，请接着办。"), "info")


def why_failed(run: RunFacts) -> str:
    """Why the run cannot go on, in the reader's language."""
    refusal = run.report.get("refusal", {})
    return message_of(refusal.get("code", ""), refusal.get("context", {}))


def _page(error: str | list[str] | None) -> str:
    community_id, after = current_community_id(), request.args.get("after")
    page = runs_page(community_id, after)
    return render_template(
        "imports/index.html",
        runs=page.rows,
        names=names_of_clerks(page.rows),
        zone=zone(),
        error=error,
        run_id=new_id(),
        rows_max=LINES_MAX,
        megabytes_max=PACKED_MAX >> 20,
        next_url=url_for("imports.index", after=page.next) if page.next else None,
        first_url=url_for("imports.index") if after else None,
    )
