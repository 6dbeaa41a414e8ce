"""One transfer: where it came from and went, why, by whom, and what corrects it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from pointsvc.communities.queries import get_community
from pointsvc.kernel.permission import current_community_id, requires
from pointsvc.ledger.pages.desk import blueprint, deed_url, names
from pointsvc.ledger.traces import get_trace


@blueprint.route("/transfers/<uuid:transfer_id>")
@requires("ledger.audit")
def transfer(transfer_id: UUID) -> str:
    """The transfer as it was written, and everything around it."""
    community = get_community(current_community_id())
    trace = get_trace(community.id, transfer_id)
    written = trace.transfer
    return render_template(
        "ledger/transfer.html",
        zone=community.zone,
        trace=trace,
        transfer=written,
        people=names(
            community.id,
            [
                written.recorded_by_id,
                written.approved_by_id,
                trace.debit.owner_id,
                trace.credit.owner_id,
            ],
        ),
        deed_url=deed_url(transfer_id),
    )
