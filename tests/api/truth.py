"""Whether an answer is one that the API's description promises."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from pointsvc.web.document import ARGUMENT

OURS: Final = re.compile(r"/api/v1/(?!docs|openapi)")
RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
FORMATS: Final = FormatChecker(["uuid", "date"])


@FORMATS.checks("date-time")
def is_moment(value: object) -> bool:
    """RFC 3339 with an offset."""
    return not isinstance(value, str) or bool(RFC_3339.fullmatch(value))


class Truth:
    """The document of an application, asked about answers."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        served: Any = app.test_client().get("/api/v1/openapi.json").json
        self.document: dict[str, Any] = served

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """What the document says of a request; None for what is no operation of ours."""
        if not OURS.match(path):
            return None
        try:
            rule, _values = self.app.url_map.bind("localhost").match(
                path, method=method, return_rule=True
            )
        except HTTPException:
            return None
        described: dict[str, Any] = self.document["paths"][ARGUMENT.sub(r"{\1}", rule.rule)]
        found: dict[str, Any] = described["get" if method == "HEAD" else method.lower()]
        return found

    def faults(self, answer: TestResponse) -> list[str]:
        """In what an answer differs from the document."""
        method, path = answer.request.method, urlsplit(answer.request.path).path
        operation = self.operation(method, path)
        if operation is None:
            return []
        status = str(answer.status_code)
        if status not in operation["responses"]:
            return [f"{method} {path}: {status} is not described"]
        described = self._resolved(operation["responses"][status])
        if answer.mimetype not in described["content"]:
            return [f"{method} {path}: {status} as {answer.mimetype}"]
        if method == "HEAD":
            return []
        schema = described["content"][answer.mimetype]["schema"]
        return [
            f"{method} {path}: {status} {fault}" for fault in self._misfits(schema, answer.json)
        ]

    def _resolved(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in answer:
            name = answer["$ref"].rpartition("/")[2]
            found: dict[str, Any] = self.document["components"]["responses"][name]
            return found
        return answer

    def _misfits(self, schema: dict[str, Any], value: Any) -> list[str]:
        whole = {**schema, "components": self.document["components"]}
        validator = Draft202012Validator(whole, format_checker=FORMATS)
        return [f"{e.json_path}: {e.message[:120]}" for e in validator.iter_errors(value)]
