"""What a page calls for each cell and each sign: macros written in Python, where they take a tenth.

Templates import them from `_macros` like the others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from markupsafe import Markup, escape


def wire(app: Flask) -> None:
    """Give them to the templates, and the address of a static file, which is made once."""
    app.jinja_env.globals.update(cell_of_table=cell_of_table, sign=sign, url_for=address)


def cell_of_table(
    label: str,
    value: Any = "",
    number: bool = False,  # noqa: FBT001, FBT002 - as templates call it
    head: bool = False,  # noqa: FBT001, FBT002
    caller: Callable[[], Markup] | None = None,
) -> Markup:
    """A cell, or a row's heading; on a phone the label stands before the value."""
    tag, scope = ("th", ' scope="row"') if head else ("td", "")
    kind = ("is-number number" if number else "") + ("" if label else " is-bare")
    said = escape(caller() if caller else value)
    words = escape(label)
    return Markup(f'<{tag}{scope} class="{kind}" data-label="{words}">{said}</{tag}>')  # noqa: S704


def sign(name: str, label: str = "") -> Markup:
    """A sign out of icons.svg; without a label it is only seen."""
    return _sign(address("static", filename="icons.svg"), name, str(escape(label)))


def address(endpoint: str, **values: Any) -> str:
    """As Flask's own; every sign of a page names the same file."""
    if endpoint == "static" and values.keys() == {"filename"}:
        return _of_file(request.root_path, values["filename"])
    return url_for(endpoint, **values)


@lru_cache(maxsize=1024)
def _of_file(_root: str, filename: str) -> str:
    return url_for("static", filename=filename)


@lru_cache(maxsize=1024)
def _sign(file: str, name: str, label: str) -> Markup:
    """The label comes escaped."""
    said = Markup(label)  # noqa: S704 - it comes escaped
    heard = Markup(' role="img" aria-label="{}"').format(said) if label else ' aria-hidden="true"'
    drawn = '<svg class="icon" focusable="false"{}><use href="{}#{}"></use></svg>'
    return Markup(drawn).format(Markup(heard), file, name)  # noqa: S704 - ours
