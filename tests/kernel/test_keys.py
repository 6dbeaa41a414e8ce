"""The key ring: ids that stay, secrets that are strong, rotation that loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pointsvc.kernel.keys import BadKeys, Key, KeyRing, Purpose, draw_secret, split_secrets

OLD = "the-old-secret-of-the-tests-0123456789"
NEW = "the-new-secret-of-the-tests-0123456789"
MEETS_OLD = "a-secret-that-meets-the-old-one-15"


def refusal_of(*secrets: str) -> str:
    with pytest.raises(BadKeys) as caught:
        KeyRing(secrets)
    return caught.value.code


def test_an_identity_is_the_secrets_own_wherever_it_stands() -> None:
    identities = {KeyRing([OLD, NEW]).keys[0].identity, KeyRing([NEW, OLD]).keys[1].identity}
    assert identities == {"c84e1d7d"}


def test_the_identity_and_derived_keys_never_change_between_releases() -> None:
    key = Key(OLD)
    assert key.identity == "c84e1d7d"
    assert key.bytes_for(Purpose.CODES).hex()[:16] == "bc459481b7d3062c"


def test_every_purpose_has_a_key_of_its_own() -> None:
    key = Key(OLD)
    assert len({key.bytes_for(purpose) for purpose in Purpose}) == len(Purpose)


def test_the_first_secret_is_the_newest_and_the_others_are_still_found() -> None:
    ring = KeyRing([NEW, OLD])
    assert ring.newest.identity == Key(NEW).identity
    assert ring.with_code_id(0xC) is ring.with_identity("c84e1d7d") is ring.keys[1]


def test_a_retired_key_is_named_as_missing() -> None:
    ring = KeyRing([NEW])
    assert ring.with_code_id(0xC) is None
    assert ring.missing(["c84e1d7d", ring.newest.identity, "c84e1d7d"]) == ["c84e1d7d"]


def test_an_empty_ring_is_refused() -> None:
    assert refusal_of() == "keys.none"


def test_the_same_secret_twice_is_refused() -> None:
    assert refusal_of(NEW, OLD, NEW) == "keys.twice"


def test_two_secrets_with_one_code_id_are_refused_naming_both() -> None:
    with pytest.raises(BadKeys, match=r"c6ea7ea3.*c84e1d7d") as caught:
        KeyRing([MEETS_OLD, OLD])
    assert caught.value.code == "keys.collision"


@pytest.mark.parametrize("weak", ["geheim", "x" * 64, "changeme" * 8, "a1" * 32])
def test_a_weak_secret_is_refused_without_being_shown(weak: str) -> None:
    with pytest.raises(BadKeys) as caught:
        KeyRing([weak])
    assert caught.value.code == "keys.weak"
    assert weak not in str(caught.value)


def test_nothing_shows_a_secret() -> None:
    ring = KeyRing([NEW, OLD])
    assert repr(ring) == f"<KeyRing {Key(NEW).identity} c84e1d7d>"
    assert repr(ring.newest) == f"<Key {Key(NEW).identity}>"


@settings(max_examples=20)
@given(st.integers(1, 16))
def test_a_drawn_secret_always_fits_in_front(count: int) -> None:
    secrets = [draw_secret()]
    while len(secrets) < count:
        secrets.insert(0, KeyRing(secrets).draw())
    assert len(KeyRing(secrets).keys) == count


def test_a_full_ring_draws_no_seventeenth() -> None:
    secrets = [draw_secret()]
    while len(secrets) < 16:
        secrets.insert(0, KeyRing(secrets).draw())
    with pytest.raises(BadKeys, match="full"):
        KeyRing(secrets).draw()


@pytest.mark.parametrize("text", ["new,old", "new old", " new\nold\n", "new,\r\n old,", "new\told"])
def test_secrets_are_parted_by_commas_or_white_space(text: str) -> None:
    assert split_secrets(text) == ["new", "old"]
