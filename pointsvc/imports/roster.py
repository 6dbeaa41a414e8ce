"""居民花名册: the roster of residents and volunteers."""

from __future__ import annotations

from datetime import date

from pointsvc.imports.cells import (
    parse_door,
    parse_door_part,
    parse_name,
    parse_party,
    parse_phone,
    parse_sex,
    parse_text,
)
from pointsvc.imports.dates import parse_born
from pointsvc.imports.directory import Directory
from pointsvc.imports.headers import Kind, heading
from pointsvc.imports.lines import Person, person_key
from pointsvc.imports.rows import Row
from pointsvc.members.rules import door_of

_OTHERS = "家属|监护|紧急|子女|配偶|经办|负责|组长|捐赠|单位|网格员|登记|填表|联系人姓名"

KIND = Kind(
    name="roster",
    headings=(
        heading("name", "姓名 名字 志愿者姓名 居民姓名 成员姓名 党员姓名", "姓名|名字", _OTHERS),
        heading(
            "phone",
            "联系电话 手机号码 手机号 手机 电话 电话号码 联系方式 移动电话 联系手机 本人电话",
            "手机|电话|联系方式",
            _OTHERS + "|后四|后4|尾号",
        ),
        heading("sex", "性别"),
        heading(
            "building",
            "楼栋 楼号 栋号 楼 栋 幢 幢号 楼栋号 楼宇 几号楼 楼幢",
            "楼栋|楼号|楼幢|栋号",
        ),
        heading("unit", "单元 单元号 门栋", "^单元"),
        heading(
            "room", "门牌号 门牌 房号 房间号 室 室号 户号 房间 门号 房屋号", "门牌|房号|房间号"
        ),
        heading(
            "door",
            "住址 地址 家庭住址 家庭地址 详细地址 详细住址 居住地址 现住址 楼栋房号 楼栋单元房号",
            "住址|地址",
            "户籍|单位|工作",
        ),
        heading(
            "party",
            "是否党员 党员 政治面貌 是否为党员 是否中共党员 政治身份",
            "党员|政治面貌",
            "编号|姓名",
        ),
        heading("born", "出生年月 出生日期 出生年月日 生日 出生", "^出生"),
        heading("note", "备注 说明 备注说明"),
    ),
    needs=(
        frozenset({"name"}),
        frozenset({"phone", "building", "room", "door", "sex", "born", "party"}),
    ),
)


class RosterReader:
    """Reads the roster's rows one after another; who was taken can be found in the directory."""

    def __init__(self, directory: Directory) -> None:
        """Begin; the directory may know members of the community already."""
        self.directory = directory
        self.people: dict[bytes, Person] = {}
        self.phones: dict[str, Person] = {}

    def read(self, row: Row) -> Person | None:
        """The person of a row; None where it is wrong, or repeats somebody (a warning).

        The name of a wrong row is remembered, so that the other sheets can say why.
        """
        name = row.need("name", parse_name, "imports.name_missing")
        phone = row.take("phone", parse_phone)
        door = _door(row)
        born_on = row.try_take("born", parse_born)
        if row.errors or name is None:
            self.directory.rejected_names.add(name or "")
            return None
        person = _person(row, name, phone, door, born_on)
        first = self.people.get(person.key)
        if first is not None:
            same = _facts(first) == _facts(person)
            code = "imports.person_repeated" if same else "imports.person_repeated_differently"
            row.warnings.clear()
            row.warn("name", code, see_row=first.row)
            return None
        self._refuse_phone_of_another(row, person)
        return None if row.errors else person

    def take(self, person: Person) -> None:
        """Count a person as taken."""
        self.people[person.key] = person
        if person.phone:
            self.phones[person.phone] = person
        self.directory.add(person)

    def _refuse_phone_of_another(self, row: Row, person: Person) -> None:
        """One phone, one person: signing in goes by phone."""
        if not person.phone:
            return
        if (owner := self.phones.get(person.phone)) is not None:
            row.refuse("phone", "imports.phone_taken", see_row=owner.row)
            return
        member = self.directory.by_phone.get(person.phone)
        if member is not None and member.key != person.key:
            row.refuse("phone", "imports.phone_of_member")


def _person(
    row: Row, name: str, phone: str | None, door: tuple[str, str, str], born_on: date | None
) -> Person:
    return Person(
        sheet=row.sheet,
        row=row.number,
        key=person_key(name, phone, door, born_on),
        name=name,
        phone=phone,
        sex=row.try_take("sex", parse_sex),
        building=door[0],
        unit=door[1],
        room=door[2],
        is_party_member=row.try_take("party", parse_party) or False,
        born_on=born_on,
        note=row.try_take("note", parse_text) or "",
    )


def _door(row: Row) -> tuple[str, str, str]:
    """Building, unit and room from their own columns, else from one address; '' is not known.

    Put in order by the same rule as at the counter, so that a household is one household.
    """
    building, unit, room = (
        row.try_take(field, parse_door_part) or "" for field in ("building", "unit", "room")
    )
    if not (building or unit or room):
        building, unit, room = row.try_take("door", parse_door) or ("", "", "")
    door = door_of(building, unit, room)
    return (door.building, door.unit, door.room) if door else (building, unit, room)


def _facts(person: Person) -> tuple[object, ...]:
    """What makes two rows of one person differ in more than their running numbers."""
    return (
        person.sex,
        person.building,
        person.unit,
        person.room,
        person.is_party_member,
        person.born_on,
    )
