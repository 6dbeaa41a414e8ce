"""What the books said on the page of a count, sealed into its form: nobody types it, or brings another's.

It holds for the batch and the person whose page it was, for a day. What the service asks beyond that is
`check_books_said`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pointsvc.kernel.ring import current_vault
from pointsvc.kernel.vault import Unreadable
from pointsvc.shop.service.asking_stock import PAGE_LIVES


@dataclass(frozen=True, slots=True)
class CountPage:
    """Whose page it is, and of which batch."""

    community_id: UUID
    keeper_id: UUID
    batch_id: UUID

    @property
    def _owner(self) -> bytes:
        ids = (self.community_id, self.keeper_id, self.batch_id)
        return b"shop.count" + b"".join(each.bytes for each in ids)

    def seal(self, on_hand: int, now: datetime) -> str:
        """What the books say now, as the form carries it."""
        sealed = current_vault().encrypt(f"{on_hand}|{now.isoformat()}", self._owner)
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, text: str, now: datetime) -> int | None:
        """What they said when the page was made; None: not this page's, or older than a day."""
        try:
            sealed = base64.b64decode(text, altchars=b"-_", validate=True)
            on_hand, made_at = current_vault().decrypt(sealed, self._owner).split("|")
        except (Unreadable, binascii.Error, ValueError):
            return None
        return int(on_hand) if now - datetime.fromisoformat(made_at) <= PAGE_LIVES else None
