"""The driver by itself: the same rows, the same errors, the same transaction as the ordinary way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import NullPool, bindparam, create_engine, event, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from pointsvc.extensions import db
from pointsvc.kernel import clock as moments, direct
from pointsvc.kernel.bulk import find_rows, insert_rows
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.models import OutboxMessage
from pointsvc.kernel.prepared import Among, fetch, fetch_alone, posting, prepared, table_of
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast

MESSAGE = table_of(OutboxMessage).c


@prepared
def messages(among: Among) -> Any:
    """Messages of a community by topic."""
    return select(MESSAGE.id, MESSAGE.payload, MESSAGE.created_at, MESSAGE.read_at).where(
        MESSAGE.community_id == bindparam("community_id"), among(MESSAGE.topic, "topics")
    )


@prepared
def named(_among: Among) -> Any:
    """Messages of a community about one thing."""
    return select(MESSAGE.id).where(
        MESSAGE.community_id == bindparam("community_id"), MESSAGE.topic == bindparam("name")
    )


@pytest.fixture(params=["direct", "ordinary"])
def way(request: pytest.FixtureRequest, database: SQLAlchemy) -> Iterator[str]:
    """Somebody who listens makes a statement take the ordinary way."""

    def listen(*_arguments: Any) -> None: ...

    if request.param == "ordinary":
        event.listen(database.engine, "before_cursor_execute", listen)
    yield request.param
    if request.param == "ordinary":
        event.remove(database.engine, "before_cursor_execute", listen)


def leave(cast: Cast) -> dict[str, Any]:
    """A message with every kind of value that is read back in its own way."""
    row = {
        "community_id": cast.community_id,
        "id": new_id(),
        "recipient_id": cast.limei.id,
        "topic": "checkin.awarded",
        "payload": {"points": 5, "what": '扫"地'},
        "created_at": moments.now(),
    }
    transact(lambda: insert_rows(OutboxMessage, [row]))
    return row


def test_a_statement_goes_the_way_it_is_meant_to(database: SQLAlchemy, way: str) -> None:
    is_direct = direct.can_send(database.session.connection(), messages())
    assert is_direct == (way == "direct")


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("read", [fetch, fetch_alone])
def test_rows_are_the_same_either_way(cast: Cast, read: Any) -> None:
    row = leave(cast)
    topics = ["checkin.awarded", "another"]
    [found] = read(messages(), community_id=cast.community_id, topics=topics)
    assert tuple(found) == (row["id"], row["payload"], row["created_at"], None)
    assert found.payload == row["payload"]
    assert read(messages(), community_id=cast.community_id, topics=[]) == []


@pytest.mark.usefixtures("way")
def test_rows_come_in_the_order_of_their_keys(cast: Cast) -> None:
    keys = [{"community_id": cast.community_id, "id": leave(cast)["id"]} for _ in range(3)]
    found = find_rows(OutboxMessage, keys[::-1], told=("id",), locking=True)
    assert sorted(row.id for row in found) == sorted(key["id"] for key in keys)
    assert find_rows(OutboxMessage, [{**keys[0], "id": new_id()}], told=("id",)) == []
    assert find_rows(OutboxMessage, [], told=("id",)) == []


@pytest.mark.usefixtures("way")
def test_a_broken_rule_is_the_same_error(database: SQLAlchemy, cast: Cast) -> None:
    row = leave(cast)
    with pytest.raises(IntegrityError) as caught:
        insert_rows(OutboxMessage, [row])
    database.session.rollback()
    assert "扫" not in str(caught.value), "what a statement carried stays out of its error"


@pytest.mark.usefixtures("way")
def test_what_was_not_committed_is_gone(database: SQLAlchemy, cast: Cast) -> None:
    row = leave(cast) | {"id": new_id(), "topic": "never"}
    insert_rows(OutboxMessage, [row])
    asked = {"community_id": cast.community_id, "topics": ["never"]}
    assert len(fetch(messages(), **asked)) == 1
    database.session.rollback()
    assert fetch(messages(), **asked) == []


def test_a_lost_connection_is_given_up_and_the_work_tried_again(
    database: SQLAlchemy, cast: Cast, engine_name: str
) -> None:
    if engine_name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        if len(runs) == 1:
            _cut(database)
        fetch(messages(), community_id=cast.community_id, topics=["checkin.awarded"])

    transact(work)
    assert len(runs) == 2


def test_a_connection_that_died_while_it_rested_is_replaced(
    database: SQLAlchemy, cast: Cast, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that was busy a moment ago is not asked: the next statement tells."""
    if engine_name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    asked = {"community_id": cast.community_id, "topics": ["x"]}
    _cut(database, resting=True)
    with pytest.raises(DBAPIError):
        fetch(messages(), **asked)
    database.session.rollback()
    fetch(messages(), **asked)
    monkeypatch.setattr("pointsvc.extensions.REST_SECONDS", 0.0)
    _cut(database, resting=True)
    assert fetch(messages(), **asked) == []


