"""Which rooms follow a merge, a move, an erasure, in the order in which they lock (docs/ledger.md)."""

from __future__ import annotations

from typing import Final

from flask import current_app

from pointsvc.activities import gone as activities
from pointsvc.calendars import gone as calendars
from pointsvc.checkin import carrying, gone as checkin
from pointsvc.earning import gone as earning
from pointsvc.ledger import gone as ledger
from pointsvc.members import forgetting
from pointsvc.members.changes import Forget, Rooms
from pointsvc.messages import gone as messages
from pointsvc.organisation import gone as organisation
from pointsvc.plots import gone as plots
from pointsvc.shop import forgetting as shop_words, gone as shop

# Every column whose words an erasure empties: a house test holds them against the tables.
WORDS: Final = (*forgetting.WORDS, *checkin.WORDS, *plots.WORDS, *shop_words.WORDS)
ROOMS: Final = Rooms(
    follow=(
        shop.follow,
        earning.follow,
        carrying.carry_merge,
        ledger.follow,
        checkin.follow,
        activities.follow,
        plots.follow,
        organisation.follow,
        calendars.follow,
        messages.follow,
    ),
    carry=(shop.carry_move, carrying.carry_move),
    forget=(
        checkin.forget,
        organisation.forget,
        shop_words.forget,
        ledger.forget,
        activities.forget,
        plots.forget,
        calendars.forget,
        messages.forget,
    ),
)


def forgets() -> tuple[Forget, ...]:
    """What an erasure takes along, of the rooms below and of those above that hung theirs in."""
    return (*current_app.extensions["forgets_above"], *ROOMS.forget)
