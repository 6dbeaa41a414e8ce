"""SMS and WeChat through a gateway of the operator's: one POST of JSON for a message.

The body is `{"id", "channel", "to", "text", "topic", "community", "created_at"}`: `to` is a phone of eleven
digits (a WeCom gateway finds people by it). `Idempotency-Key` is the id: the same one is the same message.
`Authorization: Bearer …` carries POINTSVC_GATEWAY_TOKEN. 2xx is taken; 408, 425, 429 and 5xx are tried
again; anything else, a redirect among it, is final. A small script translates this for any vendor.
"""

from __future__ import annotations

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from pointsvc.messages.channels import Adapter, Letter, Undelivered

TIMEOUT_SECONDS: Final = 10
AGAIN: Final = frozenset({408, 425, 429})
SERVER_ERRORS: Final = 500
TAKEN: Final = range(200, 300)


def posts_to(url: str, token: str | None) -> Adapter:
    """An adapter that posts to this address."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def send(letter: Letter) -> None:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(letter.id)}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            connection.request("POST", path, body_of(letter), headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise Undelivered(f"http.{type(error).__name__}"[:40]) from None
        finally:
            connection.close()
        if status not in TAKEN:
            is_final = status < SERVER_ERRORS and status not in AGAIN
            raise Undelivered(f"http.{status}", is_final=is_final)

    return send


def body_of(letter: Letter) -> bytes:
    """What is posted."""
    document = {
        "id": str(letter.id),
        "channel": letter.channel,
        "to": letter.address,
        "text": letter.text,
        "topic": letter.topic,
        "community": letter.community_name,
        "created_at": letter.created_at.isoformat(),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
    return HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
