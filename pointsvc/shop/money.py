"""Sums of money as whole fen, how people write them, and how long the shop can go on. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

FEN_OF_YUAN: Final = 100
FEN_OF_POINT: Final = 10  # where nothing on the shelf says what a point is worth
_YUAN: Final = re.compile(r"(\d{1,8})(?:\.(\d{1,2}))?")


def fen_in(text: str) -> int | None:
    """12.5, ￥12.50, 12元: so many fen; None for what is no sum."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元")
    found = _YUAN.fullmatch(plain.replace(",", "").strip())
    if found is None:
        return None
    whole, part = found.groups()
    return int(whole) * FEN_OF_YUAN + int((part or "0").ljust(2, "0"))


def yuan(fen: int) -> str:
    """1234567 fen: 12,345.67."""
    whole, rest = divmod(abs(fen), FEN_OF_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02}"


@dataclass(frozen=True, slots=True)
class StockWorth:
    """What lies on the shelf and may be exchanged, at its points and at what it cost.

    `known_fen` and `known_points` are of the units whose cost is known.
    """

    units: int
    points: int
    unknown_units: int
    known_fen: int
    known_points: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far goods and money reach for the points that people hold.

    `months`: the stock and the money at the rate of the last months, in tenths of a month; None
    where nobody exchanged anything.
    """

    held_points: int
    stock: StockWorth
    budget_fen: int
    monthly_points: int

    @property
    def fen_of_point(self) -> int:
        """What a point buys: from the goods whose cost is known, else the usual tenth of a yuan."""
        if self.stock.known_points == 0 or self.stock.known_fen == 0:
            return FEN_OF_POINT
        return max(1, self.stock.known_fen // self.stock.known_points)

    @property
    def liability_fen(self) -> int:
        """What all points that people hold would cost."""
        return self.held_points * self.fen_of_point

    @property
    def stock_fen(self) -> int:
        """What the shelf is worth; units of unknown cost at their points."""
        unknown = (self.stock.points - self.stock.known_points) * self.fen_of_point
        return self.stock.known_fen + unknown

    @property
    def covered_points(self) -> int:
        """For how many points there are goods, or money to buy them."""
        return self.stock.points + self.budget_fen // self.fen_of_point

    @property
    def percent(self) -> int | None:
        """Share of the points that is covered; None where nobody holds any."""
        return self.covered_points * 100 // self.held_points if self.held_points else None

    @property
    def months(self) -> int | None:
        """Tenths of months that goods and money last."""
        return self.covered_points * 10 // self.monthly_points if self.monthly_points else None

    def is_short(self, months_min: int) -> bool:
        """Whether points should not be promised faster: goods and money last less than this.

        Where nobody exchanged anything yet, a tenth of what is held is taken for a month.
        """
        rate = self.monthly_points or self.held_points // 10
        return months_min > 0 and self.covered_points < months_min * rate
