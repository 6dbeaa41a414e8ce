"""Logs: one line of JSON each on standard error, without personal data."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any, Final

import structlog
from sqlalchemy.exc import DBAPIError

from pointsvc.kernel.request_id import current_request_id

LEVELS: Final = logging.getLevelNamesMapping()
FRAMES_MAX: Final = 20


def write_logs(level: str) -> None:
    """From `level` up; what libraries log through `logging` comes out the same way."""
    number = LEVELS.get(level, logging.INFO)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_request,
        tell_exception,
    ]
    shape = structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=False)
    structlog.configure(
        processors=[*shared, shape],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[lines], level=max(number, logging.WARNING), force=True)


def name_request(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Whatever is logged while a request is served carries its id."""
    request_id = current_request_id()
    if request_id is not None:
        event.setdefault("request_id", request_id)
    return event


def tell_exception(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Kinds and places of an exception, never its words: those may repeat what somebody typed."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = [_kind(each) for each in _chain(error)]
        event["frames"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
        ]
    return event


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _kind(error: BaseException) -> str:
    """The class, and of the database's complaint what names no value."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    original = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
    return " ".join(filter(None, (name, state, constraint)))
