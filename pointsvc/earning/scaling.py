"""The one scale: how many points an hour of service is; moving it moves every tariff with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.models import ActivityKind
from pointsvc.communities.queries import get_community
from pointsvc.communities.service import update_settings
from pointsvc.earning.errors import ScaleTooEarly, TariffInThePast
from pointsvc.earning.queries import find_tariffs_by_id, find_versions
from pointsvc.earning.rules import TariffFacts, in_force, moved
from pointsvc.earning.seeds import SEEDS, Seed
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id

RATE_MAX: Final = 100_000
RATE_MIN: Final = -1000


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """A tariff as it stands, and as it would stand."""

    before: TariffFacts
    after: TariffFacts


def plan_scale(
    *, community_id: UUID, scale: int, valid_from_on: date, decided_on: date, today: date
) -> list[ScaleLine]:
    """What a move to another scale would change; nothing is written.

    Tariffs that stay the same (0 points, or the same after rounding) are left out.

    Raises:
        TariffInThePast: the day has passed.
        ScaleTooEarly: a version begins then or later, which would stay at the old scale.
        Invalid: the scale is the present one, or takes a tariff beyond its range; a decision of
            the future.
    """
    if valid_from_on < today:
        raise TariffInThePast
    if decided_on > today:
        raise Invalid({"decided_on": [_("作出决定的日子不能在今天之后。")]})
    before = get_community(community_id).settings.rate_scale
    if scale == before:
        raise Invalid({"scale": [_("现在就是这个标准。")]})
    versions = find_versions(community_id=community_id)
    last = max((v.valid_from_on for some in versions.values() for v in some), default=None)
    if last is not None and last >= valid_from_on:
        raise ScaleTooEarly(valid_from_on=last.isoformat())
    standing = [in_force(some, valid_from_on) for some in versions.values()]
    moves = [ScaleLine(each, _moved(each, before, scale)) for each in standing if each]
    if any(not RATE_MIN <= move.after.rate_points <= RATE_MAX for move in moves):
        raise Invalid({"scale": [_("太大了：有的细则会超出范围。")]})
    return [move for move in moves if move.before != move.after]


def change_scale(
    *,
    community_id: UUID,
    change_id: UUID,
    scale: int,
    valid_from_on: date,
    decision: str,
    decided_on: date,
    recorded_by_id: UUID,
    now: datetime,
    today: date,
) -> int:
    """Write new versions of all tariffs at another scale; how many. The same id is one change.

    Points that people have and prices in the shop stay as they are.

    Raises:
        TariffInThePast. ScaleTooEarly. Invalid.
    """
    _lock_kinds(community_id)
    codes = find_versions(community_id=community_id)
    ids = {code: derived_id("scale", community_id, change_id, code) for code in codes}
    written = find_tariffs_by_id(community_id=community_id, ids=list(ids.values()))
    if written:
        return len(written)
    lines = plan_scale(
        community_id=community_id,
        scale=scale,
        valid_from_on=valid_from_on,
        decided_on=decided_on,
        today=today,
    )
    for line in lines:
        set_tariff(
            community_id=community_id,
            code=line.after.code,
            terms=_terms(line.after),
            valid_from_on=valid_from_on,
            decision=decision,
            decided_on=decided_on,
            recorded_by_id=recorded_by_id,
            now=now,
            today=today,
            tariff_id=ids[line.after.code],
        )
    update_settings(community_id=community_id, changes={"rate_scale": scale})
    return len(lines)


_SEEDS: Final[dict[str, Seed]] = {seed.code: seed for seed in SEEDS}


def _moved(tariff: TariffFacts, before: int, after: int) -> TariffFacts:
    seed = _SEEDS.get(tariff.code)
    rate = moved(tariff.rate_points, seed.points if seed else None, before=before, after=after)
    day = moved(tariff.cap_day_points, seed.day_cap if seed else None, before=before, after=after)
    month = moved(
        tariff.cap_month_points, seed.month_cap if seed else None, before=before, after=after
    )
    return replace(tariff, rate_points=rate or 0, cap_day_points=day, cap_month_points=month)


def _lock_kinds(community_id: UUID) -> None:
    """One change of all tariffs at a time."""
    kinds = select(ActivityKind.code).where(ActivityKind.community_id == community_id)
    db.session.execute(kinds.order_by(ActivityKind.code).with_for_update())


def _terms(tariff: TariffFacts) -> Terms:
    return Terms(
        basis=tariff.basis,
        rate_points=tariff.rate_points,
        step_minutes=tariff.step_minutes,
        minimum_percent=tariff.minimum_percent,
        cap_day_points=tariff.cap_day_points,
        cap_month_points=tariff.cap_month_points,
        cap_holder=tariff.cap_holder,
        counts_as_service=tariff.counts_as_service,
        expiry=tariff.expiry,
        expiry_months=tariff.expiry_months,
    )
