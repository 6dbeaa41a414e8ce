"""The plots on the street's map: outlines, signs, owners, a corner lent to a resident, a hand-over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from pointsvc.activities.rules import Scope
from pointsvc.audit.actors import SYSTEM
from pointsvc.demo.founding import Street, leader_of, tenders_of
from pointsvc.extensions import db
from pointsvc.kernel import clock
from pointsvc.members.editing import say_consent
from pointsvc.plots.models import Assignment, Handover
from pointsvc.plots.people.assigning import answer_assignment, end_assignment, propose_assignment
from pointsvc.plots.people.handing import tick_handover
from pointsvc.plots.places.adopting import answer_offer, offer_corner
from pointsvc.plots.places.describing import describe_plot, draw_plot, settle_plots
from pointsvc.plots.rules.handovers import CHECKLIST

WIDTH: Final = 150
HEIGHT: Final = 90
# Three rows of buildings from south to north, a green strip before each; areas as in the office's book.
PLACES: Final[dict[int, tuple[str, str, str, str]]] = {
    1: ("1号楼", "5, 10\n32, 10\n32, 20\n5, 20", "丁香开时请轻走：草坪刚补种。", "owners"),
    2: ("3号楼、4号楼", "48, 9\n71, 9\n71, 19\n48, 19", "国槐三株，二〇〇八年栽。", "owners"),
    3: ("5号楼、6号楼", "88, 10\n106, 10\n106, 20\n88, 20", "请不要踩踏草坪。", "owners"),
    4: ("7号楼", "122, 9\n142, 9\n142, 19\n122, 19", "丁香四株，党员责任田。", "owners"),
    5: ("9号楼、10号楼", "10, 36\n25, 36\n25, 42\n10, 42", "浇水龙头在西墙下。", "owners"),
    6: ("11号楼、12号楼", "50, 36\n70, 36\n70, 41\n50, 41", "云杉怕盐，雪里请不要撒盐。", "owners"),
    7: ("13号楼", "95, 35\n105, 35\n105, 45\n95, 45", "国槐一株，请勿拴绳。", "property"),
    8: (
        "15号楼、16号楼",
        "20, 66\n44, 66\n44, 72\n36, 72\n36, 81\n20, 81",
        "十五、十六号楼之间的草坪和丁香，由第八党小组照看；缺水、虫害请告诉组长。",
        "owners",
    ),
    9: (
        "17号楼、18号楼",
        "78, 64\n108, 64\n108, 69\n102, 77\n78, 75",
        "月季园：可以闻，请别摘。",
        "street",
    ),
}
OWNER_NAMES: Final = {
    "owners": "尚城名邸全体业主",
    "property": "红色物业服务有限公司",
    "street": "青山街道办事处",
}
CORNER: Final = "东北角月季花坛"
CORNERS: Final = "100, 65\n107, 65\n107, 68\n100, 68"


def lay_out(street: Street, now: datetime) -> None:
    """Draw all plots, name some who agreed, lend a corner, let one hand over to another."""
    community_id = street.community_id
    settle_plots(
        community_id=community_id,
        width_metres=WIDTH,
        height_metres=HEIGHT,
        checklist="\n".join(CHECKLIST),
        actor=SYSTEM,
        now=now,
    )
    for number, (buildings, corners, sign_text, owner_kind) in PLACES.items():
        where: dict[str, Any] = {"community_id": community_id, "place_id": street.plots[number]}
        describe_plot(
            buildings=buildings,
            sign_text=sign_text,
            owner_kind=owner_kind,
            owner_name=OWNER_NAMES[owner_kind],
            **where,
        )
        draw_plot(corners=corners, actor=SYSTEM, now=now, **where)
    _name(street, street.people["刘洋"], now)
    _lend(street, now)
    _hand_over(street, now)


def _name(street: Street, member_id: UUID, now: datetime) -> None:
    say_consent(
        community_id=street.community_id,
        member_id=member_id,
        purpose="plot_name",
        given=True,
        recorded_by_id=member_id,
        now=now,
    )


def _lend(street: Street, now: datetime) -> None:
    """张店 looks after a corner of plot 9."""
    today = clock.local_day(now, street.zone)
    adoption_id, member_id = street.derived("corner", 9), street.people["张店"]
    clerk = Scope(street.people["赵芳"], is_everywhere=True, roles=frozenset({"clerk"}))
    offer_corner(
        offered_by_id=street.people["赵芳"],
        community_id=street.community_id,
        scope=clerk,
        adoption_id=adoption_id,
        place_id=street.plots[9],
        member_id=member_id,
        corner=CORNER,
        corners=CORNERS,
        starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=345),
        notice_days=30,
        now=now,
    )
    answer_offer(
        community_id=street.community_id,
        adoption_id=adoption_id,
        accepts=True,
        answered_by_id=member_id,
        is_at_desk=False,
        now=now,
    )


def _hand_over(street: Street, now: datetime) -> None:
    """One of plot 5 stopped; half of the list is given, and another of its group takes it on."""
    by, place_id = _by(street, 5, now), street.plots[5]
    leaving = tenders_of(street, 5)[0]
    assignment_id = db.session.scalars(
        select(Assignment.id).where(
            Assignment.community_id == street.community_id,
            Assignment.place_id == place_id,
            Assignment.member_id == leaving,
        )
    ).one()
    end_assignment(assignment_id=assignment_id, ended_by_id=leaving, **by)
    handover_id = db.session.scalars(
        select(Handover.id).where(
            Handover.community_id == street.community_id, Handover.assignment_id == assignment_id
        )
    ).one()
    given: dict[str, Any] = {"handover_id": handover_id, "ticked_by_id": leaving, **by}
    tick_handover(side="given", positions={1, 2}, **given)
    _take_on(street, now)


def _take_on(street: Street, now: datetime) -> None:
    """The leader of plot 5 takes it on herself for the winter."""
    today, leader_id = clock.local_day(now, street.zone), leader_of(street, 5)
    asked_id = street.derived("asked", 5)
    propose_assignment(
        assignment_id=asked_id,
        place_id=street.plots[5],
        member_id=leader_id,
        is_substitute=False,
        starts_on=today,
        ends_on=today + timedelta(days=120),
        proposed_by_id=leader_id,
        **_by(street, 5, now),
    )
    answer_assignment(
        community_id=street.community_id,
        assignment_id=asked_id,
        answer="accepted",
        wish=None,
        answered_by_id=leader_id,
        is_at_desk=False,
        now=now,
    )


def _by(street: Street, number: int, now: datetime) -> dict[str, Any]:
    scope = Scope(
        leader_of(street, number),
        places=frozenset({street.plots[number]}),
        roles=frozenset({"leader"}),
    )
    return {"community_id": street.community_id, "scope": scope, "now": now}
