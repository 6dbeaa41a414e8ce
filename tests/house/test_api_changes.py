"""Who builds on the API learns of every change: the changelog names the document it describes."""

from __future__ import annotations

import hashlib
import json
import re

from flask import Flask

from tests.support import tree


def test_the_openapi_document_changes_only_with_the_changelog(wired_app: Flask) -> None:
    with wired_app.test_client() as client:
        document = client.get("/api/v1/openapi.json").get_json()
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False).encode()
    told = re.findall(r"OpenAPI `([0-9a-f]{12})`", (tree.ROOT / "CHANGELOG.md").read_text())
    assert told[:1] == [hashlib.sha256(canonical).hexdigest()[:12]], (
        "say in the newest part of CHANGELOG.md what changed for programs, and the new number"
    )
