"""Files and cells as they wait in the database: sealed, because phones stand in them."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

from pointsvc.kernel.ring import current_vault


def seal_file(community_id: UUID, run_id: UUID, data: bytes) -> bytes:
    """The bytes of a file, readable in this run only."""
    return current_vault().encrypt(base64.b64encode(data).decode(), _owner(community_id, run_id))


def open_file(community_id: UUID, run_id: UUID, sealed: bytes) -> bytes:
    """The bytes again. Raises Unreadable."""
    return base64.b64decode(current_vault().decrypt(sealed, _owner(community_id, run_id)))


def seal_facts(community_id: UUID, run_id: UUID, facts: object) -> dict[str, Any]:
    """Anything that JSON can say, as a value of a JSON column."""
    text = json.dumps(facts, ensure_ascii=False)
    sealed = current_vault().encrypt(text, _owner(community_id, run_id))
    return {"sealed": base64.b64encode(sealed).decode()}


def open_facts(community_id: UUID, run_id: UUID, column: dict[str, Any]) -> Any:
    """The facts again; None once they were emptied. Raises Unreadable."""
    if "sealed" not in column:
        return None
    sealed = base64.b64decode(column["sealed"])
    return json.loads(current_vault().decrypt(sealed, _owner(community_id, run_id)))


def _owner(community_id: UUID, run_id: UUID) -> bytes:
    return community_id.bytes + run_id.bytes
