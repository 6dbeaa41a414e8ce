"""The verbs of defects: report one, see it too, take it a step on, say that it is not mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from pointsvc.attachments.encoding import Picture
from pointsvc.attachments.service import attach
from pointsvc.communities.queries import get_community
from pointsvc.earning.limits import Wish, take_allowances
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid, NotFound
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.kernel.outcomes import insert_once
from pointsvc.plots.doing.defects import DefectFacts, echoers_of, get_defect, steps_of
from pointsvc.plots.doing.pictures import DEFECT
from pointsvc.plots.errors import DefectMoved, DefectsOfDayUsed
from pointsvc.plots.models import Defect, DefectEcho, DefectStep
from pointsvc.plots.queries import get_plot
from pointsvc.plots.rules.mending import OPEN_STATES, PICTURES_MAX, lacking, next_states
from pointsvc.plots.service import know_plot
from pointsvc.plots.telling import leaders_of, tell, trace

DAY_MAX: Final = 20
LIMIT: Final = "plots.defect"


def report_defect(
    *,
    community_id: UUID,
    defect_id: UUID,
    place_id: UUID,
    kind: str,
    spot: str | None,
    text: str,
    pictures: Sequence[Picture],
    reported_by_id: UUID,
    now: datetime,
) -> None:
    """Report something broken on a plot; its leaders are told. The same id is one report.

    Raises:
        NotFound: no plot; or the id is somebody else's. DefectsOfDayUsed.
        PicturesFull. PicturesOfDayUsed.
    """
    plot = get_plot(community_id, place_id)
    known = db.session.get(Defect, (community_id, defect_id))
    if known is not None:
        if known.reported_by_id != reported_by_id:
            raise NotFound
        return
    today = clock.local_day(now, get_community(community_id).zone)
    wish = Wish(LIMIT, reported_by_id, today, 1, day_cap=DAY_MAX)
    if take_allowances(community_id=community_id, wishes=[wish]) == [0]:
        raise DefectsOfDayUsed
    know_plot(community_id=community_id, place_id=place_id)
    attach(
        community_id=community_id,
        subject_kind=DEFECT,
        subject_id=defect_id,
        part="photo",
        most=PICTURES_MAX,
        pictures=pictures,
        added_by_id=reported_by_id,
        today=today,
        now=now,
    )
    [number] = take_numbers(community_id=community_id, name=LIMIT)
    row = Defect(
        community_id=community_id,
        id=defect_id,
        number=number,
        place_id=place_id,
        kind=kind,
        spot=spot,
        text=text,
        state="reported",
        reported_by_id=reported_by_id,
        reported_at=now,
        changed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _begin(row, plot.place.name, now)


def _begin(row: Defect, place: str, now: datetime) -> None:
    """Its first step, a trace, and a word to the plot's leaders."""
    first = derived_id("defect-reported", row.community_id, row.id)
    _add_step(row.community_id, row.id, first, ("reported", None, None), row.reported_by_id, now)
    trace(
        community_id=row.community_id,
        by_id=row.reported_by_id,
        action="plots.defect_reported",
        subject_id=row.place_id,
        now=now,
        detail={"number": row.number},
    )
    leaders = leaders_of(row.community_id).get(row.place_id, [])
    tell(
        community_id=row.community_id,
        recipient_ids=[each for each in leaders if each != row.reported_by_id],
        topic="plots.defect_found",
        payload={"place": place, "number": row.number},
        now=now,
    )


def echo_defect(
    *, community_id: UUID, defect_id: UUID, member_id: UUID, now: datetime
) -> DefectFacts:
    """Say that one has seen it too, instead of reporting it again. Twice is once.

    Raises:
        NotFound. DefectMoved: it is mended, or not ours.
    """
    defect = get_defect(community_id, defect_id)
    if defect.state not in OPEN_STATES:
        raise DefectMoved
    if defect.reported_by_id != member_id:
        row = {"community_id": community_id, "defect_id": defect_id, "member_id": member_id}
        insert_once(DefectEcho, [row | {"echoed_at": now}])
    return defect


