"""Idempotency-Key: what a request with a key led to is decided once and remembered (L9)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from pointsvc.extensions import db
from pointsvc.kernel.bulk import find_rows, insert_unknown, update_rows
from pointsvc.kernel.errors import BadRequest, Conflict, Refusal
from pointsvc.kernel.i18n import lazy_gettext as _l
from pointsvc.kernel.models import StoredOutcome

KEY_LENGTH_MAX = 255
_KEY: Final = ("community_id", "actor_id", "key")


class KeyMissing(BadRequest):
    """A write that moves points came without `Idempotency-Key`."""

    code = "idempotency.key_missing"
    message = _l("缺少 Idempotency-Key。")


class KeyMalformed(BadRequest):
    """The key is empty, too long, or has characters that are not printable ASCII."""

    code = "idempotency.key_malformed"
    message = _l("Idempotency-Key 须为 1 至 255 个可见的 ASCII 字符。")


class KeyReused(Conflict):
    """The key was used before with another body."""

    code = "idempotency.key_reused"
    message = _l("这个 Idempotency-Key 已用于另一个请求。")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A remembered outcome: the result's ids and numbers, or the refusal's code and context."""

    refusal_code: str | None
    result: dict[str, Any]
    is_first: bool


class RememberedRefusal(Refusal):
    """A refusal given again: its code and context are the stored ones."""

    status = 409
    message = _l("这个请求已被拒绝。")

    def __init__(self, refusal: type[Refusal], **context: Any) -> None:
        """Speak as `refusal` did."""
        self.code = refusal.code  # type: ignore[misc]
        self.message = refusal.message  # type: ignore[misc]
        super().__init__(**context)


def check_key(key: str | None) -> str:
    """The key, or a refusal: KeyMissing, KeyMalformed."""
    if key is None:
        raise KeyMissing
    if not 1 <= len(key) <= KEY_LENGTH_MAX or not (key.isascii() and key.isprintable()):
        raise KeyMalformed
    return key


def canonical_hash(body: Mapping[str, Any]) -> bytes:
    """SHA-256 of the body as JSON with sorted keys; ids and moments as text."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()


def remembered(
    *,
    community_id: UUID,
    actor_id: UUID,
    key: str,
    body_hash: bytes,
    now: datetime,
    work: Callable[[], dict[str, Any]],
) -> Outcome:
    """Run `work` once for (community, actor, key); later calls get the first outcome.

    A 409 refusal is an outcome: what `work` wrote is undone, the refusal is kept. All other
    refusals leave no row. Call inside `transact`. `work` returns ids, codes and numbers only.

    Raises:
        KeyReused: the key came before with another body.
    """
    where = (
        StoredOutcome.community_id == community_id,
        StoredOutcome.actor_id == actor_id,
        StoredOutcome.key == key,
    )
    row = {
        "community_id": community_id,
        "actor_id": actor_id,
        "key": key,
        "body_hash": body_hash,
        "result": {},
        "created_at": now,
    }
    if not insert_once(StoredOutcome, [row]):
        return _stored(where, body_hash)
    refusal_code, result = _tried(work)
    db.session.execute(
        update(StoredOutcome).where(*where).values(refusal_code=refusal_code, result=result)
    )
    return Outcome(refusal_code, result, is_first=True)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request under its key, and what it asked."""

    actor_id: UUID
    key: str
    body_hash: bytes

    @property
    def name(self) -> tuple[UUID, str]:
        """Whose key it is, and the key."""
        return self.actor_id, self.key


def remembered_all(
    *,
    community_id: UUID,
    asked: Sequence[Keyed],
    now: datetime,
    work: Callable[[Sequence[int]], Sequence[dict[str, Any] | Conflict]],
) -> list[Outcome | KeyReused]:
    """`remembered` for several requests of a community, in their order; call inside `transact`.

    `work` is given the places of those that come for the first time, and answers each with a result
    or with a refusal (409) for which it has written nothing. What it raises undoes all of them.
    """
    first: dict[tuple[UUID, str], int] = {}
    for place, each in enumerate(asked):
        first.setdefault(each.name, place)
    rows = [_empty(community_id, asked[first[name]], now) for name in sorted(first)]
    free = insert_unknown(StoredOutcome, rows, key=_KEY, told=_KEY[1:])
    new = [place for name, place in first.items() if name in free]
    answers = dict(zip(new, work(new) if new else (), strict=True))
    decided = {place: _outcome(answer) for place, answer in answers.items()}
    _store(community_id, [(asked[place], outcome) for place, outcome in decided.items()])
    kept = _kept(community_id, [each for n, each in enumerate(asked) if n not in decided])
    return [decided.get(n) or kept[each.name](each) for n, each in enumerate(asked)]


