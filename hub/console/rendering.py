"""Makes the pages from their templates."""

from collections.abc import Mapping
from functools import cache

from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, select_autoescape
from jinja2.loaders import BaseLoader, ChoiceLoader

from hub.console.moments import left_words, local, local_day
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
def environment() -> Environment:
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
    made.filters.update(
        local=local,
        local_day=local_day,
        left=left_words,
        words=words,
        colour=state_colour,
        sentence=sentence,
        counts=counts_words,
    )
    return made


def rendered(template: str, context: Mapping[str, object], status: int = 200) -> HTMLResponse:
    return HTMLResponse(environment().get_template(template).render(context), status, STRICT_HEADERS)