def step_defect(
    *,
    community_id: UUID,
    defect_id: UUID,
    step_id: UUID,
    state: str,
    word: str | None,
    passed_to: str | None,
    taken_by_id: UUID,
    now: datetime,
) -> None:
    """Take it a step on; the reporter, and who has seen it too, are told. The same id is one step.

    Raises:
        NotFound. DefectMoved: from where it stands by now there is no such step.
        Invalid: passed on to nobody, or not ours without a word.
    """
    row = _locked(community_id, defect_id)
    if db.session.get(DefectStep, (community_id, step_id)) is not None:
        return
    if state not in next_states(row.state):
        raise DefectMoved
    word, passed_to = (word or "").strip() or None, (passed_to or "").strip() or None
    fault = lacking(state, word=word, passed_to=passed_to)
    if fault == "passed_to":
        raise Invalid({"passed_to": [_("请写转给了谁，例如物业公司、水务公司。")]})
    if fault == "word":
        raise Invalid({"word": [_("请写一句为什么不归社区管、可以找谁。")]})
    passed_to = passed_to if state == "passed_on" else None
    _add_step(community_id, defect_id, step_id, (state, word, passed_to), taken_by_id, now)
    row.state, row.changed_at = state, now
    row.passed_to = passed_to or row.passed_to
    db.session.flush()
    trace(
        community_id=community_id,
        by_id=taken_by_id,
        action=f"plots.defect_{state}",
        subject_id=row.place_id,
        now=now,
        detail={"number": row.number},
    )
    topic = f"plots.defect_{state}"
    tell(
        community_id=community_id,
        recipient_ids=[row.reported_by_id, *echoers_of(community_id, defect_id)],
        topic=topic,
        payload={
            "place": get_plot(community_id, row.place_id).place.name,
            "number": row.number,
            "passed_to": passed_to or "",
        },
        now=now,
    )


def say_unmended(
    *,
    community_id: UUID,
    defect_id: UUID,
    step_id: UUID,
    word: str | None,
    said_by_id: UUID,
    now: datetime,
) -> None:
    """Who reported it, or has seen it too, says that it is not mended: it begins anew.

    The plot's leaders and who wrote that it was mended are told. The same id is one step.

    Raises:
        NotFound: none of theirs. DefectMoved: nobody says that it is mended.
    """
    row = _locked(community_id, defect_id)
    if said_by_id not in {row.reported_by_id, *echoers_of(community_id, defect_id)}:
        raise NotFound
    if db.session.get(DefectStep, (community_id, step_id)) is not None:
        return
    if row.state != "mended":
        raise DefectMoved
    mended_by_id = steps_of(community_id, defect_id)[-1].taken_by_id
    said = ("reported", (word or "").strip() or None, None)
    _add_step(community_id, defect_id, step_id, said, said_by_id, now)
    row.state, row.changed_at = "reported", now
    db.session.flush()
    trace(
        community_id=community_id,
        by_id=said_by_id,
        action="plots.defect_again",
        subject_id=row.place_id,
        now=now,
        detail={"number": row.number},
    )
    place = get_plot(community_id, row.place_id).place
    leaders = leaders_of(community_id).get(place.id, [])
    tell(
        community_id=community_id,
        recipient_ids=[each for each in (*leaders, mended_by_id) if each != said_by_id],
        topic="plots.defect_again",
        payload={"place": place.name, "number": row.number},
        now=now,
    )


def _add_step(
    community_id: UUID,
    defect_id: UUID,
    step_id: UUID,
    said: tuple[str, str | None, str | None],
    by_id: UUID,
    now: datetime,
) -> None:
    """The next number is free: whoever adds a step holds the defect."""
    state, word, passed_to = said
    last = db.session.scalar(
        select(func.max(DefectStep.seq)).where(
            DefectStep.community_id == community_id, DefectStep.defect_id == defect_id
        )
    )
    db.session.add(
        DefectStep(
            community_id=community_id,
            id=step_id,
            defect_id=defect_id,
            seq=(last or 0) + 1,
            state=state,
            word=word,
            passed_to=passed_to,
            taken_by_id=by_id,
            taken_at=now,
        )
    )
    db.session.flush()


def _locked(community_id: UUID, defect_id: UUID) -> Defect:
    wanted = select(Defect).where(Defect.community_id == community_id, Defect.id == defect_id)
    row = db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
