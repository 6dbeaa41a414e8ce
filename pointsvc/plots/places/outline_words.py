"""What outlines, their faults and the owners of land are called."""

from __future__ import annotations

from typing import Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l
from pointsvc.plots.rules.outlines import CORNERS_MAX, OutlineFault

FAULT_WORDS: Final[dict[str, LazyText]] = {
    "unreadable": _l("第 %(at)s 行看不懂。请写成两个数，例如 12.5, 8。"),
    "too_few": _l("至少要三个角。"),
    "too_many": _l("角太多了，最多 %(most)s 个。"),
    "outside": _l("第 %(at)s 个角在图外。请改坐标，或先把平面图放大。"),
    "repeated": _l("第 %(at)s 个角和前面的一个重复了。"),
    "crossing": _l("第 %(at)s 条边和别的边碰上了。请按顺序绕一圈写，不要交叉。"),
    "flat": _l("这些角在一条直线上，围不成一块田。"),
    "geographic": _l("坐标看起来是经纬度。请用平面图上的米数，左下角是 0, 0。"),
    "no_collection": _l("这不是 GeoJSON 的 FeatureCollection。"),
    "too_many_features": _l("一次最多 500 块田，请分几个文件。"),
    "no_number": _l("没有写田的编号（properties 里的 number）。"),
    "no_polygon": _l("不是一个没有洞的多边形（Polygon）。"),
    "number_repeated": _l("这个编号在文件里出现过了，只用第一个。"),
}
OWNER_WORDS: Final[dict[str, LazyText]] = {
    "owners": _l("全体业主"),
    "property": _l("物业公司"),
    "street": _l("街道"),
    "other": _l("其他"),
}


def fault_in_words(fault: OutlineFault) -> str:
    """Why corners are no outline, as people can mend it."""
    return FAULT_WORDS[fault.code] % {"at": fault.at, "most": CORNERS_MAX}
