"""What the rooms above and below the books answer for when everything is verified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from pointsvc.earning.verification import earning_checks
from pointsvc.kernel.verification import Check
from pointsvc.members.verification import member_checks
from pointsvc.shop.verification import shop_checks

# The command line and the auditor's page (which may not import upward) run the same ones.
ROOM_CHECKS: Final[tuple[Callable[[UUID], list[Check]], ...]] = (
    member_checks,
    earning_checks,
    shop_checks,
)
