"""The auditor's pages: the books at a glance, verifying them, any passbook, any transfer."""

from pointsvc.ledger.pages import books, passbooks, transfers
from pointsvc.ledger.pages.desk import blueprint

__all__ = ["blueprint", "books", "passbooks", "transfers"]
