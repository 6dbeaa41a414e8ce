"""The goods of a visit, kept in the page itself: in its form, and in the address it comes back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from pointsvc.kernel.errors import NotFound
from pointsvc.shop.errors import AmountRefused
from pointsvc.shop.rules import QUANTITY_MAX, WantedLine

LINES_MAX: Final = 50
DIGITS_MAX: Final = 4


class Values(Protocol):
    """A form or a query string."""

    def getlist(self, key: str) -> list[str]:
        """All values under the key, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Cart:
    """Lines in the order in which they came, one for each product."""

    counts: Mapping[UUID, int]

    @property
    def lines(self) -> list[WantedLine]:
        """What is wanted."""
        return [WantedLine(product_id, count) for product_id, count in self.counts.items()]

    def plus(self, product_id: UUID) -> Cart:
        """One unit more."""
        more = self.counts.get(product_id, 0) + 1
        return _checked({**self.counts, product_id: more})

    def without(self, product_id: UUID) -> Cart:
        """The line taken out."""
        return Cart({key: count for key, count in self.counts.items() if key != product_id})

    def in_address(self) -> dict[str, Any]:
        """As an address carries it."""
        return {
            "line": [product_id.hex for product_id in self.counts],
            "quantity": list(self.counts.values()),
        }


def cart_in(values: Values) -> Cart:
    """The cart in a form or an address: `line` and `quantity`, as often as there are products.

    A quantity of nothing takes the line out.

    Raises:
        AmountRefused: a quantity that is none. NotFound: an id that is none.
    """
    ids, texts = values.getlist("line"), values.getlist("quantity")
    if len(ids) != len(texts):
        raise AmountRefused
    counts: dict[UUID, int] = {}
    for text_id, text in zip(ids, texts, strict=True):
        product_id, count = _id(text_id), _count(text)
        if count:
            counts[product_id] = counts.get(product_id, 0) + count
    return _checked(counts)


def _checked(counts: dict[UUID, int]) -> Cart:
    if len(counts) > LINES_MAX or any(count > QUANTITY_MAX for count in counts.values()):
        raise AmountRefused
    return Cart(counts)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _count(text: str) -> int:
    plain = text.strip() or "0"
    if not (plain.isascii() and plain.isdigit() and len(plain) <= DIGITS_MAX):
        raise AmountRefused
    return int(plain)
