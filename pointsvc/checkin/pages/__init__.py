"""The front door of check-in: the leader's, the attendant's, the clerk's and the devices' pages."""

from pointsvc.checkin.pages import (
    attendance,
    backfills,
    code,
    device,
    drop,
    duty,
    landing,
    my_backfills,
    new_backfill,
    offline,
    photo,
    roster,
    shift,
    signs,
    station,
    waiting,
    witness,
)
from pointsvc.checkin.pages.desk import blueprint

__all__ = [
    "attendance",
    "backfills",
    "blueprint",
    "code",
    "device",
    "drop",
    "duty",
    "landing",
    "my_backfills",
    "new_backfill",
    "offline",
    "photo",
    "roster",
    "shift",
    "signs",
    "station",
    "waiting",
    "witness",
]
