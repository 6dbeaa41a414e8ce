"""Who comes in which slot, and the numbers that are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pointsvc.shop.models import ExchangeSlot


@dataclass(frozen=True, slots=True)
class Seat:
    """A slot, the number that is called, and until when the goods wait.

    They wait until the last slot of the day, not of the own one: who comes late still has them.
    """

    slot: ExchangeSlot
    number: int
    until: datetime


class Seating:
    """The slots that are left, and how many come in each."""

    def __init__(
        self, slots: Sequence[ExchangeSlot], seated: Mapping[UUID, int], last_number: int
    ) -> None:
        """Begin with who has a seat already, and the last number that was given."""
        self._slots = list(slots)
        self._seated = Counter(seated)
        self._last = last_number

    def seat(self, wished: Mapping[UUID, UUID], now: datetime) -> dict[UUID, Seat]:
        """A seat for everybody, by who comes first in the wishes; numbers follow the slots."""
        chosen = {member_id: self._slot(slot_id, now) for member_id, slot_id in wished.items()}
        ordered = sorted(chosen.items(), key=lambda each: each[1].number)
        return {
            member_id: Seat(slot, self._last + place, self._until(slot))
            for place, (member_id, slot) in enumerate(ordered, start=1)
        }

    def _slot(self, slot_id: UUID, now: datetime) -> ExchangeSlot:
        """The wished one while it has a seat; else the first that has one; else the emptiest."""
        coming = [slot for slot in self._slots if slot.starts_at > now] or self._slots
        free = [slot for slot in coming if self._seated[slot.id] < slot.seats]
        emptiest = min(coming, key=lambda slot: (self._seated[slot.id] - slot.seats, slot.number))
        slot = next((slot for slot in free if slot.id == slot_id), free[0] if free else emptiest)
        self._seated[slot.id] += 1
        return slot

    def _until(self, slot: ExchangeSlot) -> datetime:
        return max(each.ends_at for each in self._slots if each.is_makeup == slot.is_makeup)
