"""The languages of the console. The catalogue of each but English is a file of gettext: languages/<code>.po."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from fastapi import Request, Response

from hub.console.moments import local, local_day
from hub.deadlines.london import LONDON

LANGUAGE_COOKIE = "__Host-language"
_A_YEAR_SECONDS = 365 * 24 * 3600
_PLACE = re.compile(r"\\\{(\w+)\\\}")

TRANSLATED = frozenset({"failed.html", "people/password.html", "people/sign_in.html", "today.html"})
"""The pages that are said in every language. What stands around a page is said in every language on all of them."""


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    """In the language itself."""

    def say(self, text: str, **values: object) -> str:
        """The English text in this language, or the text itself if nobody has translated it yet. `values` fill its
        places: `{when}`."""
        said = _catalogue(self.code).get(text) or text
        return said.format(**values) if values else said

    def said_of(self, text: str) -> str | None:
        """What is said for a text that was written elsewhere, and may have numbers or names in it: `try again in 7
        seconds`. None if nobody has translated it."""
        if self == ENGLISH:
            return text
        if found := _catalogue(self.code).get(text):
            return found
        for pattern, translated in _patterns(self.code):
            if matched := pattern.fullmatch(text):
                return translated.format(**matched.groupdict())
        return None

    def moment(self, moment: str | datetime | None) -> str:
        """`2 Mar 2026, 09:00 GMT`, `2 Maw 2026, 09:00 GMT`."""
        if self == ENGLISH or not moment:
            return local(moment)
        there = _there(moment)
        return f"{self._written(there, 'd MMM y, HH:mm')} {there:%Z}"

    def day(self, moment: str | datetime | None) -> str:
        """`2 March 2026`, `2 Mawrth 2026`."""
        return local_day(moment) if self == ENGLISH or not moment else self._written(_there(moment), "d MMMM y")

    def _written(self, there: datetime, pattern: str) -> str:
        from babel.dates import format_datetime  # only who reads Welsh needs it

        return format_datetime(there.replace(tzinfo=None), pattern, locale=self.code)


ENGLISH, WELSH = Language("en", "English"), Language("cy", "Cymraeg")
_KNOWN = {each.code: each for each in (ENGLISH, WELSH)}


def _there(moment: str | datetime) -> datetime:
    return (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(LONDON)


@cache
def _catalogue(code: str) -> Mapping[str, str]:
    if code == ENGLISH.code:
        return {}
    from babel.messages.pofile import read_po

    with (files("hub.console") / "languages" / f"{code}.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, abort_invalid=True) if each.id and each.string}


@cache
def _patterns(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(text))), translated)
        for text, translated in _catalogue(code).items()
        if "{" in text
    )


def language_named(code: str) -> Language | None:
    return _KNOWN.get(code)


def language_of(request: Request) -> Language:
    """The one that this browser has chosen."""
    return _KNOWN.get(request.cookies.get(LANGUAGE_COOKIE, ""), ENGLISH)


def the_other(language: Language) -> Language:
    return ENGLISH if language == WELSH else WELSH


def keep_language(response: Response, language: Language) -> None:
    """It outlives the session: somebody who reads Welsh signs in in Welsh the next day."""
    response.set_cookie(
        LANGUAGE_COOKIE, language.code, max_age=_A_YEAR_SECONDS, path="/", secure=True, httponly=True, samesite="lax"
    )
