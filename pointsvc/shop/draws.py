"""The draw of an exchange day: pure, so that anybody can do it again with the seed and the list.

The seed is drawn when the day is planned and only its hash is shown: SHA-256 of its hex digits. When
wishes have closed, somebody says a few words aloud; then a ticket's lot is SHA-256 of the text
`seed words number` (hex digits, the words, the ticket's number, parted by single spaces). So who knew
the seed could not know the words, and who says the words cannot know the seed.

Who wished last time and got nothing comes first, then the smallest lot. Each household gets one thing
before anybody gets two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Outcome = Literal["given", "waiting", "passed"]
SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """A household's wish for one unit of a good; `household` is the lowest number that it holds."""

    number: int
    good: str
    household: int
    had_nothing: bool


@dataclass(frozen=True, slots=True)
class Lot:
    """What became of a ticket, and its turn for the good."""

    ticket: Ticket
    outcome: Outcome
    place: int


def commitment(seed: bytes) -> str:
    """What is shown before: the SHA-256 of the seed's hex digits."""
    return hashlib.sha256(seed.hex().encode()).hexdigest()


def lot_of(seed: bytes, spoken: str, number: int) -> str:
    """A ticket's lot: 64 hex digits, the smallest comes first."""
    return hashlib.sha256(f"{seed.hex()} {spoken} {number}".encode()).hexdigest()


def plain_words(text: str | None) -> str:
    """The words as they go into the draw: letters and digits, with single spaces between.

    Signs are left out: they are not heard, and would be read otherwise by a shell.
    """
    heard = "".join(sign if sign.isalnum() else " " for sign in text or "")
    return " ".join(heard.split())


def order_of(seed: bytes, spoken: str, tickets: Iterable[Ticket]) -> list[Ticket]:
    """In which order they are served."""
    return sorted(
        tickets, key=lambda t: (not t.had_nothing, lot_of(seed, spoken, t.number), t.number)
    )


def allot(
    ordered: Sequence[Ticket],
    units: Mapping[str, int],
    *,
    take: Callable[[Ticket], bool] = lambda _ticket: True,
) -> list[Lot]:
    """Give out the units in this order: first one thing to each household, then what is left.

    Args:
        ordered: the tickets as `order_of` leaves them.
        units: how many there are of each good.
        take: takes points and allowance; False where somebody cannot have it, who is passed over.
    """
    left, served = dict(units), set[int]()
    outcomes: dict[int, Outcome] = {}
    for is_first in (True, False):
        for ticket in ordered:
            if ticket.number in outcomes or left.get(ticket.good, 0) < 1:
                continue
            if is_first and ticket.household in served:
                continue
            given = take(ticket)
            outcomes[ticket.number] = "given" if given else "passed"
            left[ticket.good] -= given
            served |= {ticket.household} if given else set()
    return _placed(ordered, outcomes)


def _placed(ordered: Sequence[Ticket], outcomes: Mapping[int, Outcome]) -> list[Lot]:
    places: dict[str, int] = {}
    lots = []
    for ticket in ordered:
        places[ticket.good] = places.get(ticket.good, 0) + 1
        lots.append(Lot(ticket, outcomes.get(ticket.number, "waiting"), places[ticket.good]))
    return lots
