"""The blueprint, and a tariff as the pages about it show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint

from pointsvc.activities.queries import KindFacts
from pointsvc.communities.queries import get_community
from pointsvc.earning.errors import ScaleTooEarly, TariffDayTaken, TariffInThePast
from pointsvc.earning.rules import TariffFacts
from pointsvc.earning.words import (
    cap_in_words,
    caps_in_words,
    examples_of,
    expiry_in_words,
    rate_in_words,
)
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Conflict, Invalid
from pointsvc.kernel.i18n import choose_locale
from pointsvc.kernel.permission import current_community_id

blueprint = Blueprint("earning", __name__, url_prefix="/earning")

OF_THE_DAY: Final = (TariffInThePast, TariffDayTaken, ScaleTooEarly)


@dataclass(frozen=True, slots=True)
class Shown:
    """A version with its words."""

    facts: TariffFacts
    rate: str
    caps: str
    cap_day: str
    cap_month: str
    expiry: str
    examples: list[str]


def shown(tariff: TariffFacts) -> Shown:
    """A version in the reader's language."""
    return Shown(
        tariff,
        rate_in_words(tariff),
        caps_in_words(tariff),
        cap_in_words(tariff, tariff.cap_day_points),
        cap_in_words(tariff, tariff.cap_month_points),
        expiry_in_words(tariff),
        examples_of(tariff),
    )


def name_of(kind: KindFacts) -> str:
    """The activity in the reader's language."""
    return kind.called(choose_locale())


def today() -> date:
    """This day in the community's zone."""
    return clock.local_day(clock.now(), get_community(current_community_id()).zone)


def beside_day(refusal: Invalid | Conflict) -> Invalid | Conflict:
    """A refusal of the day is shown beside the day's field."""
    if isinstance(refusal, OF_THE_DAY):
        return Invalid({"valid_from_on": [refusal.detail]})
    return refusal
