"""Where agencies leave files for the hub: the `[[collect]]` entries of the operator's file, checked when it is read."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from adapters.catalogue import Adapters
from adapters.contract import Inbox
from hub.errors import SettingsWrong
from hub.exchange.partners.operator_toml import ill_formed, tables_of
from hub.sharing.terms.agencies import Agencies
from schemas.problem import Problem

Inboxes = Mapping[str, Inbox]
_KEYS = frozenset({"agency", "transport", "settings"})


def load_inboxes(file: Path, adapters: Adapters, agencies: Agencies) -> Inboxes:
    """Inboxes by agency id. Empty if there is no file or no entry. Raises SettingsWrong that names the first fault."""
    inboxes: dict[str, Inbox] = {}
    for number, entry in enumerate(tables_of(file, "collect"), start=1):
        where = f"{file.name}, collect {number}"
        problems = _problems(entry, where, adapters, agencies, inboxes)
        if problems:
            first = problems[0]
            raise SettingsWrong(f"{first.where}: {first.problem}", first.cure, first.where)
        inbox = _inbox(entry)
        inboxes[inbox.agency] = inbox
    return MappingProxyType(inboxes)


def _inbox(entry: Mapping[str, object]) -> Inbox:
    settings = entry.get("settings", {})
    plain = {str(k): str(v) for k, v in settings.items()} if isinstance(settings, Mapping) else {}
    return Inbox(str(entry["agency"]), str(entry["transport"]), MappingProxyType(plain))


def _problems(
    entry: Mapping[str, object], where: str, adapters: Adapters, agencies: Agencies, known: Inboxes
) -> tuple[Problem, ...]:
    if entry.keys() != _KEYS:
        return (Problem("collect.keys", where, "must have agency, transport and settings", "correct the keys"),)
    if problem := ill_formed(entry):
        return (Problem("collect.keys", where, problem, "correct the value"),)
    agency, transport = str(entry["agency"]), str(entry["transport"])
    if agencies.get(agency) is None:
        return (Problem("agency.unknown", where, f"no agency is called {agency}", "use an id of the registry"),)
    if agency in known:
        return (Problem("collect.twice", where, f"{agency} already has an inbox", "keep one of them"),)
    if transport not in adapters.collectors:
        cure = f"one of {sorted(adapters.collectors)}"
        return (Problem("collect.transport", where, f"the transport {transport} cannot collect", cure),)
    return adapters.collectors[transport].check(_inbox(entry))
