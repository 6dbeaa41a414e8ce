"""The auditor's landing: totals, seals, and having everything recomputed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.inspection import (
    Finding,
    LastInspection,
    find_last_inspection,
    inspect_books,
    note_inspection,
)
from pointsvc.ledger.months import month_totals
from pointsvc.ledger.pages.desk import blueprint, names
from pointsvc.ledger.passbooks import owners_of_books
from pointsvc.ledger.totals import (
    balances_by_kind,
    find_sealed_day,
    latest_seals,
    totals_by_kind,
)
from pointsvc.ledger.traces import known_transfers
from pointsvc.ledger.words import CHECKS

SEALS: Final = 10
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class FindingShown:
    """An invariant in words; `places` are the broken things, with the page that shows each."""

    words: str
    finding: Finding
    places: list[tuple[str, str | None]]


@blueprint.route("")
@requires("ledger.audit")
def books() -> str:
    """What the books hold, what was posted this month (ever, if asked), seals, the last check."""
    community = get_community(current_community_id())
    today = clock.local_day(clock.now(), community.zone)
    first = clock.month_start(today)
    last = find_last_inspection(community.id)
    root = request.args.get("root", "").strip()
    with_ever = request.args.get("ever") == "1"
    return render_template(
        "ledger/books.html",
        zone=community.zone,
        month=month_totals(community_id=community.id, first=first, last=today),
        totals=totals_by_kind(
            community_id=community.id, first=first, last=today, with_ever=with_ever
        ),
        with_ever=with_ever,
        balances=balances_by_kind(community_id=community.id),
        seals=latest_seals(community_id=community.id, limit=SEALS + 1),
        seals_shown=SEALS,
        root=root,
        root_of=find_sealed_day(community_id=community.id, root=root) if root else None,
        last=last,
        last_by=names(community.id, [last.by_id if last else None]),
        findings=_shown(community.id, last),
    )


@blueprint.route("/verify", methods=["POST"])
@requires("ledger.audit")
def verify() -> ResponseReturnValue:
    """Recompute every invariant of the community; what was found stays in the trail."""
    community_id, actor_id, now = current_community_id(), current_actor_id(), clock.now()
    inspection = inspect_books(community_id, current_app.extensions["room_checks"])
    transact(
        lambda: note_inspection(
            community_id=community_id, inspection=inspection, inspected_by_id=actor_id, now=now
        )
    )
    if inspection.ok:
        flash(_("核验完毕：账本全部成立。"), "success")
    else:
        flash(_("核验完毕：账本有误，请看标出的地方。"), "error")
    return redirect(url_for("ledger.books", _anchor="inspection"), 303)


def _shown(community_id: UUID, last: LastInspection | None) -> list[FindingShown]:
    if last is None:
        return []
    findings = last.inspection.findings
    ids = {
        UUID(found)
        for finding in findings
        for text in finding.broken
        for found in _UUID.findall(text)
    }
    owners = owners_of_books(community_id, ids)
    transfers = known_transfers(community_id, ids)
    return [
        FindingShown(
            str(CHECKS.get(finding.id, finding.id)),
            finding,
            [(text, _place(text, owners, transfers)) for text in finding.broken],
        )
        for finding in findings
    ]


def _place(text: str, owners: dict[UUID, UUID], transfers: set[UUID]) -> str | None:
    """The page of the passbook or transfer that a broken thing names."""
    for found in map(UUID, _UUID.findall(text)):
        if found in owners:
            return url_for("ledger.passbook", member_id=owners[found])
        if found in transfers:
            return url_for("ledger.transfer", transfer_id=found)
    return None
