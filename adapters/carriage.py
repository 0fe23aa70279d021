"""What every transport settles before it carries: the endpoint's settings, and the names and size of the parcel."""

import re
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.contract import CannotDeliver, Capabilities, Endpoint, Parcel
from schemas.problem import Problem


class TransportSettings(BaseModel):
    """The base of each transport's settings: a closed list of keys. No value is ever repeated in a problem."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


S = TypeVar("S", bound=TransportSettings)

_CURES = {
    "settings.unknown": "remove it, or correct its name; the transport's README lists the settings",
    "settings.missing": "add it to the endpoint",
    "settings.value": "correct the value; the transport's README says what it takes",
}
_CODES = {"extra_forbidden": "settings.unknown", "missing": "settings.missing"}

# A name that leaves the house in a header or a file name: no spaces, no path parts, nothing a person wrote.
_MESSAGE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DELIVERY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_AGENCY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8}){1,2}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+(; ?[a-z]+=[A-Za-z0-9\":/._-]+)*")


def read_settings(model: type[S], endpoint: Endpoint) -> S:
    """The settings of the endpoint. Raises CannotDeliver: the parcel waits until the operator has put them right."""
    try:
        return model.model_validate(dict(endpoint.settings))
    except ValidationError as error:
        first = _problems(error, endpoint)[0]
    raise CannotDeliver(first.code, f"{first.where}: {first.problem}", retryable=True, partner_down=True)


def settings_problems(model: type[TransportSettings], endpoint: Endpoint) -> tuple[Problem, ...]:
    """Everything wrong with the endpoint's settings as text; empty if nothing is."""
    try:
        model.model_validate(dict(endpoint.settings))
    except ValidationError as error:
        return _problems(error, endpoint)
    return ()


def setting_problem(endpoint: Endpoint, setting: str, code: str, problem: str, cure: str) -> Problem:
    return Problem(code, f"endpoint of {endpoint.agency}, {setting}", problem, cure)


def refuse_unfit(parcel: Parcel, capabilities: Capabilities) -> None:
    """Raises CannotDeliver, not retryable, if the parcel is too large or one of its names may not leave the house."""
    size_bytes = len(parcel.encoded.body)
    if size_bytes > capabilities.size_bytes_max:
        raise CannotDeliver(
            "parcel.too_large",
            f"{size_bytes} bytes; this transport carries at most {capabilities.size_bytes_max}",
            retryable=False,
        )
    names = (
        ("message id", parcel.message_id, _MESSAGE_ID),
        ("delivery id", parcel.delivery_id, _DELIVERY_ID),
        ("kind", parcel.kind, _KIND),
        ("sender", parcel.sender, _AGENCY),
        ("file suffix", parcel.encoded.file_suffix, _SUFFIX),
        ("media type", parcel.encoded.media_type, _MEDIA_TYPE),
    )
    for name, value, form in names:
        if not form.fullmatch(value):
            raise CannotDeliver("parcel.name", f"the {name} has not the agreed form", retryable=False)


def _problems(error: ValidationError, endpoint: Endpoint) -> tuple[Problem, ...]:
    found = []
    for line in error.errors(include_url=False, include_context=True, include_input=False):
        kind = line["type"]
        code = kind if kind.startswith("settings.") else _CODES.get(kind, "settings.value")
        cure = str(line.get("ctx", {}).get("cure", _CURES.get(code, _CURES["settings.value"])))
        setting = "setting " + ".".join(str(step) for step in line["loc"]) if line["loc"] else "settings"
        problem = {"settings.unknown": "is not a setting of this transport", "settings.missing": "is needed"}.get(code)
        found.append(setting_problem(endpoint, setting, code, problem or line["msg"], cure))
    return tuple(found)
