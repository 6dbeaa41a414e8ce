"""Clients who tap twice, repeat what got no answer, and remember every answer they were given."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from pointsvc.kernel.ids import new_id

Body = dict[str, Any]
GIVE_UP_SECONDS = 120
NOT_NOW = frozenset({502, 503, 504})


@dataclass(frozen=True)
class Write:
    """A drop or an order, under the scan's id or the key."""

    kind: str
    name: str
    card: str
    body: Body


@dataclass(frozen=True)
class Asked:
    """A write, and the answer that was acknowledged for it."""

    write: Write
    status: int
    answer: Body


@dataclass
class Log:
    """What one client was told."""

    asked: list[Asked] = field(default_factory=list)
    repeated: int = 0
    unanswered: int = 0
    contradictions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where the crowd stands: cards to scan, the station's shift, a product, who works there."""

    cards: Sequence[str]
    shift_id: str
    product_id: str
    attendant: str
    keeper: str


class Client:
    """One of the crowd, with a connection of its own."""

    def __init__(self, place: Place, port: Callable[[], int], seed: int) -> None:
        self.place, self.port = place, port
        self.random = random.Random(seed)
        self.log = Log()

    def work(self, writes: int) -> Log:
        """Scan and exchange so many times, each until there is an answer."""
        for _write in range(writes):
            if self.random.random() < 0.65:
                self._drop()
            else:
                self._order()
        return self.log

    def _drop(self) -> None:
        scan_id = str(new_id())
        card = self.random.choice(self.place.cards)
        body = {
            "scan_id": scan_id,
            "code": card,
            "direction": "drop",
            "shift_id": self.place.shift_id,
            "quantity": self.random.choice([1, 2, 4, 8, 16]),
        }
        self._ask(Write("drop", scan_id, card, body), body | {"quantity": 3})

    def _order(self) -> None:
        key = str(new_id())
        card = self.random.choice(self.place.cards)
        line = {"product_id": self.place.product_id, "quantity": self.random.choice([1, 2])}
        body = {"member_code": card, "lines": [line]}
        other = body | {"lines": [line | {"quantity": 3}]}
        self._ask(Write("order", key, card, body), other)

    def _ask(self, write: Write, other: Body) -> None:
        """Write once, in half of the cases twice, and now and then with the same name for another."""
        first = self._answered(write)
        self.log.asked.append(Asked(write, *first))
        if self.random.random() < 0.5:
            self.log.repeated += 1
            if self._answered(write) != first:
                self.log.contradictions.append(f"{write}: a double tap was answered anew")
        if self.random.random() < 0.1:
            status, _answer = self._answered(replace(write, body=other))
            if status != http.HTTPStatus.CONFLICT:
                self.log.contradictions.append(f"{write}: another body got {status}")

    def _answered(self, write: Write) -> tuple[int, Body]:
        """Send it until there is an answer, however often the server dies meanwhile."""
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while True:
            answer = self._send(write)
            if answer is not None and answer[0] not in NOT_NOW:
                return answer
            self.log.unanswered += 1
            assert time.monotonic() < give_up_at, f"{write} was never answered"
            time.sleep(self.random.uniform(0.02, 0.2))

    def _send(self, write: Write) -> tuple[int, Body] | None:
        is_drop = write.kind == "drop"
        path = "/api/v1/scans" if is_drop else "/api/v1/orders"
        headers = {
            "Authorization": f"Bearer {self.place.attendant if is_drop else self.place.keeper}",
            "Content-Type": "application/json",
            "Idempotency-Key": write.name,
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port(), timeout=20)
        try:
            connection.request("POST", path, json.dumps(write.body), headers)
            response = connection.getresponse()
            answer: Body = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        answer.pop("request_id", None)  # a refusal names the request that it answers
        return response.status, answer


class Crowd:
    """Many clients at work at once."""

    def __init__(self, place: Place, port: Callable[[], int], clients: int, writes: int) -> None:
        self._clients = [Client(place, port, seed) for seed in range(clients)]
        self._threads = ThreadPoolExecutor(clients)
        self._work = [self._threads.submit(client.work, writes) for client in self._clients]

    def wait_for(self, acknowledged: int) -> None:
        """Until so many writes were acknowledged in all."""
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while sum(len(client.log.asked) for client in self._clients) < acknowledged:
            assert time.monotonic() < give_up_at, "the crowd has come to a halt"
            time.sleep(0.01)

    def logs(self) -> list[Log]:
        """Wait for everybody; what each was told."""
        with self._threads:
            return [each.result(GIVE_UP_SECONDS * 2) for each in self._work]
