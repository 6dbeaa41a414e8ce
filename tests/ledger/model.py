"""What the books should hold, kept in dictionaries: the model that the state machine compares with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

SHARE_PERCENT = 50
GRACE_DAYS = 30


@dataclass
class Deed:
    """Something that earned points and minutes; `at` is where its points stand."""

    member: UUID
    points: int
    minutes: int
    expires_on: date
    at: str  # wallet, review, released, annulled
    is_points_taken: bool = False
    is_minutes_taken: bool = False


@dataclass
class Line:
    """An order line that was paid: from which wallets, and what of each came back."""

    member: UUID
    legs: list[list[object]]
    refunds: int = 0

    @property
    def left(self) -> int:
        return sum(int(str(leg[1])) for leg in self.legs)


@dataclass
class Model:
    """Points by (member, last usable day), and the rest by member."""

    today: date
    wallets: dict[tuple[UUID, date], int] = field(default_factory=lambda: defaultdict(int))
    reviews: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    owed: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    minutes: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    expired_today: set[tuple[UUID, date]] = field(default_factory=set)
    deeds: dict[UUID, Deed] = field(default_factory=dict)
    lines: dict[UUID, Line] = field(default_factory=dict)

    def usable(self, member: UUID) -> list[tuple[UUID, date]]:
        """The member's wallets with something to spend today, the earliest first."""
        found = [key for key in self.wallets if key[0] == member and key[1] >= self.today]
        return sorted((key for key in found if self.wallets[key]), key=lambda key: key[1])

    def spendable(self, member: UUID) -> int:
        return sum(self.wallets[key] for key in self.usable(member))

    def award(self, source: UUID, deed: Deed) -> None:
        if source in self.deeds:
            return
        self.deeds[source] = deed
        self.minutes[deed.member] += deed.minutes
        if deed.at == "review":
            self.reviews[deed.member] += deed.points
            return
        self._credit(deed)

    def _credit(self, deed: Deed) -> None:
        """New spendable points settle a share of what is owed first."""
        netted = min(self.owed[deed.member], deed.points * SHARE_PERCENT // 100)
        self.owed[deed.member] -= netted
        self.wallets[deed.member, deed.expires_on] += deed.points - netted

    def end_review(self, source: UUID, *, release: bool) -> str | None:
        """The refusal's name, or None."""
        deed = self.deeds[source]
        if deed.at == "wallet":
            return "NothingToCorrect"
        if deed.at != "review" or deed.is_points_taken:
            return "ReviewEnded"
        self.reviews[deed.member] -= deed.points
        if release:
            self._credit(deed)
        deed.at = "released" if release else "annulled"
        return None

    def take_back(self, source: UUID) -> str | None:
        """The refusal's name, or None."""
        deed = self.deeds[source]
        if deed.at == "annulled":
            if not deed.minutes:
                return "NothingToCorrect"
            if deed.is_minutes_taken:
                return "CorrectionExceeds"
        elif deed.is_points_taken:
            return "CorrectionExceeds"
        else:
            self._take_points(deed)
        self.minutes[deed.member] -= deed.minutes
        deed.is_minutes_taken = True
        return None

    def _take_points(self, deed: Deed) -> None:
        deed.is_points_taken = True
        if deed.at == "review":
            self.reviews[deed.member] -= deed.points
            return
        rest, origin = deed.points, (deed.member, deed.expires_on)
        for key in [origin, *(each for each in self.usable(deed.member) if each != origin)]:
            taken = min(rest, self.wallets[key])
            self.wallets[key] -= taken
            rest -= taken
        self.owed[deed.member] += rest

    def pay(self, member: UUID, lines: dict[UUID, int]) -> bool:
        """Whether there was enough."""
        if self.spendable(member) < sum(lines.values()):
            return False
        for line_id, points in lines.items():
            line, rest = Line(member, []), points
            for key in self.usable(member):
                taken = min(rest, self.wallets[key])
                if taken:
                    self.wallets[key] -= taken
                    line.legs.append([key[1], taken])
                    rest -= taken
            self.lines[line_id] = line
        return True

    def refund(self, line_id: UUID, points: int) -> bool:
        """Whether so much was left of the line."""
        line = self.lines[line_id]
        if line.left < points:
            return False
        line.refunds += 1
        for leg in reversed(line.legs):
            expires_on, left = leg
            assert isinstance(expires_on, date)
            assert isinstance(left, int)
            back = min(points, left)
            passed = expires_on < self.today
            lands_on = self.today + timedelta(days=GRACE_DAYS) if passed else expires_on
            self.wallets[line.member, lands_on] += back
            leg[1], points = left - back, points - back
        return True

    def expire(self) -> int:
        """What an expiry run of today takes; each wallet once a day."""
        passed = [key for key in self.wallets if key[1] < self.today and self.wallets[key]]
        due = [key for key in passed if key not in self.expired_today]
        taken = sum(self.wallets[key] for key in due)
        for key in due:
            self.wallets[key] = 0
            self.expired_today.add(key)
        return taken

    def sleep(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.expired_today.clear()
