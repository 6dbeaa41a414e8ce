"""The inspection form: versions in force from a day, each of 100 points, none of them ever changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.ids import derived_id
from pointsvc.kernel.numbers import take_numbers
from pointsvc.kernel.once import IdTaken
from pointsvc.plots.errors import InspectionFormDayTaken
from pointsvc.plots.models import InspectionForm, InspectionItem
from pointsvc.plots.rules.inspecting import FULL, ITEMS_MAX, SEED_FORM, Item, faults_of_form
from pointsvc.plots.telling import trace

VERSIONS_MAX: Final = 100
OWN_FORM: Final = "随系统给的验收表"
COUNTER: Final = "plots.inspection_form"


@dataclass(frozen=True, slots=True)
class FormFacts:
    """A version of the form with its items in their order."""

    id: UUID
    version: int
    valid_from_on: date
    decision: str
    items: tuple[Item, ...]

    @property
    def sections(self) -> list[tuple[str, int]]:
        """Each section with its points, in their order."""
        sums: dict[str, int] = {}
        for item in self.items:
            sums[item.section] = sums.get(item.section, 0) + item.points
        return list(sums.items())


def find_forms(community_id: UUID, ids: Collection[UUID] | None = None) -> list[FormFacts]:
    """The versions of the form, newest first; these ones only where they are named."""
    wanted = select(InspectionForm).where(InspectionForm.community_id == community_id)
    if ids is not None:
        wanted = wanted.where(InspectionForm.id.in_(ids))
    rows = db.session.scalars(
        wanted.order_by(InspectionForm.valid_from_on.desc()).limit(VERSIONS_MAX)
    ).all()
    items: dict[UUID, list[Item]] = {}
    lines = db.session.execute(
        select(
            InspectionItem.form_id,
            InspectionItem.section,
            InspectionItem.name,
            InspectionItem.points,
        )
        .where(
            InspectionItem.community_id == community_id,
            InspectionItem.form_id.in_([row.id for row in rows]),
        )
        .order_by(InspectionItem.form_id, InspectionItem.number)
    )
    for line in lines:
        items.setdefault(line.form_id, []).append(Item(line.section, line.name, line.points))
    return [
        FormFacts(row.id, row.version, row.valid_from_on, row.decision, tuple(items[row.id]))
        for row in rows
    ]


def form_in_force(community_id: UUID, on: date) -> FormFacts | None:
    """The version in force on that day; None before the first."""
    return next((each for each in find_forms(community_id) if each.valid_from_on <= on), None)


def know_form(*, community_id: UUID, on: date, now: datetime) -> FormFacts:
    """The version in force; where there is none, the house's own form becomes the first."""
    found = form_in_force(community_id, on)
    if found is not None:
        return found
    _store(
        community_id,
        FormFacts(
            derived_id("inspection-form", community_id, on),
            0,
            on,
            OWN_FORM,
            SEED_FORM,
        ),
        None,
        now,
    )
    found = form_in_force(community_id, on)
    assert found is not None
    return found


def set_form(
    *,
    community_id: UUID,
    form_id: UUID,
    items: Sequence[Item],
    valid_from_on: date,
    decision: str,
    recorded_by_id: UUID,
    now: datetime,
    today: date,
) -> None:
    """Add a version that is in force from a day on; the same id is one version.

    Visits that were asked for before keep the version with which they were asked.

    Raises:
        Invalid: a day that has passed; items that do not make 100 points. InspectionFormDayTaken.
        IdTaken.
    """
    known = next((form for form in find_forms(community_id) if form.id == form_id), None)
    if known is not None:
        if (known.valid_from_on, known.decision, known.items) == (
            valid_from_on,
            decision,
            tuple(items),
        ):
            return
        raise IdTaken
    if valid_from_on < today:
        raise Invalid({"valid_from_on": [_("请选今天或以后的一天：用过的验收表不改。")]})
    fault = faults_of_form(items)
    if fault:
        raise Invalid({"items": [_fault_words(fault, items)]})
    taken = select(InspectionForm.id).where(
        InspectionForm.community_id == community_id,
        InspectionForm.valid_from_on == valid_from_on,
    )
    if db.session.scalar(taken) is not None:
        raise InspectionFormDayTaken
    facts = FormFacts(form_id, 0, valid_from_on, decision, tuple(items))
    version = _store(community_id, facts, recorded_by_id, now)
    trace(
        community_id=community_id,
        by_id=recorded_by_id,
        action="plots.inspection_form_set",
        subject_id=form_id,
        now=now,
        detail={"version": version, "valid_from_on": valid_from_on.isoformat()},
    )


def _store(community_id: UUID, facts: FormFacts, by_id: UUID | None, now: datetime) -> int:
    """The counter lets one version in at a time."""
    [version] = take_numbers(community_id=community_id, name=COUNTER)
    db.session.add(
        InspectionForm(
            community_id=community_id,
            id=facts.id,
            version=version,
            valid_from_on=facts.valid_from_on,
            decision=facts.decision,
            recorded_by_id=by_id,
            recorded_at=now,
        )
    )
    db.session.flush()
    db.session.add_all(
        InspectionItem(
            community_id=community_id,
            form_id=facts.id,
            number=number,
            section=item.section,
            name=item.name,
            points=item.points,
        )
        for number, item in enumerate(facts.items, 1)
    )
    db.session.flush()
    return version


def _fault_words(fault: str, items: Sequence[Item]) -> str:
    if fault == "sum":
        total = sum(item.points for item in items)
        return _("各项加起来是 %(total)s 分，须正好 %(full)s 分。", total=total, full=FULL)
    if fault == "many":
        return _("最多 %(most)s 项。", most=ITEMS_MAX)
    return _("每一项都要写名称，至少 1 分。")
