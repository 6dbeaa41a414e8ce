"""Recomputing every invariant of the books from the rows themselves."""

from pointsvc.ledger.verification.guards import check_guards
from pointsvc.ledger.verification.report import CommunityReport, verify_community

__all__ = ["CommunityReport", "check_guards", "verify_community"]
