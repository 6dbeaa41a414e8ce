"""The draw: anybody gets the same from the seed, the words and the list."""

from __future__ import annotations

import hashlib
from collections import Counter

from hypothesis import given, strategies as st

from pointsvc.shop.draws import Lot, Ticket, allot, commitment, lot_of, order_of, plain_words

GOODS = ("rice", "oil", "soap")
SEEDS = st.binary(min_size=32, max_size=32)
UNITS = st.fixed_dictionaries({good: st.integers(0, 12) for good in GOODS})


@st.composite
def lists(draw: st.DrawFn) -> list[Ticket]:
    """Up to forty tickets; a household wishes for a good once."""
    wishes = draw(
        st.lists(st.tuples(st.integers(1, 15), st.sampled_from(GOODS)), unique=True, max_size=40)
    )
    unlucky = draw(st.sets(st.integers(1, 15)))
    first = {house: min(n for n, w in enumerate(wishes, 1) if w[0] == house) for house, _ in wishes}
    return [
        Ticket(number, good, first[house], house in unlucky)
        for number, (house, good) in enumerate(wishes, start=1)
    ]


@given(SEEDS, lists(), st.randoms())
def test_the_order_does_not_depend_on_how_the_list_was_written(
    seed: bytes, tickets: list[Ticket], random: object
) -> None:
    mixed = list(tickets)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert order_of(seed, "冬至", mixed) == order_of(seed, "冬至", tickets)


@given(SEEDS, lists())
def test_who_had_nothing_last_time_comes_first(seed: bytes, tickets: list[Ticket]) -> None:
    ordered = [ticket.had_nothing for ticket in order_of(seed, "", tickets)]
    assert ordered == sorted(ordered, reverse=True)


@given(SEEDS, lists(), UNITS)
def test_as_many_are_given_as_are_there_and_wished_for(
    seed: bytes, tickets: list[Ticket], units: dict[str, int]
) -> None:
    given_ = Counter(lot.ticket.good for lot in drawn(seed, tickets, units) if won(lot))
    wished = Counter(ticket.good for ticket in tickets)
    assert all(given_[good] == min(units[good], wished[good]) for good in GOODS)


@given(SEEDS, lists(), UNITS)
def test_nobody_gets_two_while_somebody_without_waits_for_one_of_them(
    seed: bytes, tickets: list[Ticket], units: dict[str, int]
) -> None:
    lots = drawn(seed, tickets, units)
    got = Counter(lot.ticket.household for lot in lots if won(lot))
    for lot in lots:
        if not won(lot) and not got[lot.ticket.household]:
            owners = [each.ticket for each in lots if won(each)]
            same = [owner for owner in owners if owner.good == lot.ticket.good]
            assert len(same) == units[lot.ticket.good]


@given(SEEDS, lists(), UNITS)
def test_who_cannot_have_it_is_passed_over_and_costs_nobody_a_unit(
    seed: bytes, tickets: list[Ticket], units: dict[str, int]
) -> None:
    lots = allot(order_of(seed, "", tickets), units, take=lambda ticket: ticket.household % 2 == 0)
    able = Counter(ticket.good for ticket in tickets if ticket.household % 2 == 0)
    given_ = Counter(lot.ticket.good for lot in lots if won(lot))
    assert all(given_[good] == min(units[good], able[good]) for good in GOODS)


def test_everybody_is_first_about_equally_often() -> None:
    tickets = [Ticket(number, "rice", number, had_nothing=False) for number in range(1, 6)]
    seeds = (hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(1000))
    firsts = Counter(order_of(seed, "", tickets)[0].number for seed in seeds)
    assert all(150 < firsts[number] < 250 for number in range(1, 6))


def test_it_can_be_done_by_hand() -> None:
    """As docs/shop.md says: printf '%s' … | sha256sum."""
    seed = bytes(range(32))
    assert commitment(seed) == hashlib.sha256(seed.hex().encode()).hexdigest()
    text = f"{seed.hex()} 大吉大利 7"
    assert lot_of(seed, "大吉大利", 7) == hashlib.sha256(text.encode()).hexdigest()
    assert plain_words("  大吉   大利'; rm ") == "大吉 大利 rm"


def drawn(seed: bytes, tickets: list[Ticket], units: dict[str, int]) -> list[Lot]:
    return allot(order_of(seed, "", tickets), units)


def won(lot: Lot) -> bool:
    return lot.outcome == "given"
