"""How a refusal looks: problem+json (RFC 9457) under /api/, a page elsewhere."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import structlog
from flask import (
    Flask,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError, TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, MethodNotAllowed, UnprocessableEntity

from pointsvc.extensions import db
from pointsvc.kernel.errors import (
    BadJson,
    BadRequest,
    Busy,
    Forbidden,
    Invalid,
    NotFound,
    Refusal,
    SignInRequired,
)
from pointsvc.kernel.i18n import gettext as _, lazy_gettext as _l
from pointsvc.kernel.permission import current_caller
from pointsvc.kernel.request_id import current_request_id
from pointsvc.web.navigation import ways_in

log = structlog.get_logger()
_WORDS: Final = {
    HTTPStatus.METHOD_NOT_ALLOWED: _l("这个地址不接受这样的请求。"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _l("内容太大，没有收下。请减少一些再试。"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _l("内容的格式不对，没有收下。"),
}


def wire(app: Flask) -> None:
    """Register the handlers; after flask-smorest's, which would turn HTML 404s into JSON."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(NoConnection, _none_free)
    app.register_error_handler(Exception, _broken)


def is_api() -> bool:
    """By path alone."""
    return request.path.startswith("/api/")


def _refused(refusal: Refusal) -> ResponseReturnValue:
    db.session.rollback()
    if is_api():
        return problem(refusal)
    if isinstance(refusal, SignInRequired) and request.method == "GET":
        return redirect(url_for("web.sign_in", next=request.full_path.rstrip("?")))
    if isinstance(refusal, Forbidden) and (address := _own_door()):
        return redirect(address)
    return _page(refusal.status, refusal.code, refusal.detail), refusal.status


def _own_door() -> str | None:
    """Who types the shop's address and does not sell comes to what the shop has for them."""
    caller = current_caller()
    is_typed = request.method == "GET" and caller.carried_by == "cookie"
    if not is_typed or request.endpoint != "shop.counter" or "keeper" in caller.roles:
        return None
    ways = ways_in(caller, request.blueprint)
    return url_for(ways[0].endpoint) if ways else None


def problem(refusal: Refusal) -> ResponseReturnValue:
    """The RFC 9457 document of a refusal."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": quote(request.path),  # a URI reference, whatever was asked
        "code": refusal.code,
        "context": {key: _plain(value) for key, value in refusal.context.items()},
        "request_id": current_request_id(),
    }
    if isinstance(refusal, Invalid):
        document["errors"] = refusal.errors
    response = jsonify(document)
    response.status_code = refusal.status
    response.mimetype = "application/problem+json"
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _plain(value: object) -> object:
    return value if isinstance(value, int | str | bool | list | dict | None) else str(value)


def _http(error: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    if isinstance(error, UnprocessableEntity):
        messages = getattr(error, "data", {}).get("messages", {})
        return _refused(Invalid(messages.get("json", messages)))
    if error.code == HTTPStatus.NOT_FOUND:
        return _refused(NotFound())
    if error.code == HTTPStatus.BAD_REQUEST:
        return _refused(BadJson() if request.is_json else BadRequest())
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error
    refused = make_response(_refused(_as_refusal(error)))
    if isinstance(error, MethodNotAllowed):
        refused.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return refused


def _as_refusal(error: HTTPException) -> Refusal:
    code = error.code or 500
    status = HTTPStatus(code)
    told = {
        "code": f"http.{status.name.lower()}",
        "status": code,
        "message": _WORDS.get(status, _l("请求没有办成，请返回再试。")),
    }
    return type("HttpRefusal", (Refusal,), told)()  # type: ignore[no-any-return]


def _database_away(error: OperationalError) -> ResponseReturnValue:
    log.error("database_away", error=type(error.orig).__name__)
    return _refused(Busy())


def _none_free(_error: NoConnection) -> ResponseReturnValue:
    log.error("no_connection_free")
    return _refused(Busy())


def _broken(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    log.error("broken", exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS", True):
        raise error
    return _refused(Broken())


def _page(status: int, code: str, detail: str) -> str:
    title = _("出了一点问题") if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _("没有办成")
    return render_template(
        "web/refused.html",
        title=title,
        status=status,
        code=code,
        detail=detail,
        request_id=current_request_id(),
        ways=ways_in(current_caller(), request.blueprint) if status == HTTPStatus.FORBIDDEN else [],
    )


class Broken(Refusal):
    """Our fault; the log has it under the request's id."""

    code = "internal"
    status = 500
    message = _l("系统出错了，什么都没有改动。请把页面下方的编号告诉管理员。")
