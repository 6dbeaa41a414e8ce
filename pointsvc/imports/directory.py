"""Finding the person that a name, and some digits beside it, mean."""

from __future__ import annotations

from collections.abc import Iterable

from pointsvc.imports.cells import BadCell
from pointsvc.imports.lines import KnownPerson, Someone


class Directory:
    """Everybody that a book's lines may speak of: its roster, and the members known already."""

    def __init__(self, known: Iterable[KnownPerson] = ()) -> None:
        """Begin with the members that the community has."""
        self.by_key: dict[bytes, Someone] = {}
        self.by_name: dict[str, list[Someone]] = {}
        self.by_phone: dict[str, Someone] = {}
        self.rejected_names: set[str] = set()
        self.without_phone: dict[str, list[Someone]] = {}
        for person in known:
            if person.phone:
                self.add(person)
            else:
                self.without_phone.setdefault(person.name, []).append(person)
                self.by_key.setdefault(person.key, person)

    def add(self, person: Someone) -> None:
        """Let a person be found."""
        namesakes = self.by_name.setdefault(person.name, [])
        if any(each.key == person.key for each in namesakes):
            return
        self.by_key[person.key] = person
        namesakes.append(person)
        if person.phone:
            self.by_phone.setdefault(person.phone, person)

    def find(self, name: str, digits: str) -> Someone:
        """The one person of this name whose phone ends so; without digits, the only one.

        Among people of one name, no digits mean the one who has no phone.

        Raises:
            BadCell: `imports.person_unknown`, `imports.person_rejected` (the roster's own row is
                wrong), `imports.tail_mismatch`, `imports.person_ambiguous`.
        """
        namesakes = self._namesakes(name)
        if digits:
            fitting = [each for each in namesakes if each.phone and each.phone.endswith(digits)]
        else:
            without = [each for each in namesakes if not each.phone]
            fitting = without if len(namesakes) > 1 and without else namesakes
        if len(fitting) == 1:
            return fitting[0]
        raise BadCell(self._why_not(name, namesakes, fitting))

    def find_member(self, name: str, digits: str) -> tuple[Someone, bool]:
        """The same for who cares for a plot: of namesakes, the only Party member; True when so.

        Plots are divided among the Party's volunteers, so this is what the sheet itself says.

        Raises:
            BadCell: as `find`.
        """
        try:
            return self.find(name, digits), False
        except BadCell:
            fitting = [each for each in self._namesakes(name) if each.is_party_member]
            if digits or len(fitting) != 1:
                raise
            return fitting[0], True

    def _namesakes(self, name: str) -> list[Someone]:
        """The people of this name, members without a phone only where a roster names no other.

        Such a member may have moved since; the roster's row would be taken for a second person.
        """
        found = self.by_name.get(name, [])
        if any(each.phone is None for each in found):
            return found
        return [*found, *self.without_phone.get(name, [])]

    def _why_not(self, name: str, namesakes: list[Someone], fitting: list[Someone]) -> str:
        if len(fitting) > 1:
            return "imports.person_ambiguous"
        if name in self.rejected_names:
            return "imports.person_rejected"
        return "imports.tail_mismatch" if namesakes else "imports.person_unknown"
