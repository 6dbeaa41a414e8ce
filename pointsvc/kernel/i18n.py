"""Languages: Chinese is the source language, English is complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final, Protocol, cast

from babel.support import Translations
from flask import Flask, has_request_context, request
from flask_babel import LazyString
from markupsafe import Markup

from pointsvc.kernel.plurals import of_one

LOCALES = {"zh": "中文", "en": "English"}
DEFAULT_LOCALE = "zh"
TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"
CHOSEN: Final = "pointsvc.locale"
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


def wire(app: Flask) -> None:
    """Give the templates their words: a page asks for some hundreds, most of them in every row."""
    app.jinja_env.globals.update(_=_words, gettext=_words, pause=pause, bracketed=bracketed)


def gettext(message: str, **values: object) -> str:
    """Translate now, into the language of the current request; outside one, Chinese."""
    text = _catalogue(choose_locale()).gettext(message)
    return counted(text % values) if values else text


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
    return cast("LazyText", LazyString(gettext, message))


def choose_locale() -> str:
    """The reader's language: their choice (cookie), else the browser's, else Chinese."""
    if spoken := _spoken.get():
        return spoken
    if not has_request_context():
        return DEFAULT_LOCALE
    environ = request.environ
    if CHOSEN not in environ:
        environ[CHOSEN] = _chosen()
    return cast("str", environ[CHOSEN])


def _chosen() -> str:
    chosen = request.cookies.get("locale")
    if chosen in LOCALES:
        return str(chosen)
    if request.path.startswith("/api/") or "locale" not in request.cookies:
        return request.accept_languages.best_match(["zh", "en"], DEFAULT_LOCALE) or DEFAULT_LOCALE
    return DEFAULT_LOCALE


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [locale])


def _words(message: str, /, **values: object) -> Markup:
    """As Jinja's own: what is put into the places is escaped, and `%%` is one sign."""
    locale = choose_locale()
    if values:
        told = Markup(_catalogue(locale).gettext(message)) % values  # noqa: S704 - our own words
        return Markup(counted(told))  # noqa: S704 - escaped above
    return _bare_words(locale, message)


@lru_cache(maxsize=8192)
def _bare_words(locale: str, message: str) -> Markup:
    return Markup(_catalogue(locale).gettext(message)) % {}  # noqa: S704 - our own words


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Speak to somebody who is not the one that asks: a message in its reader's language."""
    token = _spoken.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _spoken.reset(token)
