"""The one place that commits: a piece of work happens whole, or not at all, or is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, TypeVar

from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError

from pointsvc.extensions import db, writing
from pointsvc.kernel.append_only import HAS_THIS_KEY
from pointsvc.kernel.errors import Busy
from pointsvc.kernel.page_memory import forget
from pointsvc.kernel.read_only import refuse_while_read_only
from pointsvc.kernel.turns import turn_to_write

T = TypeVar("T")
ATTEMPTS_MAX: Final = 5
DEADLINE_SECONDS: Final = 20.0
RETRIED_STATES: Final = frozenset({"40001", "40P01", "55P03", "23505", "57P01"})
RETRIES = Counter("pointsvc_transaction_retries", "Work that was tried again", ["cause"])
_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)


def transact(work: Callable[[], T]) -> T:
    """Run `work` in one transaction, commit, return its result.

    The whole work is run again (at most 5 times, with jitter, within 20 s) on a serialization
    failure, deadlock, lock time-out, busy SQLite, a lost connection, or a unique key that another
    writer took first: on the next run the work sees that row. So `work` must be retryable from the
    top: ids made before it, nothing sent from it. It does not nest: a service called by a service
    joins the transaction of its caller.

    Raises:
        Busy: nothing was done.
        ReadOnly: the books may only be read now.
    """
    refuse_while_read_only()
    assert not _inside.get(), "transact does not nest; join the caller's transaction"
    give_up_at = time.monotonic() + DEADLINE_SECONDS
    for attempt in range(1, ATTEMPTS_MAX + 1):
        db.session.rollback()  # who waits for a turn holds no connection
        try:
            with turn_to_write(db.engine.url):
                return _once(work)
        except DBAPIError as error:
            cause = retry_cause(error)
            if cause is None:
                raise
            RETRIES.labels(cause).inc()
            if attempt == ATTEMPTS_MAX or time.monotonic() > give_up_at:
                raise Busy from error
            time.sleep(random.uniform(0.0, 0.02 * 2**attempt))  # noqa: S311 - jitter
    raise Busy


def _once(work: Callable[[], T]) -> T:
    inside, mode = _inside.set(True), writing.set(True)
    try:
        result = work()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.reset(mode)
        forget()
        _inside.reset(inside)
    return result


def retry_cause(error: DBAPIError) -> str | None:
    """Why trying again may help (a short label), or None when it would not."""
    if error.connection_invalidated:
        return "connection"
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state if state in RETRIED_STATES else None
    text = str(error.orig)
    if "database is locked" in text or "database is busy" in text:
        return "busy"
    is_taken = text.startswith("UNIQUE constraint failed") or text.endswith(HAS_THIS_KEY)
    return "unique" if is_taken else None