def _cut(database: SQLAlchemy, *, resting: bool = False) -> None:
    """End the session's connection from outside, in use or back in the pool."""
    own = database.session.scalar(text("SELECT pg_backend_pid()"))
    if resting:
        database.session.rollback()
    with create_engine(database.engine.url, poolclass=NullPool).connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": own})


@pytest.mark.usefixtures("way")
def test_what_is_posted_is_there_for_the_next_question(cast: Cast) -> None:
    row = leave(cast)
    asked = {"community_id": cast.community_id, "topics": ["posted"]}
    with posting():
        for _ in range(3):
            insert_rows(OutboxMessage, [row | {"id": new_id(), "topic": "posted"}])
        assert len(fetch(messages(), **asked)) == 3
        insert_rows(OutboxMessage, [row | {"id": new_id(), "topic": "other"}])
        db.session.execute(update(OutboxMessage).values(topic="posted").filter_by(topic="other"))
        insert_rows(OutboxMessage, [row | {"id": new_id(), "topic": "posted"}])
    assert len(fetch(messages(), **asked)) == 5


@pytest.mark.usefixtures("way")
def test_a_posted_statement_that_breaks_a_rule_is_told_at_the_end(
    database: SQLAlchemy, cast: Cast
) -> None:
    row = leave(cast)

    def post_both() -> None:
        with posting():
            insert_rows(OutboxMessage, [row])
            insert_rows(OutboxMessage, [row | {"id": new_id(), "topic": "after"}])

    with pytest.raises(IntegrityError):
        post_both()
    database.session.rollback()
    assert fetch(messages(), community_id=cast.community_id, topics=["after"]) == []


@pytest.mark.usefixtures("way")
def test_what_fails_between_posted_statements_leaves_a_connection_that_serves(
    database: SQLAlchemy, cast: Cast
) -> None:
    row = leave(cast) | {"id": new_id(), "topic": "posted"}

    def fail_after_posting() -> None:
        with posting():
            insert_rows(OutboxMessage, [row])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_posting()
    database.session.rollback()
    assert fetch(messages(), community_id=cast.community_id, topics=["posted"]) == []


def test_a_posted_transaction_that_loses_its_connection_is_tried_again(
    database: SQLAlchemy, cast: Cast, engine_name: str
) -> None:
    if engine_name != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    row, runs = leave(cast) | {"id": new_id(), "topic": "posted"}, iter((True, False))

    def work() -> None:
        with posting():
            if next(runs):
                _cut(database)
            insert_rows(OutboxMessage, [row])

    transact(work)
    assert len(fetch(messages(), community_id=cast.community_id, topics=["posted"])) == 1


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 9])
def test_any_number_of_keys_finds_its_rows_once(cast: Cast, count: int) -> None:
    rows = [leave(cast)["id"] for _ in range(count)]
    keys = [{"community_id": cast.community_id, "id": id_} for id_ in rows]
    assert sorted(row.id for row in find_rows(OutboxMessage, keys, told=("id",))) == sorted(rows)


@pytest.mark.engines("postgresql")
@pytest.mark.usefixtures("database")
def test_a_text_with_a_nul_is_refused_and_not_cut(cast: Cast) -> None:
    asked = {"community_id": cast.community_id, "name": "居民\0"}
    with pytest.raises(DBAPIError):
        fetch(named(), **asked)


@pytest.mark.usefixtures("database")
def test_more_than_a_socket_takes_is_posted_whole(cast: Cast) -> None:
    """An upload of two hundred scans is; before, both sides waited for each other."""
    row = leave(cast) | {"topic": "large", "payload": {"what": "扫" * 500_000}}
    with posting():
        for _ in range(4):
            insert_rows(OutboxMessage, [row | {"id": new_id()}])
    found = fetch(messages(), community_id=cast.community_id, topics=["large"])
    assert [len(each.payload["what"]) for each in found] == [500_000] * 4
