"""What was typed into a form of the console, read within limits and only from a page of our own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from hub.errors import CodedFailure, RepeatedInRequest

FORM_TOKEN = "form_token"  # noqa: S105 - the name of the field
_FIELDS_MAX = 500


class FormRefused(CodedFailure):
    """A form that did not come from a page of the console, or is none."""

    status = 403


@dataclass(frozen=True, slots=True)
class Form:
    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """Without the spaces around it; empty if it was not given."""
        return self.values.get(name, "").strip()

    def raw(self, name: str) -> str:
        """Exactly as typed."""
        return self.values.get(name, "")

    def chosen(self, prefix: str) -> Iterator[str]:
        """The rest of the name of each box that begins so and was ticked."""
        return (name.removeprefix(prefix) for name, value in self.values.items() if name.startswith(prefix) and value)


async def read_form(request: Request) -> Form:
    """Raises FormRefused or RepeatedInRequest."""
    refuse_other_sites(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise FormRefused("console.form_type", "this is not a form of the console", "use the page and its button")
    text = (await request.body()).decode("utf-8", errors="strict")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise FormRefused("console.form_type", "the form has too many fields", "use the page and its button") from None
    values = dict(pairs)
    if len(values) < len(pairs):
        raise RepeatedInRequest("a field of the form is given twice", "send each once", "body")
    return Form(values)


def refuse_other_sites(request: Request) -> None:
    """A browser says which site a form came from. Raises FormRefused."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    elsewhere = site is not None and site not in ("same-origin", "none")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        elsewhere = True
    if elsewhere:
        raise FormRefused("console.other_site", "this form came from another site", "open the page here, and try again")
