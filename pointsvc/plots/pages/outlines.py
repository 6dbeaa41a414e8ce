"""Drawing plots: corners typed with a picture beside them, a file of many, and out again."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pointsvc.audit.actors import Actor
from pointsvc.kernel import clock
from pointsvc.kernel.errors import Invalid
from pointsvc.kernel.fields import parse_form
from pointsvc.kernel.i18n import gettext as _
from pointsvc.kernel.permission import current_actor_id, current_community_id, requires
from pointsvc.kernel.transaction import transact
from pointsvc.ledger.rows import csv_line
from pointsvc.plots.forms.places import CORNERS_LENGTH, MapForm, OutlineForm
from pointsvc.plots.pages.desk import blueprint
from pointsvc.plots.pages.telling import flash_refusal
from pointsvc.plots.places.describing import draw_plot, outline_in, settle_plots, take_drawings
from pointsvc.plots.places.outline_words import OWNER_WORDS, fault_in_words
from pointsvc.plots.queries import PlotFacts, find_plots, get_plot
from pointsvc.plots.rules.geojson import BYTES_MAX, Drawn, as_features, read_features
from pointsvc.plots.rules.outlines import Extent, OutlineFault, area_is_off
from pointsvc.plots.settings import plot_settings

BOM: Final = "\ufeff"


@blueprint.route("/<uuid:place_id>/outline")
@requires("organisation.write")
def outline(place_id: UUID) -> str:
    """Corners typed, and the shape that they make."""
    plot = get_plot(current_community_id(), place_id)
    typed = request.args.get("corners", plot.outline.lines if plot.outline else "")
    return _outline_page(plot, typed[:CORNERS_LENGTH])


@blueprint.route("/<uuid:place_id>/outline/shape")
@requires("organisation.write")
def shape(place_id: UUID) -> str:
    """The picture alone, for the script that asks while one types."""
    plot = get_plot(current_community_id(), place_id)
    typed = request.args.get("corners", "")[:CORNERS_LENGTH]
    return render_template("plots/_shape.html", **_shape(plot, typed))


@blueprint.route("/<uuid:place_id>/outline", methods=["POST"])
@requires("organisation.write")
def draw(place_id: UUID) -> ResponseReturnValue:
    """Keep it."""
    community_id, now = current_community_id(), clock.now()
    actor = Actor("member", current_actor_id())
    try:
        corners = parse_form(OutlineForm, request.form)["corners"]
        transact(
            lambda: draw_plot(
                community_id=community_id,
                place_id=place_id,
                corners=corners,
                actor=actor,
                now=now,
            )
        )
    except Invalid as refusal:
        typed = request.form.get("corners", "")[:CORNERS_LENGTH]
        plot = get_plot(community_id, place_id)
        return _outline_page(plot, typed, refusal), refusal.status
    flash(_("保存好了。"), "success")
    return redirect(url_for("plots.show", place_id=place_id), 303)


@blueprint.route("/outlines")
@requires("organisation.write")
def outlines() -> str:
    """The plan's size, the list for hand-overs, a file in and out."""
    settings = plot_settings(current_community_id())
    plots = find_plots(current_community_id())
    return render_template(
        "plots/outlines.html",
        settings=settings,
        plots=plots,
        drawn_count=sum(plot.outline is not None for plot in plots),
    )


@blueprint.route("/outlines/plan", methods=["POST"])
@requires("organisation.write")
def settle() -> ResponseReturnValue:
    """Another size of the map, another list."""
    community_id, now = current_community_id(), clock.now()
    actor = Actor("member", current_actor_id())
    try:
        values = parse_form(MapForm, request.form)
        transact(lambda: settle_plots(community_id=community_id, actor=actor, now=now, **values))
        flash(_("保存好了。"), "success")
    except Invalid as refusal:
        flash_refusal(refusal)
    return redirect(url_for("plots.outlines"), 303)


@blueprint.route("/outlines", methods=["POST"])
@requires("organisation.write")
def take_outlines() -> ResponseReturnValue:
    """A file of outlines: look first, then take it."""
    community_id, now = current_community_id(), clock.now()
    actor = Actor("member", current_actor_id())
    text = _given_text()
    read = _read(text, plot_settings(community_id).extent)
    if isinstance(read, str):
        flash(read, "error")
        return redirect(url_for("plots.outlines"), 303)
    if request.form.get("is_seen") != "yes":
        return _look(community_id, read)
    count = transact(
        lambda: take_drawings(community_id=community_id, drawn=read, actor=actor, now=now)
    )
    flash(_("画好了 %(count)s 块田的边界。", count=count), "success")
    return redirect(url_for("plots.overview"), 303)


