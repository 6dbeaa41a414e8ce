"""Codes: sealed, opened, changing, expired, forged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from pointsvc.kernel import base32, codes
from pointsvc.kernel.codes import CodeFault, CodeKind, OpenedCode, RefusedCode
from pointsvc.kernel.keys import KeyRing

OLD = "the-old-secret-of-the-tests-0123456789"
NEW = "the-new-secret-of-the-tests-0123456789"
THIRD = "the-third-secret-of-the-tests-0123456789"
RING = KeyRing([OLD])
NOW = datetime(2026, 11, 23, 8, 0, 10, tzinfo=UTC)
STEP = codes.step_of(NOW)
FIXED = [kind for kind in CodeKind if not kind.changes]
CHANGING = [kind for kind in CodeKind if kind.changes]
numbers = st.integers(0, 2**33 - 1)
kinds = st.sampled_from(CodeKind)


def token_of(kind: CodeKind, number: int = 7, ring: KeyRing = RING) -> str:
    return codes.seal(ring, kind, number, STEP if kind.changes else None)


def fault_of(text: str, now: datetime = NOW, ring: KeyRing = RING) -> CodeFault | None:
    read = codes.open_code(ring, text, now)
    return read.fault if isinstance(read, RefusedCode) else None


@given(kinds, numbers)
def test_a_sealed_code_opens_as_itself(kind: CodeKind, number: int) -> None:
    token = token_of(kind, number)
    step = STEP if kind.changes else None
    assert codes.open_code(RING, token, NOW) == OpenedCode(kind, number, 0xC, token, step)


@pytest.mark.parametrize("kind", CodeKind)
def test_a_token_has_fifteen_characters_or_twenty_three_where_it_changes(kind: CodeKind) -> None:
    assert len(token_of(kind)) == (23 if kind.changes else 15)


def test_printed_tokens_never_change_between_releases() -> None:
    assert token_of(CodeKind.CARD, 0x123456789) == "74HMASW9N2RDQF0"
    assert token_of(CodeKind.MEMBER, 0x123456789) == "F4HMASW9R2VZKWHJSXSEMN0"


@given(kinds, numbers, st.data())
def test_any_changed_character_is_refused(kind: CodeKind, number: int, draw: st.DataObject) -> None:
    token = token_of(kind, number)
    place = draw.draw(st.integers(0, len(token) - 1))
    other = draw.draw(st.sampled_from(base32.ALPHABET.replace(token[place], "")))
    assert fault_of(token[:place] + other + token[place + 1 :]) is not None


@given(kinds, numbers)
def test_a_code_of_a_key_outside_the_ring_is_refused(kind: CodeKind, number: int) -> None:
    token = token_of(kind, number)
    assert fault_of(token, ring=KeyRing([NEW])) is CodeFault.UNKNOWN_KEY


@given(kinds, numbers)
def test_a_code_of_another_house_with_the_same_key_id_is_forged(
    kind: CodeKind, number: int
) -> None:
    elsewhere = KeyRing(["a-secret-that-meets-the-old-one-15"])
    assert fault_of(token_of(kind, number), ring=elsewhere) is CodeFault.FORGED


@pytest.mark.parametrize("kind", CodeKind)
def test_rotation_keeps_old_codes_and_seals_with_the_newest_key(kind: CodeKind) -> None:
    rotated = KeyRing([THIRD, NEW, OLD])
    assert fault_of(token_of(kind), ring=rotated) is None
    read = codes.open_code(rotated, token_of(kind, ring=rotated), NOW)
    assert isinstance(read, OpenedCode)
    assert read.key_id == rotated.newest.code_id


@given(st.text(max_size=40) | st.text(base32.ALPHABET, max_size=24))
def test_whatever_is_scanned_gets_a_verdict(text: str) -> None:
    assert fault_of(text) in {CodeFault.MALFORMED, CodeFault.UNKNOWN_KEY, CodeFault.FORGED}


@pytest.mark.parametrize("kind", FIXED)
@pytest.mark.parametrize("years", [-40, 40])
def test_a_printed_code_does_not_expire(kind: CodeKind, years: int) -> None:
    assert fault_of(token_of(kind), NOW.replace(year=NOW.year + years)) is None


@pytest.mark.parametrize("kind", CHANGING)
def test_a_changing_code_counts_for_its_step_and_the_next(kind: CodeKind) -> None:
    token, shown_at = token_of(kind), codes.step_start(STEP)
    until = codes.valid_until(STEP)
    assert until - shown_at == timedelta(seconds=60)
    assert fault_of(token, shown_at) is None
    assert fault_of(token, until - timedelta(microseconds=1)) is None
    assert fault_of(token, until) is CodeFault.EXPIRED


@given(st.integers(2, 255))
def test_an_expired_code_tells_when_it_was_shown(steps: int) -> None:
    read = codes.open_code(RING, token_of(CodeKind.MEMBER, 9), NOW + steps * codes.STEP)
    assert isinstance(read, RefusedCode)
    assert read.fault is CodeFault.EXPIRED
    assert read.code is not None
    assert (read.code.number, read.code.shown_at) == (9, codes.step_start(STEP))


@given(st.integers(1, 10_000))
def test_a_screenshot_never_comes_round_again(rounds: int) -> None:
    later = NOW + rounds * 256 * codes.STEP
    assert codes.step_of(later) % 256 == STEP % 256
    assert fault_of(token_of(CodeKind.MEMBER), later) is CodeFault.FORGED


def test_a_code_of_the_future_is_forged_unless_the_reader_allows_for_a_slow_clock() -> None:
    token, earlier = token_of(CodeKind.SHIFT), NOW - 2 * codes.STEP
    assert fault_of(token, earlier) is CodeFault.FORGED
    assert isinstance(codes.open_code(RING, token, earlier, steps_after=2), OpenedCode)


def test_a_reader_may_look_further_back() -> None:
    read = codes.open_code(RING, token_of(CodeKind.MEMBER), NOW + 4 * codes.STEP, steps_before=4)
    assert isinstance(read, OpenedCode)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001
def test_any_claimed_time_gets_a_verdict(claimed_at: datetime) -> None:
    assert fault_of(token_of(CodeKind.MEMBER), claimed_at) in {None, *CodeFault}


@given(st.datetimes(datetime(2020, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_step_is_at_most_thirty_seconds_away(moment: datetime) -> None:
    assert timedelta(0) < codes.next_step_at(moment) - moment <= codes.STEP


@pytest.mark.parametrize("kind", CodeKind)
def test_only_a_changing_code_takes_a_step(kind: CodeKind) -> None:
    with pytest.raises(AssertionError):
        codes.seal(RING, kind, 1, None if kind.changes else STEP)


@pytest.mark.parametrize("kind", CodeKind)
def test_only_a_changing_code_says_until_when_it_is_good(kind: CodeKind) -> None:
    read = codes.open_code(RING, token_of(kind), NOW)
    assert isinstance(read, OpenedCode)
    until = codes.valid_until(STEP) if kind.changes else None
    assert read.valid_until == until


def test_new_numbers_fit_and_differ() -> None:
    drawn = {codes.new_code_number() for _ in range(100)}
    assert len(drawn) == 100
    assert max(drawn) < 2**33
