"""Pure decisions about people: names, doors, ages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

GUARDIAN_AGE: Final = 14
NAME_LENGTH_MAX: Final = 60
DOOR_LENGTH_MAX: Final = 40
TRAINING_TOPICS: Final = ("mower", "ladder", "pesticide", "night", "first_aid")
_UNSEEN: Final = frozenset({"Cf", "Cs"})
_SPACES: Final = re.compile(r"\s+")
_LATIN: Final = re.compile(r"[\x20-ɏ]*")
_BUILDING: Final = re.compile(r"(.+?)(?:号楼|栋|幢|号|楼)")
_UNIT: Final = re.compile(r"(.+?)(?:单元|门)")
_ROOM: Final = re.compile(r"(.+?)(?:室|号|户)")
_WHOLE_DOOR: Final = re.compile(
    r"(?P<building>[0-9A-Za-z]+)(?:号楼|栋|幢|楼|-)"
    r"(?:(?P<unit>[0-9A-Za-z]+)(?:单元|门|-))?(?P<room>[0-9A-Za-z]+)(?:室|号)?"
)


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """Where a household lives, without the words: building `13`, unit `4` (or empty), room `301`."""

    building: str
    unit: str
    room: str

    def __str__(self) -> str:
        """As a clerk writes it: 13号楼4单元301."""
        building = f"{self.building}号楼" if self.building.isascii() else self.building
        unit = f"{self.unit}单元" if self.unit else ""
        return f"{building}{unit}{self.room}"


@dataclass(frozen=True, slots=True)
class Validity:
    """From which day to which something holds, both counted; without an end it goes on."""

    starts_on: date
    ends_on: date | None

    def covers(self, since: date, until: date) -> bool:
        """Whether it holds on every day from `since` to `until`."""
        return self.starts_on <= since and (self.ends_on is None or until <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Cover:
    """What makes somebody fit for dangerous work: age, trainings by topic, accident insurances."""

    born_on: date | None = None
    trainings: tuple[tuple[str, Validity], ...] = ()
    insurances: tuple[Validity, ...] = ()


def plain_name(text: str) -> str:
    """A name as it is stored: `陈　敏` → 陈敏, ` Li   Mei ` → Li Mei.

    Signs that nobody sees (of no width, or turning the direction) go: two people whose names look
    the same are not told apart by them, and the same person is found again.
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN)
    plain = _SPACES.sub(" ", unicodedata.normalize("NFKC", seen)).strip()
    return plain if _LATIN.fullmatch(plain) else plain.replace(" ", "")


def door_of(building: str, unit: str, room: str) -> Door | None:
    """The door in what people write (`13号楼`, `4单元`, `301室`); None without building or room."""
    door = Door(_bare(_BUILDING, building), _bare(_UNIT, unit), _bare(_ROOM, room))
    return door if door.building and door.room else None


def door_in(text: str) -> Door | None:
    """The door in one text: `13号楼4单元301`, `13-4-301`, `13-301`; None when it is none."""
    found = _WHOLE_DOOR.fullmatch(_SPACES.sub("", unicodedata.normalize("NFKC", text)))
    if found is None:
        return None
    return Door(found["building"].upper(), (found["unit"] or "").upper(), found["room"].upper())


def age_on(born_on: date, day: date) -> int:
    """Whole years lived on `day`."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def needs_guardian(born_on: date | None, day: date) -> bool:
    """Whether a guardian must have agreed: under 14 (PIPL art. 31); an unknown age does not."""
    return born_on is not None and age_on(born_on, day) < GUARDIAN_AGE


def _bare(words: re.Pattern[str], text: str) -> str:
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()[:DOOR_LENGTH_MAX]
    found = words.fullmatch(plain)
    return found[1] if found else plain
