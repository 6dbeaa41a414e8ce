"""A connection to PostgreSQL as its protocol knows it: statements prepared once, answers read in one go.

The driver's cursors look at every statement and value anew, which takes longer than sending them. Here a
statement is prepared by name at its first use on a connection; its values travel as text, and the driver's
own loaders read what comes back. What brings nothing back may be posted: it is sent without waiting, and
what is wrong with it is told at the next question (libpq, "Pipeline Mode").
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from psycopg import Connection

Make = Callable[[Sequence[Any]], Any]
_TEXTS: Final[dict[type, Callable[[Any], bytes | None]]] = {
    type(None): lambda _value: None,
    str: lambda value: _without_nul(value).encode(),
    UUID: lambda value: value.hex.encode(),
    int: lambda value: b"%d" % value,
    bool: lambda value: b"t" if value else b"f",
    datetime: lambda value: str(value).encode(),
    date: lambda value: value.isoformat().encode(),
}


class Wire:
    """What is kept of a driver's connection, for as long as it lives. For one thread at a time.

    Attributes:
        raw: the driver's connection.
        is_posting: whether statements that bring nothing back are posted just now.
    """

    def __init__(self, raw: Connection[Any]) -> None:
        from psycopg import errors, pq  # noqa: PLC0415 - who serves on SQLite does not load it
        from psycopg.adapt import PyFormat, Transformer  # noqa: PLC0415

        self.raw = raw
        self.is_posting = False
        self._line: Any = raw.pgconn
        self._error = errors.error_from_result
        self._good = {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}
        self._idle = pq.TransactionStatus.IDLE
        self._text = PyFormat.TEXT
        self._transformer = Transformer
        self._names: dict[str, bytes] = {}
        self._readers: dict[str, Any] = {}
        self._posted = 0
        self._poll = select.poll()
        self._poll.register(raw.fileno(), select.POLLIN)

    def ask(self, text: str, values: Sequence[Any], make: Make | None) -> list[Any]:
        """Send a statement and wait; its rows, each made out of a tuple.

        Raises the driver's errors, also those of what was posted before.
        """
        sent, name = self._sent(values), self._prepared(text)
        self._begin()
        if self._posted:
            self._send(name, sent)
            result = self._settled()[-1]
        else:
            result = self._line.exec_prepared(name, sent)
            self._check(result)
        return self._rows(text, result, make) if make else []

    def post(self, text: str, values: Sequence[Any]) -> None:
        """Send a statement that brings nothing back, without waiting."""
        sent, name = self._sent(values), self._prepared(text)
        self._begin()
        self._send(name, sent)

    def settle(self) -> None:
        """Wait until what was posted is done. Raises what was wrong first; the rest was not run then."""
        if self._posted:
            self._settled()

    def abandon(self) -> None:
        """Wait for what was posted, whatever became of it: the transaction is given up."""
        with suppress(self.raw.Error):  # a connection that is gone is found out at the rollback
            self._answers()

    def _send(self, name: bytes, values: Sequence[bytes | None]) -> None:
        if not self._posted:
            self._line.enter_pipeline_mode()
        self._posted += 1
        self._line.send_query_prepared(name, values)

    def _settled(self) -> list[Any]:
        results = self._answers()
        for result in results:
            self._check(result)
        return results

    def _answers(self) -> list[Any]:
        """What came back for each that was posted, in their order."""
        if not self._posted:
            return []
        count, self._posted = self._posted, 0
        self._line.pipeline_sync()
        results = []
        for _ in range(count):
            results.append(self._received())
            self._received()  # nothing: the end of this one's answer
        self._received()  # the end of the line
        self._line.exit_pipeline_mode()
        return results

    def _received(self) -> Any:
        """What comes next, waited for without holding the interpreter (`get_result` would hold it).

        The driver's lines never block: what did not fit into the socket is sent as it takes more.
        """
        while (unsent := self._line.flush()) or self._line.is_busy():
            self._poll.modify(self._line.socket, select.POLLIN | (select.POLLOUT if unsent else 0))
            self._poll.poll()
            self._line.consume_input()
        return self._line.get_result()

    def _prepared(self, text: str) -> bytes:
        name = self._names.get(text)
        if name is None:
            self.settle()
            name = b"house_%d" % len(self._names)
            self._check(self._line.prepare(name, text.encode()))
            self._names[text] = name
        return name

    def _begin(self) -> None:
        """As the driver does before the first statement of a transaction; it goes with that statement."""
        if self._posted or self._line.transaction_status != self._idle or self.raw.autocommit:
            return
        if self.raw.isolation_level is not None or self.raw.read_only is not None:
            self.raw.execute("SELECT")
            return
        self._line.enter_pipeline_mode()
        self._posted += 1
        self._line.send_query_params(b"BEGIN", [])

    def _sent(self, values: Sequence[Any]) -> list[bytes | None]:
        return [(_TEXTS.get(type(value)) or self._as_driver)(value) for value in values]

    def _as_driver(self, value: Any) -> bytes:
        dumper = self._transformer.from_context(self.raw).get_dumper(value, self._text)
        return bytes(dumper.dump(value) or b"")

    def _rows(self, text: str, result: Any, make: Make) -> list[Any]:
        reader = self._readers.get(text)
        if reader is None:
            reader = self._readers[text] = self._transformer.from_context(self.raw)
            reader.set_pgresult(result)
        else:
            reader.set_pgresult(result, set_loaders=False)
        rows: list[Any] = reader.load_rows(0, result.ntuples, make)
        return rows

    def _check(self, result: Any) -> None:
        if result is None or result.status not in self._good:
            raise self._error(result)


def _without_nul(value: str) -> str:
    if "\0" in value:
        from psycopg import DataError  # noqa: PLC0415

        raise DataError("a text holds a NUL")
    return value
