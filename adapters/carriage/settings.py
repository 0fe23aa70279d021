"""The settings of an endpoint or inbox: a closed list of keys. No problem ever repeats a value."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, LiteralString, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from adapters.contract import CannotDeliver, Endpoint, Inbox
from schemas.problem import Problem


class TransportSettings(BaseModel):
    """The base of the settings of every transport."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


S = TypeVar("S", bound=TransportSettings)

_CURES = {
    "settings.unknown": "remove it, or correct its name; the transport's README lists the settings",
    "settings.missing": "add it to the endpoint",
    "settings.value": "correct the value; the transport's README lists the allowed values",
}
_CODES = {"extra_forbidden": "settings.unknown", "missing": "settings.missing"}
_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")


def read_settings(model: type[S], endpoint: Endpoint) -> S:
    """Return the settings of the endpoint. Raises CannotDeliver; the parcel then waits until the operator has corrected
    them."""
    try:
        return model.model_validate(dict(endpoint.settings))
    except ValidationError as error:
        first = _problems(error, endpoint)[0]
    raise CannotDeliver(first.code, f"{first.where}: {first.problem}", retryable=True, partner_down=True)


def settings_problems(model: type[TransportSettings], place: Endpoint | Inbox) -> tuple[Problem, ...]:
    """Return everything that is wrong with the values of the settings."""
    try:
        model.model_validate(dict(place.settings))
    except ValidationError as error:
        return _problems(error, place)
    return ()


def checked_settings(model: type[S], place: Endpoint | Inbox, use_files: Callable[[S], object]) -> tuple[Problem, ...]:
    """Return everything that is wrong with the settings. If their values are right, `use_files` is tried. It raises
    CannotDeliver if a file that they name cannot be used; its code is `settings.` and the name of the setting."""
    try:
        settings = model.model_validate(dict(place.settings))
    except ValidationError as error:
        return _problems(error, place)
    try:
        use_files(settings)
    except CannotDeliver as error:
        setting = f"setting {error.code.removeprefix('settings.')}"
        return (setting_problem(place, setting, error.code, error.problem, "correct the file or its path"),)
    return ()


def setting_problem(place: Endpoint | Inbox, setting: str, code: str, problem: str, cure: str) -> Problem:
    what = "inbox" if isinstance(place, Inbox) else "endpoint"
    return Problem(code, f"{what} of {place.agency}, {setting}", problem, cure)


def wrong_value(code: LiteralString, problem: LiteralString, cure: str) -> PydanticCustomError:
    """Return the error that a validator raises, with its own code and cure."""
    return PydanticCustomError(code, problem, {"cure": cure})


def _whole_path(path: Path) -> Path:
    if not path.is_absolute() or ".." in path.parts:
        raise wrong_value("settings.path", "is not an absolute path, or has .. in it", "write the whole path, from /")
    return path


def _host(host: str) -> str:
    if not is_host(host.lower()):
        raise wrong_value(
            "settings.host", "is neither a host name nor an address", "write it as sftp.example or 192.0.2.1"
        )
    return host.lower()


WholePath = Annotated[Path, AfterValidator(_whole_path)]
Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]


def is_host(host: str | None) -> bool:
    """Return whether `host`, in lower case, is a name or an address."""
    return host is not None and (_HOST_NAME.fullmatch(host) is not None or _address(host) is not None)


def is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _problems(error: ValidationError, place: Endpoint | Inbox) -> tuple[Problem, ...]:
    found = []
    for line in error.errors(include_url=False, include_context=True, include_input=False):
        kind = line["type"]
        code = kind if kind.startswith("settings.") else _CODES.get(kind, "settings.value")
        cure = str(line.get("ctx", {}).get("cure", _CURES.get(code, _CURES["settings.value"])))
        setting = "setting " + ".".join(str(step) for step in line["loc"]) if line["loc"] else "settings"
        problem = {"settings.unknown": "is not a setting of this transport", "settings.missing": "is needed"}.get(code)
        found.append(setting_problem(place, setting, code, problem or line["msg"], cure))
    return tuple(found)
