"""The page that works without network, its service worker, and the shifts that a phone keeps.

The page is a shell: the same bytes for everybody, whoever asks, so that a browser may keep it. Who
is asking and which shifts are theirs comes apart (`duties`), for the page's script alone.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Final

from flask import Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.activities.words import span_in_words
from pointsvc.checkin.offline import KeptShift, owner_of, shifts_to_keep
from pointsvc.checkin.pages.desk import blueprint
from pointsvc.checkin.scans import QUANTITY_MAX
from pointsvc.communities.queries import get_community
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Forbidden
from pointsvc.kernel.i18n import choose_locale
from pointsvc.kernel.permission import (
    current_caller,
    current_community_id,
    public,
    requires,
)

KEPT: Final = frozenset({".css", ".js", ".png", ".svg", ".wasm"})
WORKER: Final = "js/service-worker.js"
VERSION_LENGTH: Final = 16


@blueprint.route("/offline")
@public
def offline() -> Response:
    """The shell; it says nothing of who is asking, and a browser's worker keeps it."""
    response = make_response(_shell())
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.route("/offline/duties.json")
@requires("checkin.offline")
def duties() -> ResponseReturnValue:
    """Whose scans this browser may send now, and the shifts to scan in; for the page's script."""
    caller = current_caller()
    owner = owner_of(caller)
    if owner is None:
        raise Forbidden
    community = get_community(current_community_id())
    now = clock.now()
    kept = shifts_to_keep(community, caller, now)
    return {
        "owner": str(owner),
        "now": now.isoformat(),
        "shifts": [_shown(each, community.zone) for each in kept],
    }


@blueprint.route("/sw.js")
@public
def service_worker() -> Response:
    """The worker, from the root so that it serves every page; its version is that of what it keeps."""
    files = _files(current_app.static_folder or "")
    told = {
        "VERSION": _version(_shell(), files),
        "SHELL": url_for("checkin.offline"),
        "FILES": [url_for("static", filename=name) for name in files],
    }
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    body = (Path(current_app.static_folder or "") / WORKER).read_text(encoding="utf-8")
    response = Response(head + body, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _shell() -> str:
    """The page in the reader's size of type and language, which are preferences, not persons."""
    return render_template(
        "checkin/offline.html",
        mode="elder" if request.cookies.get("mode") == "elder" else "standard",
        quantity_max=QUANTITY_MAX,
        **_NOBODY,
    )


def _shown(kept: KeptShift, zone: str) -> dict[str, str]:
    shift = kept.shift
    return {
        "id": str(shift.id),
        "kind": shift.kind.called(choose_locale()),
        "place": shift.place_name,
        "span": span_in_words(shift, zone),
        "starts_at": clock.local(shift.starts_at, zone).isoformat(),
        "ends_at": clock.local(shift.ends_at, zone).isoformat(),
        "counts": kept.counts,
    }


@cache
def _files(folder: str) -> dict[str, str]:
    """What the shell and the scanner need, by name, with its hash: all of the folder but licences."""
    root = Path(folder)
    found = (path for path in root.rglob("*") if path.suffix in KEPT)
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(found)
    }


def _version(shell: str, files: dict[str, str]) -> str:
    whole = json.dumps([shell, files])
    return hashlib.sha256(whole.encode()).hexdigest()[:VERSION_LENGTH]


def _no_messages(**_wanted: object) -> list[tuple[str, str]]:
    """The last page's messages are for the reader; the shell neither shows nor uses them up."""
    return []


# What every other page knows of its reader, taken out of the shell.
_NOBODY: Final[dict[str, object]] = {
    "caller": None,
    "reader": None,
    "caller_name": None,
    "community_name": None,
    "navigation": [],
    "idle_seconds": None,
    "scan_owner": None,
    "get_flashed_messages": _no_messages,
}
