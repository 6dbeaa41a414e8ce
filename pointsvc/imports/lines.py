"""The lines that a workbook gives, the problems in it, and their natural keys. Values only."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date

KEY_BYTES = 16
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that could not be taken (an error) or that the clerk should know of (a warning).

    `column` holds the header's own words; `code` is stable, its message is in `messages`;
    `see_row` is the other row that it speaks of. `row` 0 is the sheet itself.
    """

    sheet: str
    row: int
    column: str
    code: str
    value: str
    see_row: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A resident of the roster. Without a phone: a full person, with card and PIN.

    `key` is the person's in every book: name and phone, or name, door and day of birth. Parts of
    the door may be ''; it is a household's only with building and room (`has_door`).
    """

    sheet: str
    row: int
    key: bytes
    name: str
    phone: str | None
    sex: str | None
    building: str
    unit: str
    room: str
    is_party_member: bool
    born_on: date | None
    note: str

    @property
    def has_door(self) -> bool:
        """Whether the household is known."""
        return bool(self.building and self.room)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A member that the community has already: lines may speak of them as of the roster's people.

    `key` is `person_key(...)`, so that a member and their row in a roster are one person.
    """

    key: bytes
    name: str
    phone: str | None
    is_party_member: bool = False


Someone = Person | KnownPerson


@dataclass(frozen=True, slots=True)
class PlotDivision:
    """A plot with its leader and volunteers, by the keys of people."""

    sheet: str
    row: int
    number: int
    location: str
    area_m2: int | None
    planting: str
    care: str
    leader: bytes | None
    volunteers: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the points book; points carry their sign."""

    sheet: str
    row: int
    key: bytes
    person: bytes
    on: date
    activity: str
    points: int
    handler: str


@dataclass(frozen=True, slots=True)
class DonationLine:
    """A line of the donation register; `value_fen` of all its pieces, None where nothing is said."""

    sheet: str
    row: int
    key: bytes
    on: date
    donor: str
    product: str
    pack: str
    quantity: int
    value_fen: int | None
    best_before_on: date | None


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """A product of the shop's price list."""

    sheet: str
    row: int
    barcode: str | None
    name: str
    pack: str
    price_points: int
    limit_household_month: int | None


Line = Person | PlotDivision | LedgerLine | DonationLine | CatalogueLine


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not taken: its cells by header, for the clerk to correct, and why."""

    sheet: str
    row: int
    kind: str
    cells: dict[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What one row gives: a line, or problems; a repeated row gives neither line nor error."""

    line: Line | None
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class Tally:
    """How often equal content has been taken, so that equal lines get keys of their own."""

    def __init__(self) -> None:
        """Nothing taken yet."""
        self.counts: Counter[bytes] = Counter()
        self.rows: dict[bytes, int] = {}

    def next_key(self, content: bytes) -> bytes:
        """The key of the next line with this content."""
        taken = self.counts[content]
        return content if not taken else digest(content.hex(), str(taken + 1))

    def take(self, content: bytes, row: int) -> None:
        """Count a line that is taken."""
        self.counts[content] += 1
        self.rows.setdefault(content, row)


def digest(*parts: str) -> bytes:
    """A short digest of texts in order; no text runs into the next."""
    return hashlib.blake2b(_BETWEEN.join(parts).encode(), digest_size=KEY_BYTES).digest()


def person_key(
    name: str,
    phone: str | None,
    door: tuple[str, str, str] = ("", "", ""),
    born_on: date | None = None,
) -> bytes:
    """The natural key of a person: name and phone, or name, door and day of birth."""
    if phone:
        return digest("person", name, phone)
    return digest("person", name, "", *door, born_on.isoformat() if born_on else "")
