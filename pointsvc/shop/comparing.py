"""Sums of rows by id, compared with what is stored: for the room's checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from pointsvc.extensions import db
from pointsvc.kernel.verification import Check


def sums(wanted: Select[*tuple[Any, ...]]) -> dict[UUID, int]:
    """Of each id its sum."""
    return {row[0]: int(row[1]) for row in db.session.execute(wanted)}


def compare(check: Check, stored: Mapping[UUID, int], summed: Mapping[UUID, int]) -> None:
    """What is stored is what the rows add up to, and nothing adds up to what is not stored."""
    for each, value in stored.items():
        check.expect(value == summed.get(each, 0), each)
    for each in summed.keys() - stored.keys():
        check.expect(summed[each] == 0, each)
