"""A phone's password of before stays, when phones may have several; and on the way back the newest."""

from __future__ import annotations

from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, text

from tests.support import schemas
from tests.support.databases import Stand


def test_the_migration_keeps_every_password_and_going_back_the_newest(engine_stand: Stand) -> None:
    url = engine_stand.store.make_empty("passwords")
    row = "INSERT INTO credentials VALUES ({phone}, '{id}', '{hash}', '2026-11-0{day}T00:00:00')"
    with schemas.migrating(url).app_context():
        upgrade(revision="0001")
        fill(url, row, [("a", 1, 1), ("b", 2, 1)])
        upgrade(revision="0002")
        fill(url, row, [("a", 3, 2)])
        assert hashes(url) == ["1", "2", "3"]
        downgrade(revision="0001")
    assert hashes(url) == ["2", "3"]


def fill(url: str, row: str, rows: list[tuple[str, int, int]]) -> None:
    engine = create_engine(url)
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        for phone, number, day in rows:
            code = f"{ord(phone):02x}"
            values = {
                "phone": f"x'{code}'" if is_sqlite else f"decode('{code}', 'hex')",
                "id": f"{number:032x}",
                "hash": number,
                "day": day,
            }
            connection.execute(text(row.format(**values)))
    engine.dispose()


def hashes(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.scalars(text("SELECT password_hash FROM credentials ORDER BY 1")).all()
    engine.dispose()
    return list(found)
