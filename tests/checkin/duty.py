"""A duty on plot 1 and at the station, and ways to scan in it: what the tests of check-in share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pointsvc.activities.rules import Scope
from pointsvc.activities.service import cancel_shift, create_shift
from pointsvc.audit.actors import SYSTEM
from pointsvc.checkin.codes import member_code_url, shift_code, sign_url
from pointsvc.checkin.queries import Present, get_attendance, get_scan
from pointsvc.checkin.scans import ScanReceipt, ScanRequest
from pointsvc.checkin.service import (
    DecisionReceipt,
    Outcome,
    decide_attendance,
    decide_correction,
    decide_drop_correction,
    decide_lone_scan,
    record_scans,
    request_correction,
    request_drop_correction,
)
from pointsvc.communities.service import update_settings
from pointsvc.earning.seeds import seed_tariffs
from pointsvc.jobs.runner import run_due
from pointsvc.kernel import clock, codes
from pointsvc.kernel.errors import Refusal
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.permission import Caller
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.queries import Balances, get_balances
from pointsvc.ledger.service import PaymentLine, pay
from pointsvc.members.cards import find_card, issue_cards
from pointsvc.organisation.queries import roles_of
from tests.support.cast import Cast, Person

BASE = "https://g.cn"


class Duty:
    """The community of the cast with tariffs, and an open shift on plot 1 from 08:00 to 11:00."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.community_id = cast.community_id
        now = clock.now()
        transact(
            lambda: seed_tariffs(
                community_id=cast.community_id,
                valid_from_on=clock.local_day(now, clock.DEFAULT_ZONE) - timedelta(days=30),
                now=now,
            )
        )
        self.nine = now
        self.shift_id = self.open_shift(now - timedelta(minutes=10), now + timedelta(minutes=110))

    def now(self) -> datetime:
        """This moment."""
        return clock.now()

    def later(self, **by: float) -> datetime:
        """A moment later: `later(hours=2)`."""
        return clock.now() + timedelta(**by)

    def at(self, hour: str) -> datetime:
        """A time of the first day, past midnight too: `at("25:30")`; the clock began at 09:00."""
        hours, minutes = hour.split(":")
        return self.nine + timedelta(hours=int(hours) - 9, minutes=int(minutes))

    def open_shift(
        self,
        starts_at: datetime,
        ends_at: datetime,
        *,
        kind: str = "PLOT_CARE",
        place_id: UUID | None = None,
        led_by: Person | None = None,
    ) -> UUID:
        """A shift, on plot 1 unless another place is named."""
        shift_id = new_id()
        transact(
            lambda: create_shift(
                community_id=self.community_id,
                scope=Scope(self.cast.zhaofang.id, is_everywhere=True, roles=frozenset({"clerk"})),
                created_by_id=self.cast.zhaofang.id,
                led_by_id=(led_by or self.cast.wangqiang).id,
                shift_id=shift_id,
                activity_kind=kind,
                place_id=place_id or self.cast.plot_id,
                starts_at=starts_at,
                ends_at=ends_at,
                capacity=None,
                now=min(starts_at, clock.now()),
            )
        )
        return shift_id

    def cancel(self) -> None:
        """The clerk calls the shift on plot 1 off."""
        now = clock.now()
        transact(
            lambda: cancel_shift(
                community_id=self.community_id,
                scope=Scope(self.cast.zhaofang.id, is_everywhere=True, roles=frozenset({"clerk"})),
                cancelled_by_id=self.cast.zhaofang.id,
                shift_id=self.shift_id,
                now=now,
            )
        )

    def open_station(self, hours: int = 2) -> UUID:
        """A shift at the station in which drops are counted, open now."""
        now = clock.now()
        return self.open_shift(
            now - timedelta(minutes=5),
            now + timedelta(hours=hours),
            kind="WASTE_SORT",
            place_id=self.cast.station_id,
            led_by=self.cast.sungang,
        )

    def caller(self, person: Person) -> Caller:
        """The person as a request would see them."""
        assert person.community_id is not None
        roles = roles_of(person.community_id, person.id)
        return Caller("member", person.id, person.community_id, roles)

    def scanner(self, place_id: UUID, kind: str = "scanner") -> Caller:
        """A device bound to a place."""
        return Caller("device", new_id(), self.community_id, place_id=place_id, device_kind=kind)

    def card(self, person: Person) -> str:
        """The address on the person's printed card."""
        community_id = person.community_id
        assert community_id is not None
        transact(
            lambda: issue_cards(
                community_id=community_id,
                member_ids=[person.id],
                actor=SYSTEM,
                now=clock.now(),
            )
        )
        card = find_card(community_id, person.id)
        assert card is not None
        return codes.url(BASE, card.token)

    def phone(self, person: Person) -> str:
        """The address in the person's changing code of this moment."""
        community_id = person.community_id
        assert community_id is not None
        return transact(
            lambda: member_code_url(
                community_id=community_id, member_id=person.id, base=BASE, now=clock.now()
            )
        )

    def shift_url(self, shift_id: UUID | None = None) -> str:
        """The address in the shift's changing code of this moment."""
        return transact(
            lambda: shift_code(
                community_id=self.community_id,
                shift_id=shift_id or self.shift_id,
                base=BASE,
                now=clock.now(),
            )
        ).url

    def sign(self, place_id: UUID | None = None) -> str:
        """The address on the sign of plot 1."""
        return transact(
            lambda: sign_url(
                community_id=self.community_id,
                place_id=place_id or self.cast.plot_id,
                base=BASE,
                now=clock.now(),
            )
        )

    def record(self, caller: Caller, scans: Sequence[ScanRequest]) -> list[Outcome]:
        """What the service answers to these scans, in a transaction of their own."""
        now = clock.now()
        return transact(
            lambda: record_scans(
                community_id=self.community_id, caller=caller, scans=scans, now=now
            )
        )

    def scan(
        self,
        person: Person | Caller,
        code: str | None,
        direction: str = "in",
        **values: object,
    ) -> ScanReceipt:
        """One scan; the shift on plot 1 unless `shift_id` says otherwise."""
        request = self.request(code, direction, **values)
        caller = person if isinstance(person, Caller) else self.caller(person)
        [outcome] = self.record(caller, [request])
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    def request(self, code: str | None, direction: str = "in", **values: object) -> ScanRequest:
        """A scan with a fresh id."""
        given = {"scan_id": new_id(), "shift_id": self.shift_id, **values}
        return ScanRequest(code=code, direction=direction, **given)  # type: ignore[arg-type]

    def points(self, person: Person) -> int:
        """What the person can spend."""
        return self._balances(person).balance_points

    def review(self, person: Person) -> int:
        """What waits in review."""
        return self._balances(person).review_points

    def owed(self, person: Person) -> int:
        """What the person owes the books."""
        return self._balances(person).receivable_points

    def minutes(self, person: Person) -> int:
        """The person's service minutes."""
        return self._balances(person).service_minutes

    def _balances(self, person: Person) -> Balances:
        today = clock.local_day(clock.now(), clock.DEFAULT_ZONE)
        return get_balances(community_id=self.community_id, member_id=person.id, today=today)

    def decide(
        self, person: Person, scan: ScanReceipt, *, accept: bool = True, reason: str = "核实过"
    ) -> DecisionReceipt:
        """The person's second look at what the scan left waiting."""
        caller, now = self.caller(person), clock.now()
        common: dict[str, Any] = {
            "community_id": self.community_id,
            "caller": caller,
            "accept": accept,
            "reason": reason,
            "now": now,
        }
        if scan.attendance_id is None:
            return transact(lambda: decide_lone_scan(scan_id=scan.scan_id, **common))
        attendance_id = scan.attendance_id
        return transact(lambda: decide_attendance(attendance_id=attendance_id, **common))

    def ask_correction(
        self, person: Person, scan: ScanReceipt, *times: datetime, reason: str = "记错了"
    ) -> UUID:
        """Ask to void the scan's attendance, or to give it the times; the correction's id."""
        correction_id, now = new_id(), clock.now()
        in_at, out_at = [*times, None, None][:2]
        assert scan.attendance_id is not None
        attendance_id = scan.attendance_id
        transact(
            lambda: request_correction(
                community_id=self.community_id,
                correction_id=correction_id,
                attendance_id=attendance_id,
                requested_by_id=person.id,
                reason=reason,
                in_at=in_at,
                out_at=out_at,
                now=now,
            )
        )
        return correction_id

    def ask_drop_correction(
        self, person: Person, scan: ScanReceipt, quantity: int, *, correction_id: UUID | None = None
    ) -> UUID:
        """Ask for the drop's true quantity; the correction's id."""
        asked, caller, now = correction_id or new_id(), self.caller(person), clock.now()
        transact(
            lambda: request_drop_correction(
                community_id=self.community_id,
                caller=caller,
                correction_id=asked,
                scan_id=scan.scan_id,
                quantity=quantity,
                reason="按错了",
                now=now,
            )
        )
        return asked

    def approve_drop(self, person: Person, correction_id: UUID, *, approve: bool = True) -> None:
        """Approve or decline a correction of a drop."""
        caller, now = self.caller(person), clock.now()
        transact(
            lambda: decide_drop_correction(
                community_id=self.community_id,
                caller=caller,
                correction_id=correction_id,
                approve=approve,
                now=now,
            )
        )

    def approve(self, person: Person, correction_id: UUID, *, approve: bool = True) -> None:
        """Approve or decline a correction."""
        caller, now = self.caller(person), clock.now()
        transact(
            lambda: decide_correction(
                community_id=self.community_id,
                caller=caller,
                correction_id=correction_id,
                approve=approve,
                now=now,
            )
        )

    def state(self, scan: ScanReceipt) -> str:
        """How the scan stands now."""
        return get_scan(self.community_id, scan.scan_id).state

    def attendance(self, scan: ScanReceipt) -> Present:
        """The scan's attendance as it stands now."""
        assert scan.attendance_id is not None
        return get_attendance(self.community_id, scan.attendance_id)

    def run_jobs(self) -> dict[str, str]:
        """The whole timetable, as the server runs it every minute; what each job said."""
        reports = run_due(clock.now())
        assert [report.said for report in reports if report.has_failed] == []
        return {report.name: report.said for report in reports}

    def set(self, **settings: int) -> None:
        """Decide otherwise about the community's numbers."""
        transact(lambda: update_settings(community_id=self.community_id, changes=settings))

    def spend(self, person: Person, points: int) -> None:
        """The person exchanges points for something."""
        now = clock.now()
        line = PaymentLine(new_id(), points)
        transact(
            lambda: pay(
                community_id=self.community_id,
                member_id=person.id,
                lines=[line],
                reason="soap",
                recorded_by_id=self.cast.zhangdian.id,
                now=now,
                business_on=clock.local_day(now, clock.DEFAULT_ZONE),
            )
        )
