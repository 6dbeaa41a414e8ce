"""An office with tariffs: new versions and scales with everything that does not matter filled in."""

from __future__ import annotations

from datetime import date
from typing import Any

from pointsvc.earning.queries import tariff_in_force
from pointsvc.earning.rules import TariffFacts
from pointsvc.earning.scaling import ScaleLine, change_scale, plan_scale
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.earning.service import Terms, set_tariff
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast

FIRST_DAY, TODAY, TOMORROW = date(2026, 11, 1), date(2026, 11, 21), date(2026, 11, 22)
DECISION = "居民会议第 3 号决议"


class Office:
    """The cast's community, whose seed tariffs are in force since the first of November."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.community_id = cast.community_id
        transact(
            lambda: seed_tariffs(
                community_id=cast.community_id, valid_from_on=FIRST_DAY, now=clock.now()
            )
        )

    def set(self, terms: Terms, code: str = "PLOT_CARE", **given: Any) -> TariffFacts:
        """A new version, from tomorrow on."""
        values: dict[str, Any] = {
            "valid_from_on": TOMORROW,
            "decision": DECISION,
            "decided_on": TODAY,
        } | given
        return transact(
            lambda: set_tariff(
                community_id=self.community_id,
                code=code,
                terms=terms,
                recorded_by_id=self.cast.zhaofang.id,
                now=clock.now(),
                today=TODAY,
                **values,
            )
        )

    def plan(self, scale: int, **given: Any) -> dict[str, ScaleLine]:
        """What another scale would change, by code."""
        values = {"valid_from_on": TOMORROW, "decided_on": TODAY} | given
        lines = plan_scale(community_id=self.community_id, scale=scale, today=TODAY, **values)
        return {line.after.code: line for line in lines}

    def rescale(self, scale: int, **given: Any) -> int:
        """Another scale, from tomorrow on; how many tariffs it changed."""
        values: dict[str, Any] = {
            "change_id": new_id(),
            "valid_from_on": TOMORROW,
            "decision": DECISION,
            "decided_on": TODAY,
        } | given
        return transact(
            lambda: change_scale(
                community_id=self.community_id,
                scale=scale,
                recorded_by_id=self.cast.zhaofang.id,
                now=clock.now(),
                today=TODAY,
                **values,
            )
        )

    def on(self, day: date, code: str = "PLOT_CARE") -> TariffFacts:
        """The version in force."""
        found = tariff_in_force(community_id=self.community_id, code=code, on=day)
        assert found is not None
        return found
