"""The gates of dangerous shifts: what each person lacks, read for many at once.

A shift without a risk asks nothing and reads nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from uuid import UUID

from pointsvc.activities.errors import GateClosed
from pointsvc.activities.queries import ShiftFacts
from pointsvc.activities.rules.gates import Demand, Lack, decide_gate
from pointsvc.activities.words import lacks_in_words
from pointsvc.communities.queries import CommunityFacts, get_community
from pointsvc.communities.settings import CommunitySettings
from pointsvc.kernel import clock
from pointsvc.members.covers import covers_of
from pointsvc.members.rules import Cover


def demand_of(risk: str, settings: CommunitySettings) -> Demand:
    """What the community demands of who does such work."""
    ages = {
        "mower": settings.mower_age_max,
        "ladder": settings.ladder_age_max,
        "pesticide": settings.pesticide_age_max,
        "night": settings.night_age_max,
    }
    return Demand(risk, settings.risk_age_min, ages[risk])


def check_gate(*, community_id: UUID, shift: ShiftFacts, member_id: UUID) -> None:
    """Let somebody into the shift, or say what is missing. Raises GateClosed."""
    if shift.risk == "none":
        return
    lacks = lacks_of(get_community(community_id), [shift], member_id).get(shift.id, [])
    if lacks:
        raise GateClosed(
            risk=shift.risk,
            reasons=[lack.code for lack in lacks],
            why=lacks_in_words(lacks, shift.risk),
        )


def lacks_of(
    community: CommunityFacts, shifts: Iterable[ShiftFacts], member_id: UUID
) -> dict[UUID, list[Lack]]:
    """What somebody lacks for those of the shifts that are dangerous; the others are not named."""
    risky = [shift for shift in shifts if shift.risk != "none"]
    if not risky:
        return {}
    cover = covers_of(community.id, [member_id])[member_id]
    found = {shift.id: decide_gate(*_asked(community, shift, cover)) for shift in risky}
    return {shift_id: lacks for shift_id, lacks in found.items() if lacks}


def uncovered_in(
    community: CommunityFacts, shift: ShiftFacts, member_ids: Collection[UUID]
) -> dict[UUID, list[Lack]]:
    """Those of the people who lack something for the shift, and what."""
    if shift.risk == "none" or not member_ids:
        return {}
    covers = covers_of(community.id, member_ids)
    found = {
        member_id: decide_gate(*_asked(community, shift, cover))
        for member_id, cover in covers.items()
    }
    return {member_id: lacks for member_id, lacks in found.items() if lacks}


def lacks_with(community: CommunityFacts, shift: ShiftFacts, cover: Cover) -> list[Lack]:
    """What somebody of whom this is known lacks for a dangerous shift."""
    return decide_gate(*_asked(community, shift, cover))


def words_of_lacks(
    community: CommunityFacts, shifts: Collection[ShiftFacts], member_id: UUID
) -> dict[UUID, list[str]]:
    """The same as `lacks_of`, in words for a page."""
    risks = {shift.id: shift.risk for shift in shifts}
    return {
        shift_id: [lacks_in_words([lack], risks[shift_id]) for lack in lacks]
        for shift_id, lacks in lacks_of(community, shifts, member_id).items()
    }


def _asked(
    community: CommunityFacts, shift: ShiftFacts, cover: Cover
) -> tuple[Demand, Cover, date, date]:
    since = clock.local_day(shift.starts_at, community.zone)
    until = clock.local_day(shift.ends_at - timedelta(microseconds=1), community.zone)
    return demand_of(shift.risk, community.settings), cover, since, until
