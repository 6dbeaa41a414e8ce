"""How many photographs a subject and a day hold, whoever comes at once; removed is empty."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from pointsvc.attachments import service
from pointsvc.attachments.errors import PicturesFull, PicturesOfDayUsed
from pointsvc.attachments.models import Attachment
from pointsvc.attachments.queries import bytes_kept, content_of, get_picture, pictures_of
from pointsvc.attachments.rules import DAY_MAX
from pointsvc.attachments.service import forget_old, remove
from pointsvc.extensions import db
from pointsvc.kernel import clock as moments
from pointsvc.kernel.errors import Busy, NotFound
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.shop.pages.pictures import DONATION, PURCHASE
from tests.plots.doing import Doing, picture
from tests.support.clocks import FrozenClock
from tests.support.rivals import at_once

pytestmark = pytest.mark.engines("sqlite")  # the races run on both


def kept(doing: Doing) -> list[UUID]:
    db.session.rollback()
    found = pictures_of(doing.community_id, "test", [doing.place_id])
    return [each.id for each in found.get(doing.place_id, [])]


def test_a_subject_holds_so_many_and_the_same_one_once(doing: Doing) -> None:
    limei = doing.cast.limei
    doing.add_pictures([picture(1), picture(2), picture(1)], limei)
    doing.add_pictures([picture(2)], limei)
    assert len(kept(doing)) == 2
    with pytest.raises(PicturesFull):
        doing.add_pictures([picture(3), picture(4)], limei)
    doing.add_pictures([picture(3)], limei)
    assert len(kept(doing)) == 3


def test_a_day_holds_so_many_of_one_member(
    doing: Doing, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "day_numbers", _two_a_day)
    limei = doing.cast.limei
    doing.add_pictures([picture(1), picture(2)], limei, subject_id=new_id())
    with pytest.raises(PicturesOfDayUsed):
        doing.add_pictures([picture(1)], limei, subject_id=new_id())
    clock.advance(days=1)
    doing.add_pictures([picture(1)], limei, subject_id=new_id())


def _two_a_day(last: int, wanted: int) -> range | None:
    return range(last + 1, last + wanted + 1) if last + wanted <= 2 < DAY_MAX else None


@pytest.mark.engines("sqlite", "postgresql")
def test_removed_is_empty_and_leaves_room(doing: Doing) -> None:
    [id_] = doing.add_pictures([picture(1)], doing.cast.limei, most=1)
    assert len(content_of(doing.community_id, id_)) == bytes_kept(doing.community_id)[1]
    now, by_id = moments.now(), doing.cast.limei.id
    gone = [
        transact(
            lambda: remove(
                community_id=doing.community_id, attachment_id=id_, removed_by_id=by_id, now=now
            )
        )
        for _n in range(2)
    ]
    assert gone == [True, False]
    for read in (get_picture, content_of):
        with pytest.raises(NotFound):
            read(doing.community_id, id_)
    assert len(doing.add_pictures([picture(1)], doing.cast.limei, most=1)) == 1


def test_what_is_old_is_forgotten(doing: Doing, clock: FrozenClock) -> None:
    doing.add_pictures([picture(1)], doing.cast.limei)
    clock.advance(days=10)
    doing.add_pictures([picture(2)], doing.cast.limei)
    now = moments.now()
    forget: Any = lambda: forget_old(  # noqa: E731 - said twice
        community_id=doing.community_id, before=now - timedelta(days=9), now=now
    )
    assert [transact(forget), transact(forget)] == [1, 0]
    assert len(kept(doing)) == 1


@pytest.mark.parametrize("kind", [DONATION, PURCHASE])
def test_papers_are_kept_as_long_as_the_books(doing: Doing, clock: FrozenClock, kind: str) -> None:
    doing.add_pictures([picture(1)], doing.cast.limei)
    transact(lambda: db.session.execute(update(Attachment).values(subject_kind=kind)))
    clock.advance(days=4000)
    now = moments.now()
    gone = transact(lambda: forget_old(community_id=doing.community_id, before=now, now=now))
    assert gone == 0


@pytest.mark.engines("sqlite", "postgresql")
def test_blind_to_what_is_there_it_is_the_key_that_refuses(
    doing: Doing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading first is no guard: who sees no other photograph takes the same slot, and is stopped."""
    monkeypatch.setattr(service, "free_slots", lambda *_taken, **_asked: [1])
    doing.add_pictures([picture(1)], doing.cast.limei)
    with pytest.raises(Busy):
        doing.add_pictures([picture(2)], doing.cast.liuyang)
    assert len(kept(doing)) == 1


@pytest.mark.engines("sqlite", "postgresql")
def test_two_at_once_do_not_pass_the_count(doing: Doing, app: Flask) -> None:
    pictures = [picture(n) for n in range(4)]
    people = [doing.cast.limei, doing.cast.liuyang, doing.cast.wangqiang, doing.cast.zhaofang]
    ended: list[Any] = at_once(
        app,
        [
            lambda one=one, by=by: doing.add_pictures([one], by, most=2)  # type: ignore[misc]
            for one, by in zip(pictures, people, strict=True)
        ],
    )
    refused = [each for each in ended if isinstance(each, PicturesFull)]
    assert (len(refused), len(kept(doing))) == (2, 2)
