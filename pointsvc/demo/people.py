"""Who lives on the demo street. All people and numbers are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

PASSWORD: Final = "lvse-zhanghu"  # noqa: S105 - the demo's, printed on its first screen
PIN: Final = "260418"


@dataclass(frozen=True, slots=True)
class Resident:
    """A person of the street: name, phone, door, birth; `roles` besides volunteer."""

    name: str
    phone: str
    building: str
    unit: str
    room: str
    born_on: date
    sex: str
    is_party_member: bool = False
    roles: tuple[str, ...] = ()


CAST: Final = (
    Resident(
        "李梅",
        "13800000001",
        "1",
        "2",
        "301",
        date(1955, 3, 8),
        "女",
        is_party_member=True,
        roles=("volunteer",),
    ),
    Resident(
        "王强",
        "13800000002",
        "1",
        "1",
        "502",
        date(1961, 7, 1),
        "男",
        is_party_member=True,
        roles=("volunteer", "leader"),
    ),
    Resident("张店", "13800000003", "4", "1", "101", date(1972, 11, 2), "男", roles=("keeper",)),
    Resident(
        "周敏",
        "13800000004",
        "8",
        "3",
        "402",
        date(1980, 5, 20),
        "女",
        is_party_member=True,
        roles=("auditor",),
    ),
    Resident(
        "赵芳",
        "13800000005",
        "12",
        "1",
        "203",
        date(1988, 9, 9),
        "女",
        is_party_member=True,
        roles=("clerk",),
    ),
    Resident(
        "孙岗",
        "13800000006",
        "6",
        "2",
        "102",
        date(1958, 12, 30),
        "男",
        roles=("volunteer", "attendant"),
    ),
    Resident(
        "何督",
        "13800000007",
        "15",
        "1",
        "601",
        date(1966, 4, 15),
        "男",
        is_party_member=True,
        roles=("supervisor",),
    ),
    Resident(
        "刘洋",
        "13800000008",
        "1",
        "3",
        "201",
        date(1963, 2, 11),
        "女",
        is_party_member=True,
        roles=("volunteer",),
    ),
)
OPERATOR: Final = ("何运", "13800000000")
FOREIGNER: Final = Resident(
    "陈静",
    "13800000009",
    "2",
    "1",
    "101",
    date(1970, 6, 6),
    "女",
    roles=("volunteer",),
)

_VOLUNTEER_NAMES: Final = [
    "马秀英",
    "杨建国",
    "丁桂兰",
    "郭立军",
    "何翠萍",
    "罗志强",
    "金淑珍",
    "田海涛",
    "白玉兰",
    "梁德明",
    "宋春燕",
    "唐永强",
    "许文静",
    "韩宝山",
    "冯丽华",
    "董学文",
    "萧红霞",
    "程小军",
    "曹桂花",
    "袁振华",
    "邓佳怡",
    "彭国庆",
    "潘雪梅",
    "于晓东",
    "蒋美玲",
    "余长顺",
]


def volunteers() -> tuple[Resident, ...]:
    """The other 26 who care for the plots: 刘洋 is the 27th."""
    return tuple(
        Resident(
            name,
            f"138000001{index:02d}",
            f"{index % 18 + 1}",
            f"{index % 3 + 1}",
            f"{index % 6 + 1}0{index % 2 + 1}",
            date(1948 + index % 25, index % 12 + 1, index % 27 + 1),
            "女" if index % 2 else "男",
            is_party_member=True,
            roles=("volunteer",),
        )
        for index, name in enumerate(_VOLUNTEER_NAMES)
    )


_LEADER_NAMES: Final = "沈立国 姚桂英 卢建华 傅秀兰 钟志远 姜海燕 崔永福 谭丽萍".split()  # noqa: SIM905


def leaders() -> dict[int, Resident]:
    """Who leads groups 2 to 9; 王强 leads the first."""
    return {
        number: Resident(
            name,
            f"138000002{number:02d}",
            f"{number + 2}",
            "1",
            f"{number}01",
            date(1957 + number, number, 10 + number),
            "女" if number % 2 else "男",
            is_party_member=True,
            roles=("volunteer", "leader"),
        )
        for number, name in enumerate(_LEADER_NAMES, start=2)
    }


PLOTS: Final = (
    (1, "1号楼南侧", 270, "草坪、丁香"),
    (2, "3、4号楼之间", 230, "草坪、国槐"),
    (3, "5、6号楼之间", 180, "草坪、丁香"),
    (4, "7号楼南侧", 200, "草坪、丁香"),
    (5, "9、10号楼之间", 90, "草坪、丁香"),
    (6, "11、12号楼之间", 100, "草坪、云杉"),
    (7, "13号楼南侧", 100, "草坪、国槐"),
    (8, "15、16号楼之间", 280, "草坪、丁香"),
    (9, "17、18号楼之间", 340, "月季、金叶榆"),
)
# Where some plots lie and how far they reach (WGS-84): a spot on the map near the river, and no home.
POSITIONS: Final = {
    1: ("39.231500, 106.778600", 60),
    2: ("39.232200, 106.779400", 60),
    3: ("39.232900, 106.780300", 50),
}
POSITION_ERROR_METRES_MAX: Final = 50
PRODUCTS: Final = (
    ("6917402665956", "洗衣液", "2kg", 200, 2, 40),
    ("6996020200671", "抽纸", "3包", 100, None, 60),
    ("6934198637813", "食盐", "400g", 25, None, 80),
    ("6942166285775", "大米", "5kg", 320, 2, 30),
    ("6969088971760", "食用油", "1.8L", 300, 2, 24),
    ("6985793033425", "牙膏", "120g", 85, None, 50),
    ("6962914827422", "香皂", "125g", 40, None, 90),
    ("6919647195151", "鸡蛋", "30枚", 220, 2, 20),
    ("6958133209774", "毛巾", "条", 70, None, 60),
    ("6932237687584", "垃圾袋", "卷", 30, None, 120),
)
DONORS: Final = ("便民超市", "红色物业", "李桂兰")
