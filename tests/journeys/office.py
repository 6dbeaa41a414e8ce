"""An office whose workbook was imported: people, plots, opening balances, a price list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from pointsvc.audit.actors import SYSTEM
from pointsvc.communities.queries import find_places
from pointsvc.communities.service import create_place
from pointsvc.imports.commit.service import commit_reading
from pointsvc.imports.reading import Reading, read_workbook
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import issue_cards
from pointsvc.members.queries import find_member_by_phone
from pointsvc.organisation.service import grant_role
from pointsvc.web.new_community import found_community
from tests.journeys.walk import Walker, card_of
from tests.support.cast import Person

DATA = Path(__file__).parents[1] / "imports" / "data"
WORKBOOK = DATA / "shangcheng-office-workbook.xlsx"
FACTS = json.loads((DATA / "shangcheng-office-workbook.facts.json").read_text())


@dataclass(frozen=True)
class Office:
    """A community made from the workbook, with the people of the story.

    `leader` leads plot 1, `volunteer` and `neighbour` tend it; `keeper`, `attendant` and
    `supervisor` have their roles, and everybody has a card.
    """

    community_id: UUID
    people: dict[str, Person]

    def card(self, role: str) -> str:
        """What a scanner types when it sees the printed card."""
        return card_of(self.community_id, self.people[role].id)

    def walker(self, client: FlaskClient, role: str) -> Walker:
        """The person of that role, with a token."""
        return Walker(client, self.people[role])


def raise_office(name: str = "尚城") -> Office:
    """Found a community, commit the workbook, grant the roles."""
    community_id = new_id()
    now = clock.now()
    transact(
        lambda: found_community(
            community_id=community_id, name=name, zone="Asia/Shanghai", actor=SYSTEM, now=now
        )
    )
    commit_book(community_id)
    transact(
        lambda: create_place(
            community_id=community_id, place_id=new_id(), kind="station", name="1号投放点", number=1
        )
    )
    first, second = FACTS["plots"][0], FACTS["plots"][1]
    phones = {"leader": first["leader"], "volunteer": first["volunteers"][0]}
    phones["neighbour"] = first["volunteers"][1]
    phones["keeper"], phones["supervisor"], phones["attendant"] = second["volunteers"]
    people = {role: _person(community_id, phone) for role, phone in phones.items()}
    for role, kind in (("keeper", "shop"), ("supervisor", None), ("attendant", "station")):
        place_id = find_places(community_id, kind=kind)[0].id if kind else None
        _grant(community_id, people[role].id, role, place_id)
    ids = [person.id for person in people.values()]
    transact(lambda: issue_cards(community_id=community_id, member_ids=ids, actor=SYSTEM, now=now))
    return Office(community_id, people)


@cache
def the_book() -> Reading:
    """The workbook, read once."""
    return read_workbook(WORKBOOK.read_bytes())


def commit_book(community_id: UUID) -> Any:
    """Commit the workbook into the community."""
    return transact(
        lambda: commit_reading(
            community_id=community_id,
            reading=the_book(),
            run_id=new_id(),
            recorded_by_id=None,
            now=clock.now(),
        )
    )


def _person(community_id: UUID, phone: str) -> Person:
    member_id = find_member_by_phone(community_id, phone)
    assert member_id is not None
    return Person(member_id, phone, phone, community_id)


def _grant(community_id: UUID, member_id: UUID, role: str, place_id: UUID | None) -> None:
    transact(
        lambda: grant_role(
            community_id=community_id,
            grant_id=new_id(),
            member_id=member_id,
            role=role,
            place_id=place_id,
            granted_by=SYSTEM,
            now=clock.now(),
        )
    )
