"""Eight typed digits can be guessed; whoever types too many that nobody has must wait.

They live for a minute and a hundred million of them exist, but an upload holds two hundred tries. So
wrong ones are counted for the person or device that typed them, fifty in fifteen minutes: as many
failures as an address has. Tokens need no such watch, their seal cannot be guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pointsvc.checkin.codes import MemberCode, read_member_code
from pointsvc.checkin.errors import CodeExpired
from pointsvc.checkin.rules import Reason
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.checkin.service import Outcome
from pointsvc.kernel import codes
from pointsvc.members.throttle import Watched, check_throttles, count_failure, watched


def check_guesses(*, actor_id: UUID | None, texts: Sequence[str], now: datetime) -> None:
    """Let digits through, or refuse them; call before `transact`. Raises TooManyFailures."""
    if any(codes.digits_in(text) for text in texts):
        check_throttles([guesser(actor_id)], now=now)


def count_guesses(
    *,
    actor_id: UUID | None,
    scans: Sequence[ScanRequest],
    outcomes: Sequence[Outcome],
    now: datetime,
) -> None:
    """Count the digits among these scans that nobody has; call after `transact`."""
    wrong = [
        scan
        for scan, outcome in zip(scans, outcomes, strict=True)
        if isinstance(outcome, ScanReceipt)
        and outcome.reason == Reason.CODE_EXPIRED
        and codes.digits_in(scan.code or "")
    ]
    if wrong:
        count_failure([guesser(actor_id)], now=now, times=len(wrong))


def read_watched_code(
    *, text: str, community_id: UUID, actor_id: UUID, now: datetime
) -> MemberCode:
    """`read_member_code` for whoever may guess; call before `transact`.

    Raises:
        TooManyFailures. What `read_member_code` raises.
    """
    check_guesses(actor_id=actor_id, texts=[text], now=now)
    try:
        return read_member_code(text=text, community_id=community_id, now=now)
    except CodeExpired:
        if codes.digits_in(text):
            count_failure([guesser(actor_id)], now=now)
        raise


def guesser(actor_id: UUID | None) -> Watched:
    """What wrong digits of any kind are counted for: whoever guesses has one budget, not one for each."""
    return watched("address", f"digits{actor_id}")
