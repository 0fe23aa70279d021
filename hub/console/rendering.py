"""Makes the pages from their templates, in the language of the reader."""

from collections.abc import Mapping
from functools import cache, partial

from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, select_autoescape
from jinja2.loaders import BaseLoader, ChoiceLoader
from markupsafe import Markup

from hub.console.language import ENGLISH, TRANSLATED, Language
from hub.console.moments import left_words
from hub.console.words import counts_words, sentence, state_colour, words

STRICT_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@cache
def environment(language: Language = ENGLISH) -> Environment:
    loader: BaseLoader = ChoiceLoader(
        [
            PackageLoader("hub.console", "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja", "templates")}),
        ]
    )
    # The macros of GOV.UK Frontend ask for fields that were not given.
    made = Environment(
        loader=loader,
        autoescape=select_autoescape(("html",), default=True),
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = language.say
    made.filters.update(
        local=language.moment,
        local_day=language.day,
        left=left_words,
        explained=partial(_explained, language),
        words=words,
        colour=state_colour,
        sentence=sentence,
        counts=counts_words,
    )
    return made


def _explained(language: Language, text: str) -> str:
    """What a failure says, as a sentence. If nobody has translated it, the page says that it is English."""
    said = language.said_of(text.strip())
    if said is None:
        return Markup('<span lang="en">{}</span>').format(sentence(text))
    return sentence(said)


def rendered(
    template: str, context: Mapping[str, object], status: int = 200, language: Language = ENGLISH
) -> HTMLResponse:
    """The page is in the reader's language if it is translated, and in English if it is not. What stands around it is
    in the reader's language in any case."""
    of_page = language if template in TRANSLATED else ENGLISH
    known = {"language": language, "language_of_page": of_page, "say": language.say, "moment": language.moment}
    text = environment(of_page).get_template(template).render({**known, **context})
    return HTMLResponse(text, status, STRICT_HEADERS)
