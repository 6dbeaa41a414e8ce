"""A small application that serves the parts of pages alone: no database, no sign-in."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import flask_babel
from flask import Blueprint, Flask, flash, render_template, render_template_string, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.wrappers import Response

import pointsvc
from pointsvc.kernel import clock, i18n, qr
from pointsvc.web import cells, headers

HERE: Final = Path(__file__).resolve().parent
HOUSE: Final = Path(pointsvc.__file__).resolve().parent
CODE_SECONDS: Final = 4
SLOW_SECONDS: Final = 0.4
FAKE_CODE: Final = "https://lv.example.cn/c/0123456789ABCDE"
PEOPLE: Final = [
    ("李梅", "3 号楼 1 单元", "138****0001", "1,268", "已同意公示", "good"),
    ("王强", "5 号楼 2 单元", "138****0002", "340", "待签字", "wait"),
    ("欧阳娜娜·阿依古丽", "11 号楼 3 单元 1702 室", "", "0", "没有手机", "plain"),
]
PLACES: Final = [
    ("首页", "home", True),
    ("今日场次", "calendar", False),
    ("扫码", "scan", False),
    ("居民", "people", False),
    ("积分超市", "shop", False),
    ("导入台账", "upload", False),
]
ICON: Final = '<link rel="icon" href="data:,">'
FRAGMENT: Final = """{% from "_macros/codes.html" import qr_box %}
{{ qr_box(code, caption="新码", typed="8765 4321", refresh_url="/code", valid_until=valid_until,
          served_at=served_at) }}"""


SPEC: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "绿色账户 (Green Account)", "version": "v1"},
    "paths": {
        "/api/v1/shifts/{shift_id}/attendances/{attendance_id}/corrections": {
            "post": {
                "summary": "Correct an attendance.",
                "parameters": [
                    {"in": "path", "name": "shift_id", "required": True, "schema": {}},
                    {"in": "path", "name": "attendance_id", "required": True, "schema": {}},
                    {"in": "header", "name": "Idempotency-Key", "required": True, "schema": {}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Fix"}}
                    }
                },
                "responses": {"default": {"$ref": "#/components/responses/DEFAULT_ERROR"}},
            }
        }
    },
    "components": {
        "responses": {"DEFAULT_ERROR": {"description": "A refusal"}},
        "schemas": {
            "Fix": {
                "required": ["minutes"],
                "properties": {
                    "minutes": {"type": "integer", "minimum": 1, "maximum": 720},
                    "on": {"type": "string", "format": "date"},
                    "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                },
            },
            "Line": {"properties": {"note": {"type": ["string", "null"], "maxLength": 200}}},
        },
    },
}


def create_parts_app() -> Flask:
    """The house's templates, styles, scripts and security headers around test pages."""
    app = Flask("parts", static_folder=str(HOUSE / "static"))
    app.secret_key = "parts"
    app.jinja_options = {
        "loader": ChoiceLoader(
            [FileSystemLoader(HERE / "templates"), FileSystemLoader(HOUSE / "templates")]
        )
    }
    flask_babel.Babel(app, default_locale="zh")
    headers.wire(app)
    cells.wire(app)
    app.jinja_env.globals.update(pause=i18n.pause, bracketed=i18n.bracketed)
    app.register_blueprint(_web())
    app.context_processor(_common)
    app.add_url_rule("/parts", "parts", _parts)
    app.add_url_rule("/paper", "paper", lambda: render_template("paper.html", **_code()))
    app.add_url_rule("/docs", "docs", lambda: render_template("web/docs.html", spec=SPEC))
    app.add_url_rule("/api/<path:path>", "api", _echo, methods=["POST"])
    app.add_url_rule("/code", "code", lambda: render_template_string(FRAGMENT, **_code()))
    app.add_url_rule("/queue", "queue", lambda: render_template("queue.html"))
    app.add_url_rule("/slow", "slow", _slow, methods=["POST"])
    app.add_url_rule("/posted", "posted", _posted, methods=["POST"])
    app.add_url_rule("/checkin/decode", "decode", lambda: {"text": None}, methods=["POST"])
    return app


def _web() -> Blueprint:
    web = Blueprint("web", "web")
    web.add_url_rule("/sign-in", "sign_in", lambda: "signed out")
    web.add_url_rule("/preferences", "preferences", _posted, methods=["POST"])
    web.add_url_rule("/sign-out", "sign_out", lambda: f"{ICON}signed out", methods=["POST"])
    web.add_url_rule("/openapi.json", "openapi", lambda: SPEC)
    web.add_url_rule("/manifest.webmanifest", "manifest", dict)
    return web


def _common() -> dict[str, Any]:
    places = [
        SimpleNamespace(url="/parts", label=label, icon=icon, current=current)
        for label, icon, current in PLACES
    ]
    return {
        "mode": request.args.get("mode", "elder"),
        "locale": "zh",
        "navigation": places[: int(request.args.get("places", "6"))],
        "caller_name": "李梅",
        "community_name": "尚城名邸小区",
        "idle_seconds": request.args.get("idle"),
    }


def _parts() -> str:
    flash("已保存", "success")
    return render_template("parts.html", people=PEOPLE, **_code())


def _code() -> dict[str, Any]:
    now = clock.now()
    return {
        "code": qr.svg("https://lv.example.cn/c/ABCDEFGHJKMNPQR", title="我的二维码"),
        "served_at": now.isoformat(),
        "valid_until": (now + timedelta(seconds=CODE_SECONDS)).isoformat(),
    }


def _echo(path: str) -> dict[str, Any]:
    return {"path": path, "key": request.headers["Idempotency-Key"], "json": request.get_json()}


def _slow() -> str:
    time.sleep(SLOW_SECONDS)
    return f"{ICON}{request.form['code']}"


def _posted() -> Response | str:
    fields = "&".join(f"{name}={value}" for name, value in request.form.items())
    return f"<!doctype html><html lang=zh-CN>{ICON}<title>posted</title><main>{fields}</main>"
