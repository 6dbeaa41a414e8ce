"""Who does a deed, for the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A member, an operator, a device, or the system itself (jobs, the command line)."""

    kind: str
    id: UUID | None


SYSTEM: Final = Actor("system", None)


def member_actor(member_id: UUID | None) -> Actor:
    """The member, or the system where nobody is named."""
    return SYSTEM if member_id is None else Actor("member", member_id)
