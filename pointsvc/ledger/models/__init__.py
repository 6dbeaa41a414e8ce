"""The tables of the books, private to this room."""

from pointsvc.ledger.models.accounts import ACCOUNT_KINDS, Account, Passbook
from pointsvc.ledger.models.seals import DeclaredGap, Seal, SealedHead
from pointsvc.ledger.models.transfers import CorrectedTransfer, Entry, Transfer

__all__ = [
    "ACCOUNT_KINDS",
    "Account",
    "CorrectedTransfer",
    "DeclaredGap",
    "Entry",
    "Passbook",
    "Seal",
    "SealedHead",
    "Transfer",
]
