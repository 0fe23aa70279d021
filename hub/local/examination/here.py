"""Checks of this machine: the folder, the disk, the keys, and the files that the operator writes."""

from importlib.resources import files
from pathlib import Path

from adapters.catalogue import broken_profiles, interfaces_by_address
from hub.bootstrap import build_knowledge, registry_folders
from hub.clock import SystemClock
from hub.codes.keeping import load_code_lists
from hub.counting import counted
from hub.durable_files import free_bytes
from hub.exchange.partners.endpoints import load_endpoints
from hub.exchange.partners.interface_settings import load_interface_settings
from hub.exchange.partners.limits import load_limits, usual_limits
from hub.local.examination.case import Case, ToAttend, Unwell
from hub.sharing.checking.lint import lint
from schemas.catalogue import Catalogue
from schemas.problem import Explained

_PLENTY = 5
"""With less free disk than so many times what the exchange needs to accept anything, somebody should make room."""
STYLES = Path(str(files("hub.console"))) / "static" / "govuk-frontend.css"


def state_folder(case: Case) -> str:
    folder = case.settings.state_dir.resolve()
    if not folder.exists():
        return f"{folder} is made when the exchange starts"
    if not folder.is_dir():
        raise Unwell(f"{folder} is not a folder", "set HUB_STATE_DIR to a folder")
    if folder.stat().st_mode & 0o022:
        raise Unwell(f"other accounts may write to {folder}", f"run: chmod go-w {folder}")
    return f"{folder} belongs to this exchange alone"


def disk(case: Case) -> str:
    free, needed = free_bytes(case.settings.state_dir), case.settings.disk_free_bytes_min
    words, cure = f"{free / 1e9:.1f} GB free", "make room on the disk of the state folder"
    if free < needed:
        raise Unwell(f"{words}, and {needed / 1e9:.1f} GB are needed", f"{cure}; nothing is accepted until then")
    if free < needed * _PLENTY:
        raise ToAttend((f"only {words}", cure))
    return words


def keys(case: Case) -> str:
    token = case.settings.key_service_token_file
    needed = [*case.settings.key_files(), *([token] if token else [])]
    made = [file for file in needed if file.exists()]
    for file in made:
        with file.open("rb"):  # an account that may not read it is told here
            if file.stat().st_mode & 0o077:
                raise Unwell(f"other accounts may use {file}", f"run: chmod 600 {file}")
    if not made:
        return "they are made when the exchange first starts"
    return f"{counted(len(made), 'file')}, which this account alone may read"


def registry(case: Case) -> str:
    problems = tuple(lint(*registry_folders(case.settings), Catalogue.discover(), SystemClock().now().date()))
    if problems and _starts_with_them(case):
        raise ToAttend(*((each.in_its_place(), each.cure) for each in problems))
    if problems:
        raise Unwell(problems[0].in_its_place(), f"{problems[0].cure}; `hub lint` names all of them")
    return "the agencies and the protocols hold together"


def _starts_with_them(case: Case) -> bool:
    try:
        build_knowledge(case.settings)
    except Explained:
        return False
    return True


def operator_files(case: Case) -> str:
    """Raises what a process that serves would raise when it starts."""
    settings = case.settings
    for found in broken_profiles(settings.profiles_folder()).values():
        raise Unwell(found[0].in_its_place(), f"{found[0].cure}; see: hub profile lint")
    lists = load_code_lists(settings.codes_folder())
    knowledge = build_knowledge(settings)
    agencies = knowledge.registry.agencies
    endpoints = load_endpoints(settings.endpoints_file(), knowledge.adapters, agencies)
    load_limits(settings.limits_file(), usual_limits(settings), agencies)
    load_interface_settings(
        settings.interfaces_file(), interfaces_by_address(), agencies, knowledge.adapters.transports
    )
    receive = {agency for agency, _ in endpoints.by_agency_and_kind}
    unusable = [(each.in_its_place(), each.cure) for each in endpoints.unusable.values()]
    if unusable:
        raise ToAttend(*unusable)
    return f"{counted(len(receive), 'agency')} with an endpoint, {counted(len(lists.tables), 'code list')}"


def style_sheet(_: Case) -> str:
    if not STYLES.is_file():
        cure = "install the exchange again where the npm registry can be reached"
        raise ToAttend(("the console has no style sheet; its pages work without it", cure))
    return "the console has its style sheet"