def _empty(community_id: UUID, each: Keyed, now: datetime) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "actor_id": each.actor_id,
        "key": each.key,
        "body_hash": each.body_hash,
        "refusal_code": None,
        "result": {},
        "created_at": now,
    }


def _outcome(answer: dict[str, Any] | Conflict) -> Outcome:
    if isinstance(answer, Conflict):
        return Outcome(answer.code, dict(answer.context), is_first=True)
    return Outcome(None, answer, is_first=True)


def _store(community_id: UUID, decided: Sequence[tuple[Keyed, Outcome]]) -> None:
    rows = [
        {
            "community_id": community_id,
            "actor_id": each.actor_id,
            "key": each.key,
            "refusal_code": outcome.refusal_code,
            "result": outcome.result,
        }
        for each, outcome in decided
    ]
    update_rows(StoredOutcome, rows, key=_KEY)


def _kept(
    community_id: UUID, asked: Sequence[Keyed]
) -> dict[tuple[UUID, str], Callable[[Keyed], Outcome | KeyReused]]:
    """How each key that came before answers."""
    names = sorted({each.name for each in asked})
    keys = [dict(zip(_KEY, (community_id, *name), strict=True)) for name in names]
    rows = find_rows(StoredOutcome, keys, told=(*_KEY[1:], "body_hash", "refusal_code", "result"))
    return {(row.actor_id, row.key): partial(_repeat, row) for row in rows}


def _repeat(row: Any, each: Keyed) -> Outcome | KeyReused:
    if row.body_hash != each.body_hash:
        return KeyReused()
    return Outcome(row.refusal_code, row.result, is_first=False)


def _stored(where: tuple[Any, ...], body_hash: bytes) -> Outcome:
    columns = (
        StoredOutcome.body_hash,
        StoredOutcome.refusal_code,
        StoredOutcome.result,
    )
    stored = db.session.execute(select(*columns).where(*where)).one()
    if stored.body_hash != body_hash:
        raise KeyReused
    return Outcome(stored.refusal_code, stored.result, is_first=False)


def _tried(work: Callable[[], dict[str, Any]]) -> tuple[str | None, dict[str, Any]]:
    savepoint = db.session.begin_nested()
    try:
        result = work()
        db.session.flush()
    except Conflict as refusal:
        savepoint.rollback()
        return refusal.code, dict(refusal.context)
    savepoint.commit()
    return None, result


def result_or_refusal(outcome: Outcome) -> dict[str, Any]:
    """The result, or the remembered refusal raised again."""
    if outcome.refusal_code is None:
        return outcome.result
    raise RememberedRefusal(_refusal_named(outcome.refusal_code), **outcome.result)


def _refusal_named(code: str) -> type[Refusal]:
    pending: list[type[Refusal]] = [Refusal]
    while pending:
        refusal = pending.pop()
        if getattr(refusal, "code", None) == code:
            return refusal
        pending.extend(refusal.__subclasses__())
    return Conflict


def insert_once(model: type[Any], rows: list[dict[str, Any]]) -> int:
    """Insert those rows whose unique keys are free; how many were. Waits for a rival's commit."""
    dialect = db.session.get_bind().dialect.name
    builder = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # An INSERT forgets how many rows it wrote (-1 on PostgreSQL) unless it is told to keep it.
    statement = builder(model).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    return sum(
        bool(db.session.execute(statement.values(row)).rowcount)  # type: ignore[attr-defined]
        for row in rows
    )


__all__ = [
    "KeyMalformed",
    "KeyMissing",
    "KeyReused",
    "Keyed",
    "Outcome",
    "RememberedRefusal",
    "canonical_hash",
    "check_key",
    "insert_once",
    "remembered",
    "remembered_all",
    "result_or_refusal",
]
