"""Who may come in: every endpoint declares `public`, `signed_in` or a permission.

This room only declares. The app resolves who is calling (`wire`) and enforces before each request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from flask import g

from pointsvc.kernel.errors import SignInRequired

F = TypeVar("F", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed_in"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a member, an operator, a device, or nobody (`anonymous`).

    `place_id` binds a device, `on_device_id` a card sign-in at a shared device, which ends after
    `idle_seconds`. `is_withheld`: roles beyond a volunteer's wait for a second step to be set up.
    """

    kind: Literal["anonymous", "member", "operator", "device"]
    id: UUID | None = None
    community_id: UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    sign_in_id: UUID | None = None
    place_id: UUID | None = None
    device_kind: str | None = None
    on_device_id: UUID | None = None
    carried_by: Literal["cookie", "bearer"] | None = None
    last_seen_at: datetime | None = None
    idle_seconds: int | None = None
    is_withheld: bool = False
    name: str | None = field(default=None, repr=False)


ANONYMOUS = Caller("anonymous")


def public(view: F) -> F:
    """Anyone may come in."""
    return _declared(view, PUBLIC)


def signed_in(view: F) -> F:
    """Any signed-in member, operator or device."""
    return _declared(view, SIGNED_IN)


def requires(permission: str) -> Callable[[F], F]:
    """Those whose roles hold `permission`, as listed in `organisation.permissions`."""

    def declare(view: F) -> F:
        return _declared(view, permission)

    return declare


def _declared(view: F, permission: str) -> F:
    view.permission = permission  # type: ignore[attr-defined]
    return view


def current_caller() -> Caller:
    """Who is calling; the app put it there before the view ran."""
    return getattr(g, "caller", ANONYMOUS)


def current_community_id() -> UUID:
    """The caller's community. Raises SignInRequired where the caller has none."""
    community_id = current_caller().community_id
    if community_id is None:
        raise SignInRequired
    return community_id


def current_actor_id() -> UUID:
    """The caller's id. Raises SignInRequired for nobody."""
    actor_id = current_caller().id
    if actor_id is None:
        raise SignInRequired
    return actor_id
