"""Any passbook: finding its owner, reading it, printing it, taking it away as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from flask import Response, render_template, request, url_for

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.paging import PAGE_LENGTH_MAX
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.ledger.pages.desk import blueprint, names
from pointsvc.ledger.passbooks import BookEntry, heads_of, page_of_book
from pointsvc.ledger.rows import csv_line
from pointsvc.ledger.transfers import Unit
from pointsvc.ledger.words import ACCOUNTS, KINDS, REASONS, SOURCES
from pointsvc.members.queries import get_member
from pointsvc.members.search import State, search

BOM: Final = "\ufeff"


@blueprint.route("/passbooks")
@requires("ledger.audit")
def passbooks() -> str:
    """People by name, volunteer number, last four digits or door, with what they hold."""
    community_id, text = current_community_id(), request.args.get("q", "")
    state: State = "departed" if request.args.get("state") == "departed" else "active"
    after = request.args.get("after")
    page = search(community_id, text=text, state=state, after=after)
    ids = [person.id for person in page.rows]
    kept: dict[str, Any] = {"q": text or None, "state": state}
    return render_template(
        "ledger/passbooks.html",
        people=page.rows,
        points=heads_of(community_id, ids, "points"),
        minutes=heads_of(community_id, ids, "minutes"),
        text=text,
        state=state,
        next_url=url_for("ledger.passbooks", after=page.next, **kept) if page.next else None,
        first_url=url_for("ledger.passbooks", **kept) if after else None,
    )


@blueprint.route("/passbooks/<uuid:member_id>")
@requires("ledger.audit")
def passbook(member_id: UUID) -> str:
    """Every entry of a passbook, newest first, with what stood before and after, and by whom."""
    community, unit = get_community(current_community_id()), _unit()
    after = request.args.get("after")
    page = page_of_book(community.id, member_id, unit, after=after)
    kept: dict[str, Any] = {"member_id": member_id, "unit": unit}
    return render_template(
        "ledger/passbook.html",
        member=get_member(community.id, member_id),
        zone=community.zone,
        unit=unit,
        head=heads_of(community.id, [member_id], unit)[member_id],
        entries=page.rows,
        people=names(community.id, _people(page.rows)),
        next_url=url_for("ledger.passbook", after=page.next, **kept) if page.next else None,
        first_url=url_for("ledger.passbook", **kept) if after else None,
    )


@blueprint.route("/passbooks/<uuid:member_id>/statement.csv")
@requires("ledger.audit")
def statement(member_id: UUID) -> Response:
    """The whole passbook as CSV, for the auditor's own sheets."""
    community, unit = get_community(current_community_id()), _unit()
    member = get_member(community.id, member_id)
    # Whole, not streamed: a passbook is a few thousand lines, and half a file would look whole.
    text = "".join(_csv(community.id, community.zone, member_id, unit))
    response = Response(text, mimetype="text/csv")
    filename = f"passbook-{member.volunteer_no}-{unit}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def _unit() -> Unit:
    return "minutes" if request.args.get("unit") == "minutes" else "points"


def _people(entries: Any) -> Iterator[UUID | None]:
    for entry in entries:
        yield entry.recorded_by_id
        yield entry.approved_by_id


def _csv(community_id: UUID, zone: str, member_id: UUID, unit: Unit) -> Iterator[str]:
    yield BOM + csv_line(_heading())
    after: str | None = None
    while True:
        page = page_of_book(community_id, member_id, unit, after=after, limit=PAGE_LENGTH_MAX)
        people = names(community_id, _people(page.rows))
        yield from (csv_line(_cells(entry, zone, people)) for entry in page.rows)
        after = page.next
        if after is None:
            return


def _heading() -> list[str]:
    return [
        _("序号"),
        _("时间"),
        _("记账日"),
        _("类别"),
        _("事由"),
        _("账户"),
        _("增减"),
        _("记前"),
        _("记后"),
        _("来源"),
        _("来源编号"),
        _("细则版本"),
        _("记账人"),
        _("批准人"),
        _("记账编号"),
        _("冲正的是"),
        _("指纹"),
    ]


def _cells(entry: BookEntry, zone: str, people: dict[UUID, str]) -> list[object]:
    return [
        entry.seq,
        clock.local(entry.at, zone).isoformat(timespec="seconds"),
        entry.business_on,
        KINDS.get(entry.kind, entry.kind),
        REASONS.get(entry.reason, entry.reason),
        ACCOUNTS.get(entry.account_kind, entry.account_kind),
        entry.delta,
        entry.before,
        entry.after,
        SOURCES.get(entry.source_type, entry.source_type),
        entry.source_id,
        entry.tariff_id or "",
        people.get(entry.recorded_by_id, "") if entry.recorded_by_id else "",
        people.get(entry.approved_by_id, "") if entry.approved_by_id else "",
        entry.transfer_id,
        entry.corrects_id or "",
        entry.hash.hex(),
    ]
