"""The words in which the house asks for a transfer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pointsvc.kernel.clock import FOREVER
from pointsvc.kernel.ids import derived_id
from pointsvc.ledger.errors import AmountRefused

AMOUNT_MAX = 1_000_000
Unit = Literal["points", "minutes"]
COMMUNITY_KINDS = frozenset(
    {
        "issuance",
        "opening",
        "shop",
        "expired",
        "donated",
        "receivable_contra",
        "service",
    }
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a transfer: whose account, of which kind and (wallets) of which expiry date.

    `owner_id` is a member's, or the community's for its own kinds.
    """

    owner_id: UUID
    kind: str
    expires_on: date = FOREVER

    @property
    def is_tracked(self) -> bool:
        """Whether the account keeps a balance: members' do, the community's are summed."""
        return self.kind not in COMMUNITY_KINDS

    def account_id(self, community_id: UUID, unit: Unit) -> UUID:
        """The one id of this account, so that two writers open the same one."""
        return derived_id("account", community_id, self.owner_id, self.kind, unit, self.expires_on)


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """A transfer to be posted from `debit` to `credit`; `id` is made by the caller.

    `recorded_by_id` is who recorded this one, where that is not who records the posting.
    """

    id: UUID
    unit: Unit
    debit: Side
    credit: Side
    amount: int
    kind: str
    reason: str
    source_type: str
    source_id: UUID
    effect: str
    tariff_id: UUID | None = None
    corrects_id: UUID | None = None
    recorded_by_id: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse what is no amount: bool, text, fraction, out of range."""
        check_amount(self.amount)


@dataclass(frozen=True, slots=True)
class Recording:
    """Who records, who approved, and when: the same for every transfer of one deed."""

    recorded_by_id: UUID | None
    recorded_at: datetime
    business_on: date
    approved_by_id: UUID | None = None


def passbook_id(community_id: UUID, owner_id: UUID, unit: Unit) -> UUID:
    """The one id of an owner's passbook in a unit."""
    return derived_id("passbook", community_id, owner_id, unit)


def check_amount(amount: object) -> int:
    """The amount, when it is a whole number from 1 to the cap. Raises AmountRefused."""
    if type(amount) is not int or not 1 <= amount <= AMOUNT_MAX:
        raise AmountRefused
    return amount
