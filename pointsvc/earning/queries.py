"""Reading tariffs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from pointsvc.earning.models import Tariff
from pointsvc.earning.rules import TariffFacts, in_force
from pointsvc.extensions import db
from pointsvc.kernel.prepared import Among, fetch, prepared, table_of

_COLUMNS = [getattr(Tariff, field.name) for field in fields(TariffFacts)]


def find_versions(
    *, community_id: UUID, codes: Collection[str] | None = None
) -> dict[str, list[TariffFacts]]:
    """All versions by code, oldest first; of these codes only when they are named."""
    if codes is None:
        found = fetch(_versions(), community_id=community_id)
    else:
        found = fetch(_versions_of(), community_id=community_id, codes=list(codes))
    versions: dict[str, list[TariffFacts]] = {}
    for row in found:
        versions.setdefault(row.code, []).append(TariffFacts(*row))
    return versions


@prepared
def _versions(_among: Among) -> Select[*tuple[Any, ...]]:
    tariff = table_of(Tariff).c
    return (
        select(*(tariff[field.name] for field in fields(TariffFacts)))
        .where(tariff.community_id == bindparam("community_id"))
        .order_by(tariff.code, tariff.valid_from_on)
    )


@prepared
def _versions_of(among: Among) -> Select[*tuple[Any, ...]]:
    return _versions().where(among(table_of(Tariff).c.code, "codes"))


def tariff_in_force(*, community_id: UUID, code: str, on: date) -> TariffFacts | None:
    """The version of the code in force on that day; None before its first."""
    versions = find_versions(community_id=community_id, codes=[code])
    return in_force(versions.get(code, []), on)


def find_tariffs_by_id(*, community_id: UUID, ids: Collection[UUID]) -> dict[UUID, TariffFacts]:
    """Tariff versions by their id."""
    if not ids:
        return {}
    found = db.session.execute(
        select(*_COLUMNS).where(Tariff.community_id == community_id, Tariff.id.in_(ids))
    )
    return {row.id: TariffFacts(*row) for row in found}
