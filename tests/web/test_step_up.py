"""A second person who set up a second step gives the code of today with what they approve."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.checkin.models import AttendanceCorrection
from pointsvc.extensions import db
from tests.checkin.duty import Duty
from tests.support.authenticators import Authenticator, set_up
from tests.support.cast import Cast, bearer, sign_in_cookie
from tests.support.clients import HouseClient
from tests.support.clocks import FrozenClock
from tests.web.test_approvals import ask_correction


@pytest.fixture
def correction_id(cast: Cast, database: SQLAlchemy, clock: FrozenClock) -> UUID:  # noqa: ARG001
    """A correction of 李梅's attendance that waits for 何督, who is signed in since before."""
    ask_correction(Duty(cast), clock)
    found = db.session.scalars(select(AttendanceCorrection.id)).one()
    assert isinstance(found, UUID)
    return found


@pytest.fixture
def phone(cast: Cast, correction_id: UUID, clock: FrozenClock) -> Authenticator:  # noqa: ARG001
    phone = set_up(cast.hedu)
    clock.advance(minutes=1)
    return phone


def approve(client: HouseClient, correction_id: UUID, **headers: str) -> TestResponse:
    return client.post(
        f"/checkin/corrections/{correction_id}",
        data={"approve": "yes"},
        headers={"Referer": "http://localhost/checkin/corrections", **headers},
    )


def state_of(correction_id: UUID) -> str | None:
    wanted = select(AttendanceCorrection.state).where(AttendanceCorrection.id == correction_id)
    return db.session.scalar(wanted)


def prove(client: HouseClient, code: str, target: str = "/approvals") -> TestResponse:
    return client.post("/me/second-step/prove", data={"code": code, "next": target})


def test_without_a_second_step_nothing_is_asked(
    client: HouseClient, cast: Cast, correction_id: UUID
) -> None:
    sign_in_cookie(client, cast.hedu)
    approve(client, correction_id)
    assert state_of(correction_id) == "approved"


def test_an_approval_asks_for_the_code_and_leads_back(
    client: HouseClient, cast: Cast, correction_id: UUID, phone: Authenticator
) -> None:
    sign_in_cookie(client, cast.hedu)
    asked = approve(client, correction_id)
    assert asked.location == "/me/second-step/prove?next=/checkin/corrections"
    assert "批准以前，请再输一次" in client.get(asked.location).text
    assert state_of(correction_id) == "requested"
    assert prove(client, "000000").status_code == 401
    assert prove(client, phone.code()).location == "/approvals"
    approve(client, correction_id)
    assert state_of(correction_id) == "approved"


def test_a_quarter_of_an_hour_later_it_is_asked_again(
    client: HouseClient,
    cast: Cast,
    correction_id: UUID,
    phone: Authenticator,
    clock: FrozenClock,
) -> None:
    sign_in_cookie(client, cast.hedu)
    prove(client, phone.code())
    clock.advance(minutes=15)
    assert "/me/second-step/prove" in approve(client, correction_id).location
    assert state_of(correction_id) == "requested"


@pytest.mark.usefixtures("phone")
def test_a_program_is_told_by_code(client: HouseClient, cast: Cast, correction_id: UUID) -> None:
    answer = approve(client, correction_id, **bearer(cast.hedu))
    assert (answer.status_code, "members.totp_required" in answer.text) == (401, True)


def test_it_leads_to_no_other_site(
    client: HouseClient,
    cast: Cast,
    phone: Authenticator,
    correction_id: UUID,  # noqa: ARG001
) -> None:
    sign_in_cookie(client, cast.hedu)
    assert prove(client, phone.code(), "//evil.example/").location == "/"
