"""Clients who tap twice, repeat what got no answer, and write down every answer they were given.

A client's log has a line for each write that it begins (its name, whose, how many points) and one for
the answer that was acknowledged. It knows nothing of the books; `checker` compares the two.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final

from pointsvc.kernel.ids import new_id
from tests.torture.scene import DROPS, PIN, PRICES, SERVICE, Member, Scene

Body = dict[str, Any]
Answer = tuple[int, Body]
GIVE_UP_SECONDS: Final = 120
TIMEOUT_SECONDS: Final = (
    4  # less than a hanging process hangs: the same key is then asked for twice
)
TABLE: Final = 10  # so many members are served at once, so that clients meet in the same books


@dataclass(frozen=True)
class Write:
    """A request under its name, which is the scan's id or the key; `other` is not the same."""

    kind: str
    name: str
    member: str
    amount: int
    path: str
    token: str
    body: Body
    other: Body


class Programme:
    """What is to be written, handed out to whoever asks next."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._lock = threading.Lock()
        self._writes = self._shuffled()
        self.is_over = False

    def next(self) -> Write | None:
        """The next one; None when there is no more to do."""
        with self._lock:
            return None if self.is_over else next(self._writes, None)

    def _shuffled(self) -> Iterator[Write]:
        drawn = random.Random(1)
        for first in range(0, len(self.scene.members), TABLE):
            table = self.scene.members[first : first + TABLE]
            writes = [write for member in table for write in self._of(member)]
            drawn.shuffle(writes)
            yield from writes

    def _of(self, member: Member) -> Iterator[Write]:
        for points in DROPS:
            yield self._drop(member, points)
        yield self._service(member)
        for price in PRICES:
            yield self._order(member, price)

    def _drop(self, member: Member, points: int) -> Write:
        body = self._scan(member, "drop", self.scene.station_shift_id) | {"quantity": points}
        other = body | {"quantity": 3}
        sent = ("/scans", self.scene.attendant, body, other)
        return Write("drop", body["scan_id"], member.id, points, *sent)

    def _service(self, member: Member) -> Write:
        """In and out of the past shift, uploaded together."""
        began = self.scene.shift_began_at
        scans = [
            self._scan(member, direction, self.scene.past_shift_id)
            | {"claimed_at": (began + timedelta(minutes=minutes)).isoformat()}
            for direction, minutes in (("in", 0), ("out", 60))
        ]
        other = {"scans": [scans[0] | {"direction": "out"}, scans[1] | {"direction": "in"}]}
        sent = ("/scans/batch", self.scene.leader, {"scans": scans}, other)
        return Write("service", scans[1]["scan_id"], member.id, SERVICE, *sent)

    def _scan(self, member: Member, direction: str, shift_id: str) -> Body:
        return {
            "scan_id": str(new_id()),
            "code": member.card,
            "direction": direction,
            "shift_id": shift_id,
        }

    def _order(self, member: Member, price: int) -> Write:
        line = {"product_id": self.scene.products[price], "quantity": 1}
        body = {"member_code": member.card, "lines": [line]}
        other = body | {"lines": [line | {"quantity": 3}]}
        sent = ("/orders", self.scene.keeper, body, other)
        return Write("order", str(new_id()), member.id, price, *sent)

    def refund(self, write: Write, order: Body) -> Write:
        """What was just bought comes back."""
        line = {"order_line_id": order["lines"][0]["id"], "quantity": 1}
        body = {
            "lines": [line],
            "reason": "拿错了",
            "approver_code": self.scene.approver_card,
            "approver_pin": PIN,
        }
        sent = (f"/orders/{order['id']}/refunds", self.scene.keeper, body, body | {"reason": "错"})
        return Write("refund", str(new_id()), write.member, write.amount, *sent)


class Client:
    """One of the crowd, with a connection and a log of its own."""

    def __init__(self, programme: Programme, port: Callable[[], int], log: Path, seed: int) -> None:
        self.programme, self.port = programme, port
        self.random = random.Random(seed)
        self.acknowledged, self.repeated = 0, 0
        self.unanswered: Counter[str] = Counter()
        self.contradictions: list[str] = []
        self.pause = 0.0
        self._log: IO[str] = log.open("w", buffering=1)
        self._connection: http.client.HTTPConnection | None = None

    def work(self) -> None:
        """Write until there is nothing more to do, each until there is an answer."""
        with self._log, closing(self):
            while (write := self.programme.next()) is not None:
                status, answer = self._ask(write)
                if write.kind == "order" and status == 201 and self.random.random() < 0.08:
                    self._ask(self.programme.refund(write, answer))
                time.sleep(self.pause)

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, write: Write) -> Answer:
        """Write once, in half of the cases twice, now and then with the same name for another."""
        self._note(write, intends=write.amount)
        first = self._answered(write, write.body)
        self._note(write, status=first[0], answer=first[1])
        self.acknowledged += 1
        if self.random.random() < 0.5:
            self.repeated += 1
            again = self._answered(write, write.body)
            self._contradict(write, again != first, f"{again} after {first}")
        if self.random.random() < 0.1:
            status, answer = self._answered(write, write.other)
            refused = status == 409 or _are_reused(answer.get("results", []))
            self._contradict(write, not refused, f"another body got {status} {answer}")
        return first

    def _contradict(self, write: Write, is_so: bool, what: str) -> None:
        if is_so:
            self.contradictions.append(f"{write.kind} {write.name}: {what}")

    def _note(self, write: Write, **what: Any) -> None:
        known = {"kind": write.kind, "name": write.name, "member": write.member}
        self._log.write(json.dumps(known | what, ensure_ascii=False) + "\n")

    def _answered(self, write: Write, body: Body) -> Answer:
        """Send it until there is an answer, however often the server dies meanwhile."""
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while True:
            answer = self._send(write, body)
            if answer is not None and answer[0] < 500:
                return answer
            self.unanswered[str(answer[0]) if answer else "nothing"] += 1
            assert time.monotonic() < give_up_at, f"{write} was never answered"
            time.sleep(self.random.uniform(0.02, 0.2))

    def _send(self, write: Write, body: Body) -> Answer | None:
        headers = {
            "Authorization": f"Bearer {write.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": write.name,
        }
        if self._connection is None:
            port = self.port()
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", port, timeout=TIMEOUT_SECONDS
            )
        try:
            self._connection.request("POST", f"/api/v1{write.path}", json.dumps(body), headers)
            response = self._connection.getresponse()
            answer: Body = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            return None
        answer.pop("request_id", None)  # a refusal names the request that it answers
        return response.status, answer


def _are_reused(results: list[Body]) -> bool:
    """Whether each scan of an upload was told that its id names another one."""
    return bool(results) and all(each.get("reason") == "scan.id_reused" for each in results)


class Crowd:
    """Many clients at work at once."""

    def __init__(self, scene: Scene, port: Callable[[], int], logs: Path, clients: int) -> None:
        self.programme = Programme(scene)
        self.clients = [
            Client(self.programme, port, logs / f"client-{seed}.jsonl", seed)
            for seed in range(clients)
        ]
        self._threads = [threading.Thread(target=self._run, args=(each,)) for each in self.clients]
        self._failures: list[Exception] = []
        for thread in self._threads:
            thread.start()

    def _run(self, client: Client) -> None:
        try:
            client.work()
        except Exception as error:  # noqa: BLE001 - raised where the crowd is waited for
            self._failures.append(error)

    @property
    def acknowledged(self) -> int:
        """So many writes were answered in all."""
        return sum(client.acknowledged for client in self.clients)

    @property
    def is_at_work(self) -> bool:
        """Whether there is still something to write."""
        return any(thread.is_alive() for thread in self._threads)

    def pace(self, seconds: float) -> None:
        """Let everybody rest so long after each write."""
        for client in self.clients:
            client.pause = seconds

    def finish(self) -> None:
        """Begin nothing new, and wait until all that was begun is answered."""
        self.programme.is_over = True
        for thread in self._threads:
            thread.join(GIVE_UP_SECONDS * 2)
        for failure in self._failures:
            raise failure