@blueprint.route("/outlines.json")
@requires("organisation.read")
def outlines_json() -> Response:
    """Every outline as GeoJSON, in metres of the map."""
    drawn = [
        (plot.place.number, plot.place.name, plot.area_m2, plot.species, plot.outline)
        for plot in find_plots(current_community_id())
        if plot.outline is not None
    ]
    text = json.dumps(as_features(drawn), ensure_ascii=False, indent=1)
    response = Response(text + "\n", mimetype="application/geo+json")
    response.headers.set("Content-Disposition", "attachment", filename="plots.geojson")
    return response


@blueprint.route("/register.csv")
@requires("organisation.read")
def register_csv() -> Response:
    """The register as a table that any spreadsheet opens; nobody's phone is in it.

    CSV with a mark of its encoding, as the house's other tables: a workbook writer would be one more
    package for the same rows.
    """
    lines = [csv_line(_heading()), *(csv_line(_row(plot)) for plot in _all())]
    response = Response(BOM + "".join(lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="plots.csv")
    return response


def _all() -> list[PlotFacts]:
    return find_plots(current_community_id(), with_closed=True)


def _heading() -> list[str]:
    return [
        _("编号"),
        _("名称"),
        _("位置"),
        _("楼栋"),
        _("面积"),
        _("种了什么"),
        _("养护"),
        _("标牌文字"),
        _("土地归谁"),
        _("所有人"),
        _("党小组"),
        _("组长"),
        _("养护人"),
        _("边界"),
        _("在用"),
    ]


def _row(plot: PlotFacts) -> list[object]:
    return [
        plot.place.number,
        plot.place.name,
        plot.place.location or "",
        plot.buildings or "",
        plot.area_m2 if plot.area_m2 is not None else "",
        plot.planting or "",
        plot.care or "",
        plot.sign_text or "",
        OWNER_WORDS.get(plot.owner_kind or "", ""),
        plot.owner_name or "",
        plot.group.name if plot.group else "",
        "、".join(name for _id, name in plot.leaders),
        "、".join(person.name for person in plot.tenders),
        plot.outline.lines.replace("\n", "; ") if plot.outline else "",
        _("是") if plot.place.is_open else _("停用"),
    ]


def _outline_page(plot: PlotFacts, typed: str, refusal: Invalid | None = None) -> str:
    return render_template("plots/outline.html", refusal=refusal, **_shape(plot, typed))


def _shape(plot: PlotFacts, typed: str) -> dict[str, Any]:
    """What the corners make on the map, among the other plots."""
    extent = plot_settings(current_community_id()).extent
    found = outline_in(typed, extent) if typed.strip() else None
    others = [
        each
        for each in find_plots(current_community_id())
        if each.outline is not None and each.place.id != plot.place.id
    ]
    is_fault = isinstance(found, OutlineFault)
    drawn = found if not isinstance(found, OutlineFault) else None
    return {
        "plot": plot,
        "typed": typed,
        "extent": extent,
        "fault": fault_in_words(found) if isinstance(found, OutlineFault) else "",
        "outline": None if is_fault else drawn,
        "others": others,
        "is_off": drawn is not None and area_is_off(drawn, plot.area_m2),
    }


def _given_text() -> bytes:
    """What was pasted or chosen, at most a megabyte and a byte, so that more is seen to be more."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.stream.read(BYTES_MAX + 1)
    return request.form.get("text", "").encode()


def _read(text: bytes, extent: Extent) -> list[Drawn] | str:
    """The plots of a file, or in words why there are none."""
    if len(text) > BYTES_MAX:
        return _("文件太大，最多 1 MB。")
    if not text.strip():
        return _("请选一个文件。")
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        return _("这不是 GeoJSON 文件，读不出来。")
    found = read_features(data, extent)
    return fault_in_words(found) if isinstance(found, OutlineFault) else found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _look(community_id: UUID, read: list[Drawn]) -> str:
    """What would be drawn: known numbers, unknown ones, faults."""
    plots = {plot.place.number: plot for plot in find_plots(community_id)}
    useful = [each for each in read if each.outline is not None]
    good = [(plots[each.number], each) for each in useful if each.number in plots]
    kept = as_features(
        (each.number, each.name or plot.place.name, each.area_m2, _species(each), each.outline)
        for plot, each in good
        if each.number is not None and each.outline is not None
    )
    return render_template(
        "plots/outlines_preview.html",
        good=good,
        unknown=[each for each in useful if each.number not in plots],
        faulty=[(each, fault_in_words(each.fault)) for each in read if each.fault is not None],
        text=json.dumps(kept, ensure_ascii=False, separators=(",", ":")),
        extent=plot_settings(community_id).extent,
        area_is_off=area_is_off,
    )


def _species(each: Drawn) -> list[str]:
    return each.species.split("、") if each.species else []
