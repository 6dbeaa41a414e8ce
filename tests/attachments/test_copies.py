"""A copy of the database carries the photographs, a few of them at a time."""

from __future__ import annotations

from pointsvc.attachments.models import Attachment
from pointsvc.backup.rows import at_once, reader_for, to_line
from pointsvc.extensions import db
from tests.plots.doing import Doing, picture


def test_a_photograph_goes_into_a_copy_and_comes_back(doing: Doing) -> None:
    kept = picture(1)
    doing.add_pictures([kept], doing.cast.limei)
    table = Attachment.metadata.tables["attachments"]
    row = dict(db.session.execute(table.select()).mappings().one())
    again = reader_for(table)(to_line(row))
    assert again == row
    assert again["content"] == kept.content


def test_few_photographs_are_held_in_memory() -> None:
    assert at_once("attachments", 1000) < at_once("members", 1000) == 1000
