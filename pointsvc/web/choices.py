"""Between a right password and a choice of community: a sealed list of whom it opens, 5 minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from pointsvc.kernel.keys import Purpose
from pointsvc.kernel.ring import current_ring
from pointsvc.members.sign_in import Identity

LIFETIME: Final = timedelta(minutes=5)


def seal_choices(identities: Sequence[Identity], *, now: datetime) -> str:
    """The identities, sealed; they hold ids and no secret."""
    listed = [[i.kind, str(i.id), str(i.community_id or ""), i.place] for i in identities]
    return str(_sealer(0).dumps({"until": (now + LIFETIME).timestamp(), "who": listed}))


def open_choices(sealed: str, *, now: datetime) -> list[Identity]:
    """The identities again; none when the seal is broken or too old."""
    for place in range(len(current_ring().keys)):
        try:
            found = _sealer(place).loads(sealed)
        except BadData:
            continue
        if found["until"] < now.timestamp():
            return []
        return [_identity(*row) for row in found["who"]]
    return []


def _identity(kind: str, who: str, community: str, place: str) -> Identity:
    if kind == "operator":
        return Identity("operator", UUID(who), "", None, place)
    return Identity("member", UUID(who), "", UUID(community), place)


def _sealer(place: int) -> URLSafeSerializer:
    secret = current_ring().keys[place].bytes_for(Purpose.SIGN_INS)
    return URLSafeSerializer(secret, salt="choices")
