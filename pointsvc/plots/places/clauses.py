"""The clauses of an adopted corner, by version, in both languages: paper shows both side by side.

Sources: 《北京市绿化条例》 art. 33, 37; 南阳 art. 18; thirty days' notice (a city's rule). A change of the
meaning is a new version: what was agreed to stays as it was.
"""

from __future__ import annotations

from typing import Final

CLAUSES: Final[dict[int, tuple[tuple[str, str], ...]]] = {
    1: (
        (
            "土地和绿地的归属不变，认养人只得到照看的机会；期满或终止后交还所有人。",
            "The land stays its owner's; the adopter only looks after it, and it reverts at the end.",
        ),
        (
            "不搭建任何构筑物：不搭棚、不围栏、不硬化地面、不堆放杂物。",
            "No structures: no sheds, no fences, no paving, nothing stored.",
        ),
        (
            "不改变绿地的用途和归属，不转让、不出租、不用来经营。",
            "No change of use or property; no passing on, no letting, no trade.",
        ),
        (
            "按季节浇水、除草、修剪，不荒废；做不过来就告诉社区，不追究。",
            "Water, weed and prune in season, no slack care; if it is too much, say so: no blame.",
        ),
        (
            "不用农药；种什么先和社区商量，不种有毒、带刺、遮挡视线的植物。",
            "No pesticides; agree on what is planted: nothing poisonous, thorny or blocking the view.",
        ),
        (
            "自愿参加，没有报酬；任何一方都可以终止，提前下面写的天数告诉对方，写明原因即可。",
            "It is voluntary and unpaid; either side may end it with the days of notice below.",
        ),
    ),
}
