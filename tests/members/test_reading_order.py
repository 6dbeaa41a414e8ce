"""Residents stand as their names are read."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

from pointsvc.kernel.pinyin import initials, sort_key
from pointsvc.members.search import search
from tests.support.cast import Cast


def test_residents_stand_by_pinyin(cast: Cast, database: SQLAlchemy) -> None:  # noqa: ARG001
    first = search(cast.community_id, limit=4)
    rest = search(cast.community_id, limit=4, after=first.next)
    names = [each.name for each in (*first.rows, *rest.rows)]
    assert names == ["何督", "李梅", "刘洋", "孙岗", "王强", "张店", "赵芳", "周敏"]


def test_what_is_read_otherwise_is_known() -> None:
    assert sort_key("曾国", is_name=True) == "zeng guo"
    assert sort_key("重庆调料 500g") == "chong qing tiao liao 500g"
    assert initials("洗衣液1kg") == "xyy1kg"
    assert sort_key("Tom", is_name=True) == "tom"
