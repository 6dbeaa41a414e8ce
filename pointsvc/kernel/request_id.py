"""The id of the request being served, for logs, problems and the audit trail."""

from __future__ import annotations

from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def set_request_id(value: str | None) -> None:
    """Name the request that this thread serves."""
    _current.set(value)


def current_request_id() -> str | None:
    """The name of the request being served; None in a job."""
    return _current.get()
