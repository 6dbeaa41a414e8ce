"""Somebody whose name, phone and words stand everywhere that the house writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pointsvc.activities.rules import Scope
from pointsvc.audit.actors import SYSTEM
from pointsvc.calendars.feeds import make_feed
from pointsvc.checkin.models import Scan, ScanDecision
from pointsvc.extensions import Base, db
from pointsvc.kernel import clock
from pointsvc.kernel.clock import local_day
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.one_time import token_hash
from pointsvc.kernel.transaction import transact
from pointsvc.members.covering import record_insurance, record_training
from pointsvc.members.credentials import link_everything
from pointsvc.members.first_sign_ins import print_slip
from pointsvc.members.rules import Door
from pointsvc.members.service import NewMember, register_member
from pointsvc.members.telling import leave_message
from pointsvc.members.visits import open_visit
from pointsvc.members.wishes import keep_wish
from pointsvc.organisation.service import join_group
from pointsvc.plots.doing.mending import report_defect, step_defect
from pointsvc.plots.models import Inspection, InspectionForm, InspectionMark
from pointsvc.plots.people.assigning import answer_assignment, propose_assignment
from pointsvc.shop.service.issues import Recipient, issue_goods
from pointsvc.shop.service.proxies import name_proxy
from pointsvc.shop.service.releasing import cancel_reservation
from tests.shop.conftest import Shop
from tests.shop.giving import Giving
from tests.shop.keeping import Keeping
from tests.support.cast import ZONE, Person, password_hash

MARK = "欧阳记号"
PHONE = "13987654321"
EMAIL = "ouyang.jihao@example.org"


@dataclass
class Marked:
    """The person, and what the house is told of them."""

    shop: Shop
    person: Person

    @property
    def of(self) -> dict[str, Any]:
        return {"community_id": self.shop.community_id, "now": clock.now()}

    @property
    def own(self) -> dict[str, Any]:
        return self.of | {"member_id": self.person.id}

    def everything(self) -> None:
        for step in (self.office, self.ways_in, self.plots, self.counter, self.gates, self.history):
            transact(step)
        self.shop_floor()

    def office(self) -> None:
        """Trainings, insurances, a group, a message."""
        day = date(2026, 1, 1)
        given = self.own | {"actor": SYSTEM}
        record_training(
            training_id=new_id(),
            topic="mower",
            given_by=MARK,
            trained_on=day,
            ends_on=None,
            certificate_no=MARK,
            **given,
        )
        record_insurance(
            policy_id=new_id(),
            member_ids=[self.person.id],
            insurer=MARK,
            policy_no="P-2026-001",
            starts_on=day,
            ends_on=date(2027, 1, 1),
            actor=SYSTEM,
            **self.of,
        )
        join_group(group_id=self.shop.cast.group_id, **given)
        leave_message(
            community_id=self.shop.community_id,
            recipient_id=self.person.id,
            topic="shop.day_planned",
            payload={"title": MARK, "until": "2026-06-06"},
            now=clock.now(),
        )

    def ways_in(self) -> None:
        """A password, a slip, a browser, an address."""
        today = local_day(clock.now(), ZONE)
        link_everything(phone=PHONE, password_hash=password_hash(), now=clock.now())
        print_slip(actor=SYSTEM, today=today, **self.own)
        open_visit(subject_kind="member", subject_id=self.person.id, agent=MARK, **self.of)
        keep_wish(ways=["email"], email=EMAIL, today=today, **self.own)
        make_feed(scope=self.scope, place_id=None, **self.own)

    def plots(self) -> None:
        """Asked to care, with a wish; something broken, in their words."""
        cast, assignment_id, defect_id = self.shop.cast, new_id(), new_id()
        propose_assignment(
            scope=self.scope,
            proposed_by_id=cast.wangqiang.id,
            assignment_id=assignment_id,
            place_id=cast.plot_id,
            is_substitute=False,
            starts_on=date(2026, 6, 6),
            ends_on=None,
            **self.own,
        )
        answer_assignment(
            assignment_id=assignment_id,
            answer="other",
            wish=MARK,
            answered_by_id=self.person.id,
            is_at_desk=False,
            **self.of,
        )
        report_defect(
            defect_id=defect_id,
            place_id=cast.plot_id,
            kind="other",
            spot=MARK,
            text=MARK,
            pictures=[],
            reported_by_id=self.person.id,
            **self.of,
        )
        step_defect(
            defect_id=defect_id,
            step_id=new_id(),
            state="mended",
            word=MARK,
            passed_to=None,
            taken_by_id=self.person.id,
            **self.of,
        )

    def counter(self) -> None:
        """Somebody who collects for them."""
        name_proxy(
            proxy_id=new_id(),
            proxy_member_id=self.shop.cast.liuyang.id,
            relation=MARK,
            named_by_id=self.person.id,
            **self.own,
        )

    def gates(self) -> None:
        """A scan that was noted on, and decided about."""
        scan_id, now = new_id(), clock.now()
        db.session.add(
            Scan(
                community_id=self.shop.community_id,
                id=scan_id,
                body_hash=token_hash("x"),
                direction="in",
                proof="none",
                member_id=self.person.id,
                actor_kind="member",
                actor_id=self.shop.cast.wangqiang.id,
                received_at=now,
                happened_at=now,
                quantity=1,
                verdict="held",
                reason="scan.held",
                award_points=0,
                service_minutes=0,
                note=MARK,
            )
        )
        db.session.flush()
        db.session.add(
            ScanDecision(
                community_id=self.shop.community_id,
                id=new_id(),
                scan_id=scan_id,
                decision="annulled",
                reason=MARK,
                decided_at=now,
            )
        )

    def history(self) -> None:
        """A visit to another group's plot, with a word to each mark."""
        form_id, visit_id, now = new_id(), new_id(), clock.now()
        home = {"community_id": self.shop.community_id}
        db.session.add(
            InspectionForm(
                id=form_id,
                version=1,
                valid_from_on=date(2026, 1, 1),
                decision="-",
                recorded_at=now,
                **home,
            )
        )
        db.session.flush()
        db.session.add(
            Inspection(
                id=visit_id,
                place_id=self.shop.cast.plot_id,
                month_on=date(2026, 5, 1),
                visit_no=1,
                form_id=form_id,
                inspector_id=self.person.id,
                state="asked",
                asked_at=now,
                note=MARK,
                **home,
            )
        )
        db.session.flush()
        db.session.add(
            InspectionMark(inspection_id=visit_id, number=1, points=5, word=MARK, **home)
        )

    def shop_floor(self) -> None:
        """Bought and given back; kept and cancelled; given for a purpose; kept still."""
        shop, keeping = self.shop, Keeping(self.shop)
        shop.stock(shop.soap, 9)
        shop.points(self.person, 900)
        bought = shop.buy(self.person, (shop.soap, 2))
        [line] = shop.lines(bought.order_id)
        shop.refund(bought.order_id, (line.id, 1))
        kept = keeping.book(self.person, (shop.soap, 1))
        transact(
            lambda: cancel_reservation(
                reservation_id=kept, by_id=shop.cast.zhangdian.id, reason=MARK, **self.of
            )
        )
        keeping.book(self.person, (shop.soap, 1))
        batch_id = Giving(shop).restricted(3)
        transact(
            lambda: issue_goods(
                community_id=shop.community_id,
                batch_id=batch_id,
                quantity=1,
                recipient=Recipient(self.person.id),
                issue_id=new_id(),
                moving=shop.moving(),
            )
        )

    @property
    def scope(self) -> Scope:
        leads, plots = self.shop.cast.wangqiang.id, frozenset({self.shop.cast.plot_id})
        return Scope(leads, places=plots, roles=frozenset({"leader"}))


def register(shop: Shop) -> Marked:
    """A child with a guardian, so that a second name is there."""
    person = NewMember(
        MARK,
        phone=PHONE,
        door=Door("记号楼", "", "999"),
        sex="女",
        born_on=date(2015, 1, 1),
        note=f"{MARK} {PHONE}",
        consents={"service": True, "messages": True, "guardian": True},
        guardian_name=f"{MARK}之母",
    )
    made = transact(
        lambda: register_member(
            community_id=shop.community_id,
            person=person,
            recorded_by_id=shop.cast.zhaofang.id,
            now=clock.now(),
        )
    )
    return Marked(shop, Person(made.member_id, MARK, PHONE, shop.community_id))


def tables_with(words: list[str | bytes]) -> set[str]:
    """In which tables one of these stands, in whatever column."""
    db.session.rollback()
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(table.select())
        if any(_holds(value, word) for value in row for word in words)
    }


def _holds(value: Any, word: str | bytes) -> bool:
    if isinstance(value, bytes):
        return (word if isinstance(word, bytes) else word.encode()) in value
    return isinstance(word, str) and word in str(value)
