"""How long a large office workbook takes on both engines: P12, 100,000 rows in 60 s or less.

`.venv/bin/python -m bench.imports [lines]` first imports a roster of so many people, then a points
book with one line for each of them: the dearest book there is, for everybody gets a passbook. It
prints seconds of reading and of writing (with its second reading), this process's CPU, statements,
and the cores that others used, PostgreSQL's server among them: more than 0.1 on SQLite, or 0.5 on
PostgreSQL, and it was not quiet. Databases are those of the tests: SQLite on disk, PostgreSQL in
memory and without autovacuum.
"""

from __future__ import annotations

import io
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from openpyxl import Workbook
from sqlalchemy import event

from pointsvc.cli.verification import verify_everything
from pointsvc.extensions import db
from pointsvc.imports.queries import get_run
from pointsvc.imports.service import begin_run, begin_writing
from pointsvc.imports.working import work_through
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.support.cast import Cast, raise_cast
from tests.support.databases import stand

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程"
)
GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文华建国玉珍凤春梅红金福荣志永贵海生"
)
ROSTER: Final = ["姓名", "联系电话", "楼栋", "单元", "门牌号", "性别", "是否党员", "出生年月"]
LEDGER: Final = ["日期", "姓名", "联系电话", "服务项目", "积分"]
ROW: Final = "{:<11} {:<7} {:>7} {:>8} {:>8} {:>11} {:>7}\n"


def people(count: int) -> Iterator[list[Any]]:
    """Rows of a roster: two to a door, names that meet as they do in life."""
    chance = random.Random(7)  # noqa: S311 - the same book each time
    for n in range(count):
        name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
        door = [f"{n // 600 + 1}号楼", f"{n // 200 % 3 + 1}单元", f"{n // 2 % 100 + 101}"]
        born = f"{chance.randrange(1940, 1999)}年{chance.randrange(1, 13)}月"
        yield [name, f"139{n:08}", *door, chance.choice("男女"), chance.choice("是否否"), born]


def lines(count: int) -> Iterator[list[Any]]:
    """A line of the points book for each of them."""
    for n, row in enumerate(people(count)):
        yield [f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}", row[0], row[1], "绿化养护", n % 9 + 1]


def book(header: list[str], rows: Iterator[list[Any]]) -> bytes:
    """A workbook of one sheet."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("表")
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def busy_seconds() -> float:
    """CPU seconds that all programs have used."""
    numbers = [int(word) for word in Path("/proc/stat").read_text().split()[1:9]]
    return (sum(numbers) - numbers[3] - numbers[4]) / os.sysconf("SC_CLK_TCK")


def imported(cast: Cast, data: bytes, done: dict[str, int]) -> Iterator[list[str]]:
    """Read a book and write it: figures of both."""
    run_id = new_id()
    home = {"community_id": cast.community_id, "run_id": run_id}
    transact(
        lambda: begin_run(
            **home, file_name="b.xlsx", data=data, created_by_id=cast.zhaofang.id, now=clock.now()
        )
    )
    yield ["read", *measured(cast.community_id, run_id, done)]
    transact(lambda: begin_writing(**home))
    yield ["write", *measured(cast.community_id, run_id, done)]
    run = get_run(cast.community_id, run_id)
    assert run.state == "committed", run.report


def measured(community_id: UUID, run_id: UUID, done: dict[str, int]) -> list[str]:
    """Wall and CPU seconds, statements, and the cores that the server and others used."""
    before = done["statements"], time.perf_counter(), time.process_time(), busy_seconds()
    assert work_through(community_id, run_id)
    wall, cpu = time.perf_counter() - before[1], time.process_time() - before[2]
    elsewhere = (busy_seconds() - before[3] - cpu) / wall
    return [f"{wall:.1f}", f"{cpu:.1f}", str(done["statements"] - before[0]), f"{elsewhere:.2f}"]


def counted() -> dict[str, int]:
    """How many statements the engine has been sent, from now on."""
    done = {"statements": 0}

    def count(*_: object) -> None:
        done["statements"] += 1

    event.listen(db.engine, "before_cursor_execute", count)
    return done


def main(count: int, tell: Callable[[str], object] = sys.stdout.write) -> None:
    """Print the table."""
    books = {"roster": book(ROSTER, people(count)), "points": book(LEDGER, lines(count))}
    tell(ROW.format("engine", "book", "work", "wall s", "CPU s", "statements", "others"))
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder, stand(engine, Path(folder)) as made:
            cast = made.renew("cast", raise_cast)
            with made.app.app_context():
                done = counted()
                for name, data in books.items():
                    for figures in imported(cast, data, done):
                        tell(ROW.format(engine, name, *figures))
                assert verify_everything().ok, "the books must hold"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
