"""Which rooms follow a merge, a move, an erasure, in the order in which they lock (docs/ledger.md)."""

from __future__ import annotations

from typing import Final

from pointsvc.activities import gone as activities
from pointsvc.calendars import gone as calendars
from pointsvc.checkin import gone as checkin
from pointsvc.earning import gone as earning
from pointsvc.ledger import gone as ledger
from pointsvc.members.changes import Rooms
from pointsvc.messages import gone as messages
from pointsvc.organisation import gone as organisation
from pointsvc.plots import gone as plots
from pointsvc.shop import forgetting, gone as shop

ROOMS: Final = Rooms(
    follow=(
        shop.follow,
        earning.follow,
        ledger.follow,
        checkin.follow,
        activities.follow,
        plots.follow,
        organisation.follow,
        calendars.follow,
        messages.follow,
    ),
    carry=(shop.carry_move,),
    forget=(
        checkin.forget,
        organisation.forget,
        forgetting.forget,
        ledger.forget,
        activities.forget,
        plots.forget,
        calendars.forget,
        messages.forget,
    ),
)
