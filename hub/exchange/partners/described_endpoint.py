"""Reads a TOML file that says by which of our transports, and with which settings, something goes to one place."""

import tomllib
from pathlib import Path
from types import MappingProxyType

from adapters.catalogue import Adapters
from adapters.contract import Endpoint
from hub.errors import SettingsWrong


def described_endpoint(file: Path, setting: str, receiver: str, adapters: Adapters) -> Endpoint:
    """`setting` names the file, and `receiver` is what its endpoint is called. Raises SettingsWrong."""

    def wrong(problem: str, cure: str) -> SettingsWrong:
        return SettingsWrong(f"{setting}, {file}: {problem}", cure, str(file))

    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise wrong(f"cannot be read ({type(error).__name__})", "correct the file") from None
    transport, settings = str(said.get("transport")), said.get("settings", {})
    if said.keys() - {"transport", "settings"} or not isinstance(settings, dict):
        raise wrong("has other keys than transport and settings", "correct the file")
    if transport not in adapters.transports or adapters.transports[transport].capabilities.pull:
        raise wrong(f"{transport} carries nothing there", "name a transport that sends, such as email")
    plain = MappingProxyType({str(key): str(value) for key, value in settings.items()})
    endpoint = Endpoint(receiver, "hub_json", transport, plain)
    if problems := adapters.transports[transport].check(endpoint):
        raise wrong(problems[0].problem, problems[0].cure)
    return endpoint
