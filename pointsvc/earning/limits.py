"""Taking of limits, all wishes at once: used ≤ allowed for every holder and window (S3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from pointsvc.earning.models import LimitUse
from pointsvc.earning.rules import room_left
from pointsvc.kernel.bulk import find_rows, insert_unknown, update_rows
from pointsvc.kernel.clock import month_start


@dataclass(frozen=True, slots=True)
class Wish:
    """So much of what `subject` names (a tariff's code, a product's id) for a holder on a day.

    A cap that is None does not limit; the month is the day's. `holder_id` is a household's id, or
    a member's (see `members.queries.holders_of`).
    """

    subject: str
    holder_id: UUID
    on: date
    amount: int
    day_cap: int | None = None
    month_cap: int | None = None


class _Window(NamedTuple):
    subject: str
    holder_id: UUID
    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class _Use:
    """What the row held when it was locked, what is added to it, and the cap of today's tariff."""

    before: int
    allowed: int
    added: int = 0

    @property
    def used(self) -> int:
        return self.before + self.added


@dataclass(slots=True)
class Allowances:
    """The locked windows of some wishes, until commit: what they leave, and what was taken of it.

    Two at once never take more than the cap: rows are locked, and `used <= allowed` is a CHECK.
    """

    community_id: UUID
    _uses: dict[_Window, _Use]

    def left_for(self, wish: Wish) -> int:
        """How much of the wish its day and month leave now."""
        return min(
            (
                room_left(used=self._uses[key].used, cap=cap, amount=wish.amount)
                for key, cap in _windows(wish)
            ),
            default=wish.amount,
        )

    def take(self, wish: Wish, amount: int) -> None:
        """Count so much of the wish, whose windows were opened."""
        for key, cap in _windows(wish):
            use = self._uses[key]
            self._uses[key] = _Use(use.before, max(cap, use.used + amount), use.added + amount)

    def store(self) -> None:
        """Write down what was taken."""
        _store(self.community_id, self._uses)


def open_allowances(*, community_id: UUID, wishes: Sequence[Wish]) -> Allowances:
    """Lock the windows of the wishes by key, before any passbook (docs/ledger.md §3)."""
    windows = sorted({window for wish in wishes for window, _cap in _windows(wish)})
    return Allowances(community_id, _locked(community_id, windows, wishes))


def take_allowances(
    *, community_id: UUID, wishes: Sequence[Wish], whole: bool = False
) -> list[int]:
    """Take as much of each wish as its day and month leave, in order; what each got.

    Args:
        community_id: whose limits.
        wishes: in the order in which they are served.
        whole: give each wish all or nothing.
    """
    allowances, taken = open_allowances(community_id=community_id, wishes=wishes), []
    for wish in wishes:
        fits = allowances.left_for(wish)
        taken.append(0 if whole and fits < wish.amount else fits)
        allowances.take(wish, taken[-1])
    allowances.store()
    return taken


def give_back(*, community_id: UUID, wishes: Sequence[Wish]) -> None:
    """Return what was taken on the wishes' days, so that the window of that day has room again."""
    windows = sorted({window for wish in wishes for window in _all_windows(wish)})
    if not windows:
        return
    uses = _read(community_id, windows)
    for wish in wishes:
        for window in _all_windows(wish):
            if use := uses.get(window):
                uses[window] = replace(use, added=use.added - min(use.used, wish.amount))
    _store(community_id, uses)


def lock_uses(*, community_id: UUID, wishes: Sequence[Wish]) -> None:
    """Lock the windows that were used, before any passbook, for who may give back only later."""
    _read(community_id, sorted({window for wish in wishes for window in _all_windows(wish)}))


def used_of(*, community_id: UUID, wishes: Sequence[Wish]) -> dict[tuple[str, UUID, str], int]:
    """What has been used of the wishes' windows, by (subject, holder, "day" or "month")."""
    windows = sorted({window for wish in wishes for window in _all_windows(wish)})
    found = _read(community_id, windows, locking=False)
    return {(key.subject, key.holder_id, key.kind): use.used for key, use in found.items()}


def _windows(wish: Wish) -> Iterable[tuple[_Window, int]]:
    for window, cap in zip(_all_windows(wish), (wish.day_cap, wish.month_cap), strict=True):
        if cap is not None:
            yield window, cap


def _all_windows(wish: Wish) -> tuple[_Window, _Window]:
    return (
        _Window(wish.subject, wish.holder_id, "day", wish.on),
        _Window(wish.subject, wish.holder_id, "month", month_start(wish.on)),
    )


def _locked(
    community_id: UUID, windows: list[_Window], wishes: Sequence[Wish]
) -> dict[_Window, _Use]:
    """Lock the windows, opening those that are missing; what is read is what the lock protects."""
    uses = _read(community_id, windows)
    missing = [window for window in windows if window not in uses]
    if not missing:
        return uses
    caps = {window: cap for wish in wishes for window, cap in _windows(wish)}
    rows = [_row(community_id, window, caps[window]) for window in missing]
    opened = {_Window(*key) for key in insert_unknown(LimitUse, rows, key=_KEY, told=_KEY[1:])}
    uses |= {window: _Use(0, caps[window]) for window in opened}
    if len(opened) < len(missing):  # a rival was first: its row is there by now
        uses |= _read(community_id, [window for window in missing if window not in opened])
    return uses


def _row(community_id: UUID, window: _Window, cap: int) -> dict[str, Any]:
    return _key(community_id, window) | {"used": 0, "allowed": cap}


def _key(community_id: UUID, window: _Window) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "subject": window.subject,
        "holder_id": window.holder_id,
        "window_kind": window.kind,
        "window_on": window.on,
    }


def _read(
    community_id: UUID, windows: Sequence[_Window], *, locking: bool = True
) -> dict[_Window, _Use]:
    """The windows' rows, by key, locked in the order of the windows."""
    keys = [_key(community_id, window) for window in windows]
    found = find_rows(LimitUse, keys, told=_TOLD, locking=locking)
    return {_Window(*row[:4]): _Use(row.used, row.allowed) for row in found}


def _store(community_id: UUID, uses: dict[_Window, _Use]) -> None:
    """Add, never set: where a lock was missing, the CHECK still sees both writers."""
    update_rows(
        LimitUse,
        [
            _key(community_id, key) | {"used": uses[key].added, "allowed": uses[key].allowed}
            for key in sorted(uses)
            if uses[key].added
        ],
        key=_KEY,
        added=("used",),
    )


_KEY: Final = ("community_id", "subject", "holder_id", "window_kind", "window_on")
_TOLD: Final = (*_KEY[1:], "used", "allowed")
