"""Languages: Chinese is the source language, English is complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, cast

import flask_babel
from flask import g, has_request_context, request

from pointsvc.kernel.plurals import of_one

LOCALES = {"zh": "中文", "en": "English"}
DEFAULT_LOCALE = "zh"
PAUSES = {"、": ", ", "，": ", ", "；": "; ", "：": ": "}
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


class LazyText(Protocol):
    """A text that is translated when it is shown."""

    def __str__(self) -> str:
        """Translate into the language of the current request."""
        ...

    def __mod__(self, other: object) -> str:
        """Translate, then fill the places."""
        ...


def gettext(message: str, **values: object) -> str:
    """Translate now, into the language of the current request; outside one, Chinese."""
    text = cast("str", flask_babel.gettext(message, **values))
    return counted(text) if values else text


def counted(text: str) -> str:
    """The text with its number: English has a singular."""
    return of_one(text) if "1 " in text and choose_locale() == "en" else text


def pause(mark: str = "、") -> str:
    """What stands between names (`、`), parts (`，`) or sentences (`；`), and before a list (`：`)."""
    return PAUSES[mark] if choose_locale() == "en" else mark


def bracketed(text: object) -> str:
    """The text in brackets behind other words, in the reader's language."""
    return f" ({text})" if choose_locale() == "en" else f"（{text}）"


def lazy_gettext(message: str) -> LazyText:
    """Mark a text for translation when it is shown."""
    return cast("LazyText", flask_babel.lazy_gettext(message))


def choose_locale() -> str:
    """The reader's language: their choice (cookie), else the browser's, else Chinese."""
    if spoken := _spoken.get():
        return spoken
    if not has_request_context():
        return DEFAULT_LOCALE
    chosen = getattr(g, "locale", None) or request.cookies.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    if request.path.startswith("/api/") or "locale" not in request.cookies:
        return request.accept_languages.best_match(["zh", "en"], DEFAULT_LOCALE) or DEFAULT_LOCALE
    return DEFAULT_LOCALE


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak to somebody who is not the one that asks: a message in its reader's language."""
    token = _spoken.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        with flask_babel.force_locale(choose_locale()):
            yield
    finally:
        _spoken.reset(token)
