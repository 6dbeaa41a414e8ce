"""What machines ask: health, readiness, metrics, robots, the manifest, the API's documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from pointsvc.kernel.counting import counted
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import public
from pointsvc.web.document import describe
from pointsvc.web.pages.hall import blueprint
from pointsvc.web.vitals.readiness import READY


@blueprint.route("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.route("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """This server can do its work; else 503 and in one word why not, after two seconds at most."""
    state = current_app.extensions["readiness"].state()
    return {"status": state}, HTTPStatus.OK if state == READY else HTTPStatus.SERVICE_UNAVAILABLE


@blueprint.route("/metrics")
@public
def metrics() -> Response:
    """Counters of all processes and the state of the database in Prometheus text."""
    text = counted() + current_app.extensions["state_metrics"].text()
    return Response(text, content_type=CONTENT_TYPE_LATEST)


@blueprint.route("/robots.txt")
@public
def robots() -> Response:
    """Nothing here is for search engines."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


@blueprint.route("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """Where browsers look for an icon."""
    return redirect(url_for("static", filename="icon.svg"), 301)


@blueprint.route("/manifest.webmanifest")
@public
def manifest() -> Response:
    """For the home screen."""
    drawn = {"src": url_for("static", filename="icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    painted = [
        {
            "src": url_for("static", filename=f"icon-{size}.png"),
            "type": "image/png",
            "sizes": f"{size}x{size}",
        }
        for size in (192, 512)
    ]
    document: dict[str, Any] = {
        "name": _("绿色账户"),
        "short_name": _("绿色账户"),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#07492a",
        "icons": [drawn, *painted],
        "shortcuts": [{"name": _("离线扫码"), "url": url_for("checkin.offline")}],
    }
    response = jsonify(document)
    response.mimetype = "application/manifest+json"
    return response


@blueprint.route("/api/v1/openapi.json")
@public
def openapi() -> Response:
    """The API's description, OpenAPI 3.1."""
    return jsonify(describe(current_app))


@blueprint.route("/api/v1/docs")
@public
def docs() -> str:
    """A page to read the API and try it."""
    return render_template("web/docs.html", spec=describe(current_app))
