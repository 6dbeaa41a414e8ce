"""New versions: written once, with terms that make sense, resting on a decision that was made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from pointsvc.audit.models import AuditEvent
from pointsvc.earning.errors import TariffDayTaken
from pointsvc.earning.models import Tariff
from pointsvc.earning.queries import find_versions
from pointsvc.earning.service import Terms
from pointsvc.extensions import db
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from tests.earning.office import TODAY, TOMORROW, Office

TWELVE = Terms("hour", 12, counts_as_service=True)


def test_the_same_form_sent_twice_writes_one_version(office: Office) -> None:
    tariff_id = new_id()
    first = office.set(TWELVE, tariff_id=tariff_id)
    assert office.set(TWELVE, tariff_id=tariff_id) == first
    assert first.version == 2
    versions = find_versions(community_id=office.community_id, codes=["PLOT_CARE"])
    assert len(versions["PLOT_CARE"]) == 2


def test_a_form_gone_back_to_and_changed_is_another_version(office: Office) -> None:
    tariff_id = new_id()
    office.set(TWELVE, tariff_id=tariff_id)
    with pytest.raises(TariffDayTaken):
        office.set(Terms("hour", 14), tariff_id=tariff_id)
    later = office.set(Terms("hour", 14), tariff_id=tariff_id, valid_from_on=date(2026, 12, 1))
    assert (later.version, later.id == tariff_id) == (3, False)


@pytest.mark.parametrize(
    ("code", "terms", "field"),
    [
        ("WASTE_SORT", {"basis": "hour"}, "basis"),
        ("WASTE_SORT", {"basis": "quantity", "counts_as_service": True}, "counts_as_service"),
        ("PLOT_CARE", {"rate_points": -1}, "rate_points"),
        ("PLOT_CARE", {"expiry": "months"}, "expiry_months"),
        ("PLOT_CARE", {"expiry": "never", "expiry_months": 3}, "expiry_months"),
    ],
)
def test_terms_that_make_no_sense_are_refused_beside_their_field(
    office: Office, code: str, terms: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {"basis": "hour", "rate_points": 2} | terms
    with pytest.raises(Invalid) as refused:
        office.set(Terms(**given), code=code)
    assert set(refused.value.errors) == {field}
    assert office.on(TOMORROW, code).version == 1


def test_a_deduction_is_for_what_people_judge(office: Office) -> None:
    assert office.set(Terms("quantity", -20), code="DED_DUMP").rate_points == -20


def test_a_decision_of_tomorrow_is_none_yet(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.set(TWELVE, decided_on=TOMORROW)
    assert set(refused.value.errors) == {"decided_on"}


def test_a_version_may_begin_today_and_nothing_before_it_changes(office: Office) -> None:
    office.set(TWELVE, valid_from_on=TODAY)
    assert (office.on(TODAY).rate_points, office.on(date(2026, 11, 20)).rate_points) == (12, 10)


def test_who_wrote_a_version_is_written_down(office: Office) -> None:
    made = office.set(TWELVE)
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "earning.tariff_set")
    ).one()
    assert (event.actor_id, event.subject_id) == (office.cast.zhaofang.id, made.id)
    assert event.detail == {"code": "PLOT_CARE", "version": 2, "valid_from_on": "2026-11-22"}


@pytest.mark.parametrize("statement", [update(Tariff).values(rate_points=99), delete(Tariff)])
def test_a_version_is_never_rewritten(office: Office, statement: Any) -> None:
    with pytest.raises(DBAPIError):
        transact(lambda: db.session.execute(statement))
    assert office.on(TODAY).rate_points == 10


def test_the_other_community_keeps_its_tariffs(office: Office) -> None:
    office.set(TWELVE)
    assert find_versions(community_id=office.cast.other_community_id) == {}
