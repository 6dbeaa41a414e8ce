"""What a scanned address means for the person who opened it; looking writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pointsvc.activities.queries import ShiftFacts, find_shifts, shifts_between
from pointsvc.activities.scopes import scope_of
from pointsvc.checkin.codes import Read, look_at_code, read_codes
from pointsvc.checkin.directions import stays_of
from pointsvc.checkin.duties import open_duties, phase_of
from pointsvc.checkin.rules import SCANNED_TWICE, Direction, Reason, Stay
from pointsvc.communities.queries import CommunityFacts, PlaceFacts, get_community, get_place
from pointsvc.kernel import clock
from pointsvc.kernel.codes import digits_in
from pointsvc.kernel.permission import Caller
from pointsvc.members.consents import shares_position
from pointsvc.members.queries import names_of

AHEAD = timedelta(hours=12)
Meaning = Literal["fault", "stranger", "own", "person", "place"]


@dataclass(frozen=True, slots=True)
class Chance:
    """A shift that the code is good for, what its button would do, and how the person stands there.

    `direction` is None where nothing is left to do; `is_fresh` where they came minutes ago.
    """

    shift: ShiftFacts
    direction: Direction | None
    stay: Stay | None = None
    is_fresh: bool = False

    @property
    def can_be_near(self) -> bool:
        """Whether a position could let it count: coming, or leaving after what counts already."""
        return self.direction is not None and (self.stay is None or self.stay.state == "open")


@dataclass(frozen=True, slots=True)
class Landing:
    """What to show.

    Attributes:
        meaning: a fault; a code that says nothing to this reader; the reader's own; a person whom
            the reader may scan; a place or shift in which the reader may be counted.
        proof: what kind of code it is, as far as it could be read.
        reason: why it does not hold, or why nothing can be done with it now.
        chances: the shifts to choose from.
        later: shifts at the place that begin in the next hours.
        place_name: where the sign hangs, or where the shift of the code is.
        member_name: who is before the scanner.
        keeps_shop: whether the reader keeps a shop, where the code pays.
        locating: whether the page asks the phone where it is (`ask`), or says that it could, were
            that agreed to (`offer`); "" where positions do not count.
    """

    meaning: Meaning
    proof: str
    reason: Reason | None = None
    chances: Sequence[Chance] = ()
    later: Sequence[ShiftFacts] = ()
    place_name: str | None = None
    member_name: str | None = None
    keeps_shop: bool = False
    locating: str = ""


def look_up(*, caller: Caller, text: str, now: datetime) -> Landing:
    """What this code is to this caller. A stranger learns its kind and nothing else.

    Digits are for typing and stand in no address: here they would only be guessed.
    """
    is_stranger = caller.kind != "member" or digits_in(text) is not None
    if is_stranger or caller.community_id is None or caller.id is None:
        read = look_at_code(text=text, now=now)
        return _of_stranger(read)
    [read] = read_codes(community_id=caller.community_id, texts=[(text, now)], now=now)
    if read.fault is not None:
        return _of_stranger(read)
    assert read.subject_id is not None
    community = get_community(caller.community_id)
    if not read.is_member:
        return _of_place(read, community, caller.id, now)
    if read.subject_id == caller.id:
        return Landing("own", read.proof, keeps_shop="keeper" in caller.roles)
    return _of_person(read, community, caller, now)


def _of_stranger(read: Read) -> Landing:
    return Landing("fault" if read.fault else "stranger", read.proof, read.fault)


def _of_person(read: Read, community: CommunityFacts, caller: Caller, now: datetime) -> Landing:
    """For who may scan in an open shift, or keeps a shop; a neighbour learns nothing."""
    assert read.subject_id is not None
    keeps_shop = "keeper" in caller.roles
    scope = scope_of(caller)
    shifts = [
        duty.shift
        for duty in (open_duties(community, scope, now) if scope.runs_shifts else [])
        if duty.shift.kind.counted_by == "attendance"
    ]
    if not shifts:
        reason = Reason.NO_SHIFT if scope.runs_shifts else None
        return Landing("stranger", read.proof, reason, keeps_shop=keeps_shop)
    stays = stays_of(
        community_id=community.id,
        member_id=read.subject_id,
        shift_ids=[shift.id for shift in shifts],
    )
    chances = [_chance(shift, stays.get(shift.id), now) for shift in shifts]
    name = names_of(community.id, [read.subject_id]).get(read.subject_id)
    return Landing("person", read.proof, chances=chances, member_name=name, keeps_shop=keeps_shop)


def _of_place(read: Read, community: CommunityFacts, member_id: UUID, now: datetime) -> Landing:
    """In which shifts here the reader may be counted now, and how they stand in each."""
    assert read.subject_id is not None
    is_sign = read.proof == "sign"
    shifts = (
        _shifts_at(community, read.subject_id, now)
        if is_sign
        else list(find_shifts(community_id=community.id, ids=[read.subject_id]).values())
    )
    live = [shift for shift in shifts if shift.cancelled_at is None]
    now_open = [shift for shift in live if phase_of(shift, community, now) == "open"]
    suiting = [s for s in now_open if (s.kind.by_sign if is_sign else s.kind.by_shift_code)]
    later = [shift for shift in live if phase_of(shift, community, now) == "later"]
    stays = stays_of(
        community_id=community.id, member_id=member_id, shift_ids=[each.id for each in suiting]
    )
    chances = [_chance(shift, stays.get(shift.id), now) for shift in suiting]
    place = get_place(community.id, read.subject_id) if is_sign else None
    place_name = place.name if place else next((shift.place_name for shift in shifts), None)
    lack = _lack(shifts, now_open, suiting)
    locating = _locating(community, place, member_id, now)
    return Landing("place", read.proof, lack, chances, later, place_name, locating=locating)


def _locating(
    community: CommunityFacts, place: PlaceFacts | None, member_id: UUID, now: datetime
) -> str:
    if place is None or place.position is None:
        return ""
    if not community.settings.position_error_metres_max:
        return ""
    today = clock.local_day(now, community.zone)
    return "ask" if shares_position(community.id, member_id, today) else "offer"


def _shifts_at(community: CommunityFacts, place_id: UUID, now: datetime) -> list[ShiftFacts]:
    grace = timedelta(minutes=community.settings.check_out_grace_minutes)
    return shifts_between(
        community_id=community.id, since=now - grace, until=now + AHEAD, place_ids=[place_id]
    )


def _lack(
    shifts: Sequence[ShiftFacts], now_open: Sequence[ShiftFacts], suiting: Sequence[ShiftFacts]
) -> Reason | None:
    if suiting:
        return None
    if now_open:
        return Reason.WAY_OFF
    is_cancelled = any(shift.cancelled_at is not None for shift in shifts)
    return Reason.SHIFT_CANCELLED if is_cancelled else Reason.NO_SHIFT


def _chance(shift: ShiftFacts, stay: Stay | None, now: datetime) -> Chance:
    if stay is None:
        return Chance(shift, "in")
    if stay.out_at is not None:
        return Chance(shift, None, stay)
    return Chance(shift, "out", stay, is_fresh=now - stay.in_at < SCANNED_TWICE)
