"""Giving a word for somebody: what the tests of vouching share."""

from __future__ import annotations

from pointsvc.checkin.scans import ScanReceipt
from pointsvc.checkin.service import DecisionReceipt, vouch_for
from pointsvc.checkin.witnesses import sights_of
from pointsvc.communities.queries import get_community
from pointsvc.kernel.transaction import transact
from tests.checkin.duty import Duty
from tests.support.cast import Person


def vouch(duty: Duty, witness: Person, scan: ScanReceipt) -> DecisionReceipt:
    """The witness says that they saw whom the scan counted."""
    caller, now = duty.caller(witness), duty.now()
    assert scan.attendance_id is not None
    assert caller.community_id is not None
    community_id, attendance_id = caller.community_id, scan.attendance_id
    return transact(
        lambda: vouch_for(
            community_id=community_id, caller=caller, attendance_id=attendance_id, now=now
        )
    )


def seen_by(duty: Duty, witness: Person) -> list[str]:
    """Those for whom the witness is asked."""
    community = get_community(duty.community_id)
    return [sight.name for sight in sights_of(community, witness.id, duty.now())]
