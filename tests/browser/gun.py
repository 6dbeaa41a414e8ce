"""A scanner gun that types: real key events that carry the gun's own times.

The page tells a gun from a person by the pauses between keys (static/js/wedge.js). With the times
of a busy test machine half a code would be a person's; with these the machine's pace is no matter.
"""

from __future__ import annotations

import time
from typing import Any, Final

from playwright.sync_api import Page

ENTER: Final = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13}


def shoot(page: Page, text: str, *, pace_ms: float = 3) -> None:
    """Type the code wherever the cursor stands, one key every `pace_ms`, and Enter."""
    gun = page.context.new_cdp_session(page)
    pulled_at = time.time()  # noqa: TID251 - keys carry the time of day, not the test's
    keys: list[dict[str, Any]] = [*({"key": one, "text": one} for one in text), ENTER]
    for number, key in enumerate(keys):
        struck = {**key, "timestamp": pulled_at + number * pace_ms / 1000}
        for kind in ("keyDown", "keyUp"):
            gun.send("Input.dispatchKeyEvent", {**struck, "type": kind})
    gun.detach()
