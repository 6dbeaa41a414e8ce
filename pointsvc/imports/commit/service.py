"""Committing a whole reading, in steps that each hold by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from pointsvc.audit.actors import member_actor
from pointsvc.communities.queries import get_community
from pointsvc.imports.commit.books import by_person, take_balances, take_donations
from pointsvc.imports.commit.goods import take_catalogue
from pointsvc.imports.commit.people import known_people, take_people
from pointsvc.imports.commit.plots import take_plots
from pointsvc.imports.lines import DonationLine, LedgerLine, Person
from pointsvc.imports.reading import Reading
from pointsvc.kernel import clock

WHOLE_MAX: Final = 2_000
"""Lines of a book that is written in one transaction, whole or not at all."""
CHUNK: Final = 1_000
"""People or gifts of one step: what a till can wait for while SQLite's one writer is busy."""
HOLDERS: Final = 500
"""People whose points are written in one step."""


@dataclass(frozen=True, slots=True)
class Committed:
    """How many things of each kind were new; all 0 when the book was there already.

    `overdrawn` are the last new lines of people whose new lines, taken together, take points away:
    nothing new of theirs was written.
    """

    people: int = 0
    plots: int = 0
    ledger_lines: int = 0
    donations: int = 0
    products: int = 0
    overdrawn: tuple[LedgerLine, ...] = ()

    def __add__(self, other: Committed) -> Committed:
        """Both together."""
        names = [each.name for each in fields(self)]
        return Committed(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def counts(self) -> dict[str, int]:
        """The numbers, by kind."""
        return {name: count for name, count in asdict(self).items() if name != "overdrawn"}


Step = Callable[[], Committed]
T = TypeVar("T")


def commit_reading(
    *,
    community_id: UUID,
    reading: Reading,
    run_id: UUID,
    recorded_by_id: UUID | None,
    now: datetime,
) -> Committed:
    """Write what the book says, all or nothing. Call inside `transact`; twice is once."""
    done = Committed()
    for step in steps_of(
        community_id=community_id,
        reading=reading,
        run_id=run_id,
        recorded_by_id=recorded_by_id,
        now=now,
    ):
        done += step()
    return done


def is_long(reading: Reading) -> bool:
    """Whether the book is written step by step, so that nobody waits for all of it."""
    return sum(reading.line_counts.values()) > WHOLE_MAX


def steps_of(
    *,
    community_id: UUID,
    reading: Reading,
    run_id: UUID,
    recorded_by_id: UUID | None,
    now: datetime,
) -> Iterator[Step]:
    """The book's steps in order: people, then plots, goods, each person's points, gifts.

    Each may be a transaction of its own: it is whole, may be run again, and what a crash leaves
    undone is done by walking all steps once more, because every line has a natural key.
    """
    work = _Work(community_id, reading, run_id, recorded_by_id, now)
    yield work.know_members
    for people in _in_groups(reading.people, CHUNK):
        yield lambda people=people: work.take_people(people)  # type: ignore[misc]
    if reading.plots or reading.catalogue:
        yield work.take_places
    for holders in _in_groups(by_person(reading.ledger), HOLDERS):
        yield lambda holders=holders: work.take_points(holders)  # type: ignore[misc]
    for gifts in _in_groups(reading.donations, CHUNK):
        yield lambda gifts=gifts: work.take_gifts(gifts)  # type: ignore[misc]


def _in_groups(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))


class _Work:
    """What the steps share: the book, and its people's ids as soon as they are known."""

    def __init__(
        self,
        community_id: UUID,
        reading: Reading,
        run_id: UUID,
        recorded_by_id: UUID | None,
        now: datetime,
    ) -> None:
        self.community_id = community_id
        self.reading = reading
        self.run_id = run_id
        self.by_id = recorded_by_id
        self.now = now
        self.members: dict[bytes, UUID] = {}

    def know_members(self) -> Committed:
        known = known_people(self.community_id)
        self.members = {person.key: id_ for id_, person in known.items()}
        return Committed()

    def take_people(self, people: Sequence[Person]) -> Committed:
        registered, count = take_people(
            community_id=self.community_id, people=people, recorded_by_id=self.by_id, now=self.now
        )
        self.members |= registered
        return Committed(people=count)

    def take_places(self) -> Committed:
        plots = take_plots(
            community_id=self.community_id,
            plots=self.reading.plots,
            members=self.members,
            actor=member_actor(self.by_id),
            now=self.now,
        )
        products = take_catalogue(
            community_id=self.community_id,
            lines=self.reading.catalogue,
            set_by_id=self.by_id,
            now=self.now,
        )
        return Committed(plots=plots, products=products)

    def take_points(self, holders: Sequence[Sequence[LedgerLine]]) -> Committed:
        zone = get_community(self.community_id).zone
        count, overdrawn = take_balances(
            community_id=self.community_id,
            holders=holders,
            members=self.members,
            run_id=self.run_id,
            recorded_by_id=self.by_id,
            now=self.now,
            today=clock.local_day(self.now, zone),
        )
        return Committed(ledger_lines=count, overdrawn=overdrawn)

    def take_gifts(self, gifts: Sequence[DonationLine]) -> Committed:
        count = take_donations(
            community_id=self.community_id, lines=gifts, recorded_by_id=self.by_id, now=self.now
        )
        return Committed(donations=count)
