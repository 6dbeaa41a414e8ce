"""The ways out: one adapter for each channel; where none is set up, a line in the log.

An adapter is a function of a letter that returns, or raises `Undelivered`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: to which address, which words, and under which id it is known again."""

    id: UUID
    channel: str
    address: str
    text: str
    topic: str
    community_name: str
    created_at: datetime


class Undelivered(Exception):
    """It did not get through; `code` is ours, `is_final` where trying again would not help."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        """Keep the code, and nothing that another server said."""
        super().__init__(code)
        self.code = code
        self.is_final = is_final


Adapter = Callable[[Letter], None]
