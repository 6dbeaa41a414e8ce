"""JSON as the RFC has it: NaN and Infinity are refused both ways."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider


class StrictJson(DefaultJSONProvider):
    """Flask's JSON, Chinese unescaped, keys in their order, no NaN."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse; ValueError for what is no JSON."""
        return json.loads(s, parse_constant=_refuse, **kwargs)


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON"
    raise ValueError(message)
