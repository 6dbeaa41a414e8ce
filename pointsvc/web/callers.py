"""Who is calling, whether from our own pages, and whether they may."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from pointsvc.kernel import clock
from pointsvc.kernel.errors import Busy, Forbidden, ForeignOrigin, NotFound, SignInRequired
from pointsvc.kernel.permission import ANONYMOUS, PUBLIC, SIGNED_IN, Caller
from pointsvc.kernel.transaction import transact
from pointsvc.members.visits import is_due, see_visit
from pointsvc.organisation.callers import find_caller
from pointsvc.organisation.permissions import PERMISSIONS, may
from pointsvc.web.problems import is_api

COOKIE = "sign_in"
DEVICE_COOKIE = "device"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC_ENDPOINTS = frozenset({"static"})


def wire(app: Flask) -> None:
    """Find out who is calling before each request."""
    app.before_request(_check_origin)
    app.before_request(_resolve)


def wire_permissions(app: Flask) -> None:
    """Let in only who may, after `addresses` has hidden what is another community's."""
    app.before_request(_enforce)


def bearer_token() -> str | None:
    """The token of the Authorization header, if it came with one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _check_origin() -> None:
    """An unsafe request with a cookie must come from our own page (Sec-Fetch-Site, then Origin).

    So must a form without one, where a browser says where it comes from: another site's page could
    otherwise sign its reader in as somebody else.
    """
    if request.method in SAFE_METHODS or bearer_token() is not None:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if not request.cookies and (is_api() or not (site or request.headers.get("Origin"))):
        return
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise ForeignOrigin
        return
    origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    if origin.netloc != request.host or (_is_https() and origin.scheme != "https"):
        raise ForeignOrigin


def _is_https() -> bool:
    """Whether our page has an https address, also where a proxy that we do not count ends it.

    Somebody in between can write a page of the same host under http; under https nobody can, so an
    https origin is ours where the scheme did not reach us.
    """
    public = urlsplit(current_app.config["PUBLIC_URL"] or "")
    return request.is_secure or (public.scheme == "https" and public.netloc == request.host)


def _resolve() -> None:
    """The bearer's token, else the person's cookie, else the cookie of the device they stand at."""
    g.caller = ANONYMOUS
    if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS:
        return
    now = clock.now()
    token = bearer_token()
    if token is not None:
        g.caller = find_caller(token=token, carried_by="bearer", now=now) or ANONYMOUS
    else:
        g.caller = _by_cookie(now)
    _see(g.caller, now)


def _by_cookie(now: datetime) -> Caller:
    for name in (COOKIE, DEVICE_COOKIE):
        token = request.cookies.get(name)
        caller = find_caller(token=token, carried_by="cookie", now=now) if token else None
        if caller is not None:
            return caller
    return ANONYMOUS


def _see(caller: Caller, now: datetime) -> None:
    """Write down now and then that the visit is alive; a busy database is no reason to refuse."""
    visit_id, seen_at = caller.sign_in_id, caller.last_seen_at
    if visit_id is None or seen_at is None or not is_due(seen_at, caller.idle_seconds, now):
        return
    with suppress(Busy):
        transact(lambda: see_visit(visit_id=visit_id, now=now))


def _enforce() -> None:
    if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS:
        return
    view = current_app.view_functions[request.endpoint]
    permission = getattr(view, "permission", None)
    assert permission is not None, f"{request.endpoint} declares no permission"
    check(g.caller, permission)


def check(caller: Caller, permission: str) -> None:
    """Let the caller in, or refuse: SignInRequired, Forbidden; NotFound for a device's mischief."""
    if permission == PUBLIC:
        return
    if caller.kind == "anonymous":
        raise SignInRequired
    if permission == SIGNED_IN and caller.kind != "device":
        return
    if permission != SIGNED_IN and permission not in PERMISSIONS:
        raise NotFound
    if not may(caller, permission):
        raise Forbidden
