"""What marshmallow says, in the reader's language.

Its messages are fixed English sentences without a hook for translation, so they are matched whole.
Declined: a subclass of each of its fields with messages of its own, which every schema would have
to remember to use.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pointsvc.kernel.i18n import LazyText, lazy_gettext as _l

_SAID: Final[tuple[tuple[re.Pattern[str], LazyText], ...]] = tuple(
    (re.compile(said), words)
    for said, words in (
        (r"Missing data for required field\.|Field may not be null\.", _l("这一项必须填。")),
        (r"Unknown field\.", _l("没有这一项。")),
        (r"Invalid (input )?type\.|Not a valid (mapping type|list)\.", _l("结构不对。")),
        (r"Not a valid (utf-8 )?string\.", _l("须为文字。")),
        (r"Not a valid UUID\.", _l("编号不对。")),
        (r"Not a valid (integer|number)\.|Number too large\.", _l("须为整数。")),
        (r"Not a valid boolean\.", _l("须为是或否。")),
        (r"Not a valid (naive )?date\.", _l("日期不对，请写成 2026-11-21 这样。")),
        (r"Not a valid time\.", _l("时间不对，请写成 09:30 这样。")),
        (
            r"Not a valid (aware )?(datetime)\.",
            _l("时间不对，请写成 2026-11-21T09:30:00+08:00 这样，要带时区。"),
        ),
        (r"Not a valid naive datetime\.", _l("时间不对，请写成 2026-11-21T09:30 这样。")),
        (r"Must be one of: .*\.", _l("没有这个选项。")),
        (
            r"Must be greater than or equal to (?P<low>\S+) and less than or equal to (?P<high>\S+)\.",
            _l("须在 %(low)s 到 %(high)s 之间。"),
        ),
        (
            r"Length must be between (?P<low>\d+) and (?P<high>\d+)\.",
            _l("长度须在 %(low)s 到 %(high)s 之间。"),
        ),
        (r"Shorter than minimum length (?P<low>\d+)\.", _l("至少要 %(low)s 个。")),
        (r"Longer than maximum length (?P<high>\d+)\.", _l("最多 %(high)s 个。")),
        (r"Length must be (?P<equal>\d+)\.", _l("长度须为 %(equal)s。")),
        (r"Invalid value\.", _l("这个内容不行。")),
    )
)


def worded(messages: Any) -> Any:
    """The same tree of messages, marshmallow's own ones in the reader's language."""
    if isinstance(messages, dict):
        return {key: worded(inner) for key, inner in messages.items()}
    if isinstance(messages, list):
        return [worded(inner) for inner in messages]
    return _worded(messages) if isinstance(messages, str) else messages


def _worded(message: str) -> str:
    for said, words in _SAID:
        if found := said.fullmatch(message):
            places = found.groupdict()
            return str(words) % places if places else str(words)
    return message
