"""Reading tariffs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from uuid import UUID

from sqlalchemy import select

from pointsvc.earning.models import Tariff
from pointsvc.earning.rules import TariffFacts, in_force
from pointsvc.extensions import db

_COLUMNS = [getattr(Tariff, field.name) for field in fields(TariffFacts)]


def find_versions(
    *, community_id: UUID, codes: Collection[str] | None = None
) -> dict[str, list[TariffFacts]]:
    """All versions by code, oldest first; of these codes only when they are named."""
    wanted = select(*_COLUMNS).where(Tariff.community_id == community_id)
    if codes is not None:
        wanted = wanted.where(Tariff.code.in_(codes))
    versions: dict[str, list[TariffFacts]] = {}
    for row in db.session.execute(wanted.order_by(Tariff.code, Tariff.valid_from_on)):
        versions.setdefault(row.code, []).append(TariffFacts(*row))
    return versions


def tariff_in_force(*, community_id: UUID, code: str, on: date) -> TariffFacts | None:
    """The version of the code in force on that day; None before its first."""
    versions = find_versions(community_id=community_id, codes=[code])
    return in_force(versions.get(code, []), on)


def find_tariffs_by_id(*, community_id: UUID, ids: Collection[UUID]) -> dict[UUID, TariffFacts]:
    """Tariff versions by their id."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(*_COLUMNS).where(Tariff.community_id == community_id, Tariff.id.in_(ids))
    )
    return {row.id: TariffFacts(*row) for row in rows}
