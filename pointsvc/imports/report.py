"""A reading as the JSON that other programs rely on, and as a text that a clerk understands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pointsvc.imports.lines import CatalogueLine, Person, PlotDivision, Problem
from pointsvc.imports.messages import message_for
from pointsvc.imports.reading import Reading
from pointsvc.kernel.i18n import gettext as _

SHOWN_MAX: Final = 200
"""Problems of a kind that the text names one by one; the JSON names all."""

_COMMUNITY: Final = re.compile(r".{2,40}?(?:小区|社区|家园|花园|公寓|村)(?![一-鿿]*?小区)")
_TITLE_TAIL: Final = re.compile(
    r"(?:志愿者|居民|党员|人员|住户|责任田|积分)*(?:花名册|名册|名单|登记|信息|台账|一览|统计|分工|明细).*"
)


def to_json(reading: Reading) -> dict[str, Any]:
    """What `pointsvc imports workbook --json` prints; other programs read these keys."""
    named = _labels(reading)
    balances = {named[key]: points for key, points in reading.balances.items() if points > 0}
    return {
        "roster": {
            "people": len(reading.people),
            "without_phone": sum(person.phone is None for person in reading.people),
            "duplicates": reading.duplicates,
        },
        "plots": [_plot(plot, named) for plot in reading.plots],
        "ledger": {
            "rows": reading.line_counts["ledger"],
            "total_points": sum(balances.values()),
            "balances": balances,
        },
        "donations": {
            "rows": reading.line_counts["donations"],
            "units": _units(reading),
            "value_fen": sum(line.value_fen or 0 for line in reading.donations),
        },
        "catalogue": _catalogue(reading.catalogue),
        "errors": [_problem(each) for each in reading.errors],
        "warnings": [_problem(each) for each in reading.warnings],
    }


def to_text(reading: Reading) -> str:
    """The same for people, in their language."""
    return "\n".join(_text_lines(reading))


def community_name(reading: Reading) -> str:
    """The community that the book's title names: 尚城名邸小区志愿者花名册 → 尚城名邸小区; '' if none."""
    found = _COMMUNITY.match(reading.title)
    name = found[0] if found else _TITLE_TAIL.sub("", reading.title)
    return name.strip()[:80]


def _text_lines(reading: Reading) -> Iterator[str]:
    facts = to_json(reading)
    yield reading.title or _("工作簿")
    yield _(
        "花名册：%(people)s 人可导入，其中 %(without)s 人没有手机（领卡）；重复 %(repeated)s 行。",
        people=facts["roster"]["people"],
        without=facts["roster"]["without_phone"],
        repeated=facts["roster"]["duplicates"],
    )
    yield _("责任田：%(count)s 块。", count=len(facts["plots"]))
    yield _(
        "积分台账：%(rows)s 行，%(holders)s 人有余额，共 %(points)s 分。",
        rows=facts["ledger"]["rows"],
        holders=len(facts["ledger"]["balances"]),
        points=facts["ledger"]["total_points"],
    )
    yield _(
        "捐赠登记：%(rows)s 行，%(pieces)s 件，价值 %(yuan)s 元。",
        rows=facts["donations"]["rows"],
        pieces=sum(facts["donations"]["units"].values()),
        yuan=_yuan(facts["donations"]["value_fen"]),
    )
    yield _("积分超市商品：%(count)s 种。", count=len(facts["catalogue"]))
    yield from _section(
        _("不能导入的内容：%(count)s 处", count=len(reading.errors)), reading.errors
    )
    yield from _section(_("提醒：%(count)s 处", count=len(reading.warnings)), reading.warnings)


def _section(head: str, problems: Sequence[Problem]) -> Iterator[str]:
    if not problems:
        return
    yield ""
    yield head
    for each in problems[:SHOWN_MAX]:
        place = f"{each.sheet} " + _("第 %(row)s 行", row=each.row) if each.row else each.sheet
        column = f"“{each.column}”" if each.column else ""
        yield f"- {place}{column}：{message_for(each)}"
    if len(problems) > SHOWN_MAX:
        yield _("……还有 %(count)s 处，用 --json 可以看到全部。", count=len(problems) - SHOWN_MAX)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _labels(reading: Reading) -> dict[bytes, str]:
    """What stands for a person in JSON: the phone, or the name, with the door among namesakes."""
    without = Counter(person.name for person in reading.people if person.phone is None)
    known = reading.readers.roster.directory.by_key
    labels = {key: person.phone or person.name for key, person in known.items()}
    for person in reading.people:
        if person.phone is None and without[person.name] > 1:
            labels[person.key] = _with_door(person)
    return labels


def _with_door(person: Person) -> str:
    door = "-".join(part for part in (person.building, person.unit, person.room) if part)
    return f"{person.name} {door or person.row}"


def _plot(plot: PlotDivision, named: dict[bytes, str]) -> dict[str, Any]:
    return {
        "no": plot.number,
        "area_m2": plot.area_m2,
        "leader": named[plot.leader] if plot.leader else None,
        "volunteers": [named[key] for key in plot.volunteers],
    }


def _units(reading: Reading) -> dict[str, int]:
    packs = _packs((line.name, line.pack) for line in reading.catalogue)
    units: Counter[str] = Counter()
    for line in reading.donations:
        units[_product_label(line.product, line.pack, packs)] += line.quantity
    return dict(units)


def _catalogue(lines: Iterable[CatalogueLine]) -> dict[str, int]:
    lines = list(lines)
    packs = _packs((line.name, line.pack) for line in lines)
    return {_product_label(each.name, each.pack, packs): each.price_points for each in lines}


def _packs(products: Iterable[tuple[str, str]]) -> Counter[str]:
    return Counter(name for name, _pack in set(products))


def _product_label(name: str, pack: str, packs: Counter[str]) -> str:
    """The name, with the pack where the shop has several of one name."""
    return f"{name} {pack}" if packs[name] > 1 and pack else name


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "code": problem.code,
        "value": problem.value,
    }
