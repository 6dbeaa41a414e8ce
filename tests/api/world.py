"""A community in which everything has happened once, so that every kind of id is a real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Table, select
from werkzeug.test import Client

from pointsvc.activities.rules import Scope
from pointsvc.audit.actors import SYSTEM
from pointsvc.calendars.feeds import make_feed
from pointsvc.checkin.service.backfilling import AskedBackfill, ask_backfill
from pointsvc.checkin.service.correcting import request_correction
from pointsvc.communities.service import create_place
from pointsvc.extensions import Base, db
from pointsvc.imports.models import ImportRow, ImportRun
from pointsvc.kernel import clock
from pointsvc.kernel.ids import new_id
from pointsvc.kernel.transaction import transact
from pointsvc.members.cards import find_card
from pointsvc.members.first_sign_ins import invite
from pointsvc.members.operators import open_setup
from pointsvc.members.rules import Door
from pointsvc.members.service import NewMember, register_members
from pointsvc.members.visits import open_visit
from pointsvc.organisation.devices import create_device, enrol, renew_enrolment
from pointsvc.organisation.service import create_group, grant_role
from pointsvc.plots.models import Assignment, Plot
from pointsvc.web.addresses import TABLES
from tests.activities.equipping import insure, train
from tests.checkin.duty import Duty
from tests.plots.doing import leave_traces
from tests.plots.rosters import roster_saturdays
from tests.plots.years import end_and_lend, plan_saturdays
from tests.shop.conftest import raise_shop
from tests.shop.giving import donors_secret
from tests.shop.trading import trade
from tests.support.asking import ask_about
from tests.support.cast import ZONE, Cast, Person, bearer, raise_cast, token_of
from tests.support.merging import twin

STAFF = ("clerk", "supervisor", "leader", "attendant", "keeper")


@dataclass(frozen=True)
class Device:
    """A shared device of our community."""

    id: UUID
    kind: str
    community_id: UUID


@dataclass(frozen=True)
class World:
    """Everybody, our real ids by the names that addresses use, and strangers of a community abroad.

    `chenjing` volunteers there; `staff_abroad` holds every working role there, `auditor_abroad`
    reads; `staff` holds every working role with us.
    """

    cast: Cast
    ids: dict[str, UUID]
    words: dict[str, str]
    devices: dict[str, Device]
    staff_abroad: Person
    auditor_abroad: Person
    soap_id: UUID
    staff: Person

    def headers(self, asker: str) -> dict[str, str]:
        """A fresh token of somebody by name or of a device by kind; nothing for nobody."""
        if asker == "nobody":
            return {}
        if asker in self.devices:
            return {"Authorization": f"Bearer {self._device_token(self.devices[asker])}"}
        return bearer(self.person(asker))

    def person(self, asker: str) -> Person:
        """Somebody of the cast or from abroad."""
        found: Person = getattr(self, asker, None) or getattr(self.cast, asker)
        return found

    def _device_token(self, device: Device) -> str:
        opened = transact(
            lambda: open_visit(
                subject_kind="device",
                subject_id=device.id,
                community_id=device.community_id,
                agent="test",
                now=clock.now(),
            )
        )
        return opened.token


def raise_world(client: Client) -> World:
    """Let everything happen once; call inside an application context."""
    cast = raise_cast()
    with clock.frozen(clock.now() - timedelta(hours=2)):
        duty = Duty(cast)
        duty.scan(cast.wangqiang, duty.card(cast.limei), "in")
    done = duty.scan(cast.wangqiang, duty.card(cast.limei), "out")
    assert done.attendance_id is not None
    _doubt(cast, done.attendance_id)
    now = clock.now()
    drop_id = _miscount(duty)
    _record_afterwards(duty)
    duty.shift_id = duty.open_shift(now - timedelta(minutes=5), now + timedelta(hours=3))
    duty.scan(cast.liuyang, duty.sign(), "in")
    _tick(duty)
    shop = raise_shop(cast)
    trade(shop, client)
    _care(cast)
    plan_saturdays(cast)
    roster_saturdays(cast)
    train(cast.limei)
    insure(cast.limei)
    leave_traces(cast)
    _import(cast)
    ask_about(cast, twin(cast, "吴小四"))
    devices = {kind: _device(cast, kind) for kind in ("scanner", "kiosk", "till")}
    staff_abroad, auditor_abroad = _strangers(cast)
    ids = real_ids(cast, duty) | {"drop_id": drop_id}
    words = _words(cast, devices["kiosk"].id)
    return World(cast, ids, words, devices, staff_abroad, auditor_abroad, shop.soap, _staff(cast))


def real_ids(cast: Cast, duty: Duty) -> dict[str, UUID]:
    """An id of ours for each name of `addresses.TABLES`; those whose table is empty are missing."""
    chosen = {
        "community_id": cast.community_id,
        "member_id": cast.limei.id,
        "twin_id": cast.wangqiang.id,
        "group_id": cast.group_id,
        "place_id": cast.plot_id,
        "shop_id": cast.shop_id,
        "shift_id": duty.shift_id,
        "sign_in_id": _sign_in_of(cast.limei),
    }
    first = {name: _first(Base.metadata.tables[table], cast) for name, table in TABLES.items()}
    return {name: row_id for name, row_id in first.items() if row_id} | chosen


def _first(table: Table, cast: Cast) -> UUID | None:
    wanted = select(table.c.id).where(table.c.community_id == cast.community_id)
    return db.session.scalars(wanted.order_by(table.c.id)).first()


def _sign_in_of(person: Person) -> UUID:
    token_of(person)
    visits = Base.metadata.tables["sign_ins"]
    wanted = select(visits.c.id).where(visits.c.subject_id == person.id)
    found: UUID = db.session.scalars(wanted).one()
    return found


def _doubt(cast: Cast, attendance_id: UUID) -> None:
    """The clerk asks for an attendance to be void."""
    correction_id, now = new_id(), clock.now()
    transact(
        lambda: request_correction(
            community_id=cast.community_id,
            correction_id=correction_id,
            attendance_id=attendance_id,
            requested_by_id=cast.zhaofang.id,
            reason="记错了人",
            now=now,
        )
    )


def _miscount(duty: Duty) -> UUID:
    """A drop whose quantity the attendant asks to correct; it earned nothing, before any tariff."""
    cast = duty.cast
    with clock.frozen(clock.now() - timedelta(days=60)):
        station = duty.open_station()
        dropped = duty.scan(cast.sungang, duty.card(cast.limei), "drop", shift_id=station)
        duty.ask_drop_correction(cast.sungang, dropped, 2)
    return dropped.scan_id


def _record_afterwards(duty: Duty) -> None:
    """王强 asks to count 刘洋, whom nobody scanned this morning."""
    cast, now = duty.cast, clock.now()
    asked = AskedBackfill(
        member_id=cast.liuyang.id,
        in_at=now - timedelta(hours=2),
        out_at=now - timedelta(minutes=30),
        reason="手机没电",
        evidence="签到纸第 3 页",
        shift_id=duty.shift_id,
    )
    caller, backfill_id = duty.caller(cast.wangqiang), new_id()
    transact(
        lambda: ask_backfill(
            community_id=cast.community_id,
            caller=caller,
            backfill_id=backfill_id,
            asked=asked,
            now=now,
        )
    )


def _tick(duty: Duty) -> None:
    """王强 ticks 张店 on the roster, and it is drawn to be asked about."""
    duty.set(roster_sample_percent=100)
    duty.scan(duty.cast.wangqiang, None, "in", member_id=duty.cast.zhangdian.id, note="忘带卡")


def _care(cast: Cast) -> None:
    """李梅 is asked to care for plot 1."""
    home, now = cast.community_id, clock.now()

    def work() -> None:
        db.session.add(Plot(community_id=home, place_id=cast.plot_id, area_m2=270))
        db.session.flush()
        db.session.add(
            Assignment(
                community_id=home,
                id=new_id(),
                place_id=cast.plot_id,
                member_id=cast.limei.id,
                state="proposed",
                proposed_by_id=cast.wangqiang.id,
                proposed_at=now,
            )
        )
        db.session.flush()
        end_and_lend(cast, now)

    transact(work)


def _import(cast: Cast) -> None:
    """A workbook of which a row waits for the clerk."""
    home, run_id, now = cast.community_id, new_id(), clock.now()
    run = ImportRun(
        community_id=home,
        id=run_id,
        file_name="办公室.xlsx",
        file_hash=bytes(32),
        file_size=1,
        state="committed",
        progress=1,
        total=1,
        report={"people": 0},
        created_by_id=cast.zhaofang.id,
        created_at=now,
        finished_at=now,
    )
    row = ImportRow(
        community_id=home,
        id=new_id(),
        run_id=run_id,
        sheet="花名册",
        sheet_kind="roster",
        row=7,
        code="phone_invalid",
        column="手机号",
        cells={"name": "赵小二", "phone": "138"},
        state="waiting",
    )

    def work() -> None:
        db.session.add(run)
        db.session.flush()
        db.session.add(row)

    transact(work)


def _device(cast: Cast, kind: str) -> Device:
    places = {"scanner": cast.station_id, "kiosk": cast.plot_id, "till": cast.shop_id}
    device_id, now = new_id(), clock.now()
    make = partial(
        create_device,
        community_id=cast.community_id,
        device_id=device_id,
        kind=kind,
        name=f"一号{kind}",
        place_id=places[kind],
        actor=SYSTEM,
        now=now,
    )
    code = transact(make)
    transact(lambda: enrol(code=code, agent="test", now=now))
    return Device(device_id, kind, cast.community_id)


def _strangers(cast: Cast) -> tuple[Person, Person]:
    """Two of the community abroad: one with every working role there, one who audits there."""
    abroad, now = cast.other_community_id, clock.now()
    doors = [
        NewMember("外事通", door=Door("9", "1", "1")),
        NewMember("外账明", door=Door("9", "1", "2")),
    ]
    staff, auditor = transact(
        lambda: register_members(community_id=abroad, people=doors, recorded_by_id=None, now=now)
    )
    transact(lambda: _grant_abroad(cast, staff.member_id, auditor.member_id))
    return (
        Person(staff.member_id, "外事通", "", abroad),
        Person(auditor.member_id, "外账明", "", abroad),
    )


def _grant_abroad(cast: Cast, staff_id: UUID, auditor_id: UUID) -> None:
    abroad, group_id = cast.other_community_id, new_id()
    create_group(
        community_id=abroad, group_id=group_id, number=1, name="外组", actor=SYSTEM, now=clock.now()
    )
    make = partial(create_place, community_id=abroad)
    station = make(place_id=new_id(), kind="station", name="外站").id
    shop = make(place_id=new_id(), kind="shop", name="外店").id
    _grant(abroad, staff_id, group_id, station, shop)
    _grant_one(abroad, auditor_id, "auditor")


def _staff(cast: Cast) -> Person:
    """Somebody of ours with every working role."""
    home, now = cast.community_id, clock.now()
    person = [NewMember("全能手", door=Door("9", "1", "3"))]
    [made] = transact(
        lambda: register_members(community_id=home, people=person, recorded_by_id=None, now=now)
    )
    transact(lambda: _grant(home, made.member_id, cast.group_id, cast.station_id, cast.shop_id))
    return Person(made.member_id, "全能手", "", home)


def _grant(community_id: UUID, member_id: UUID, group: UUID, station: UUID, shop: UUID) -> None:
    scopes: dict[str, dict[str, UUID]] = {
        "leader": {"group_id": group},
        "attendant": {"place_id": station},
        "keeper": {"place_id": shop},
    }
    for role in STAFF:
        _grant_one(community_id, member_id, role, **scopes.get(role, {}))


def _grant_one(community_id: UUID, member_id: UUID, role: str, **scope: UUID) -> None:
    grant_role(
        community_id=community_id,
        grant_id=new_id(),
        member_id=member_id,
        role=role,
        granted_by=SYSTEM,
        now=clock.now(),
        **scope,
    )


def _words(cast: Cast, device_id: UUID) -> dict[str, str]:
    """What addresses carry instead of ids, by endpoint, by room and argument, or by argument."""
    home, now = cast.community_id, clock.now()
    today = clock.local_day(now, ZONE)
    invitation = transact(
        lambda: invite(
            community_id=home, member_id=cast.liuyang.id, actor=SYSTEM, now=now, today=today
        )
    )
    enrolment = transact(
        lambda: renew_enrolment(community_id=home, device_id=device_id, actor=SYSTEM, now=now)
    )
    feed = transact(
        lambda: make_feed(
            community_id=home,
            scope=Scope(cast.limei.id),
            member_id=cast.limei.id,
            place_id=None,
            now=now,
        )
    )
    card = find_card(home, cast.limei.id)
    assert card is not None
    return {
        "shop.given": donors_secret(cast),
        "web.accept_invitation": invitation,
        "web.setup": transact(lambda: open_setup(now=now)) or "taken",
        "web.enrol_device": enrolment,
        "earning.code": "PLOT_CARE",
        "disclosure.name": "2026-11",
        "code": card.token,
        "token": card.token,
        "secret": feed,
    }
