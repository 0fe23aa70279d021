"""Nonsense for every option and argument of every command, and for every parameter of every path: the answer says what
is allowed, with exit code 2 or status 422. It is never a traceback, and never an answer as if nothing was asked."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hub.access.passwords import Passwords
from hub.access.rights import StaffRole
from hub.access.staff import Staff
from hub.api.app import create_app
from hub.cli.listed import LISTED
from hub.journal.actors import INSTALLATION
from tests.conftest import Bench, run_hub
from tests.served import Api, problem_of

ANY_TEXT = {
    "by": "the name that somebody gives",
    "case": "a reference of any form",
    "folder": "a folder that is made",
    "out": "a file that is made",
    "out_file": "a file that is made",
    "reason": "words of a person",
    "save": "a folder that is made",
    "to": "a file that is made",
}
ANY_TEXT_OF = {
    "login name": "a stranger does not learn which names exist",
    "messages reference": "a reference of any form",
    "people add name": "the name of a new account",
    "people password name": "the password is asked for first",
    "register division": "a name of the area's own",
    "register team": "a name of the area's own",
    "register officer": "a name of the area's own",
    "profile new name": "any name in lower case",
    "restored end seen": "nothing was restored here",
    "hold place name": "a surname",
    "subject report name": "a surname",
}
"""Parameters that take any text, and why."""
SAYS_WHAT_IS_ALLOWED = re.compile(
    r"does not exist|is a directory|give the whole id|write (it as )?\w|use (one of|its id)|did you mean"
    r"|valid integer|greater than|less than|see(:| )|use lower-case|use the id|give the |formats are|use 3 to 64"
    r"|correct it|is in none"
    r"|errors\.md|names the positions|give two|give one of|import them"
)
PROTOCOL = "court-lists"
NONSENSE = ("qqqqqqqqqq", "", "-5", "1000000000000", "2026-02-31", "²")


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", {})
    if not below or command.invoke_without_command:
        yield path, command
    for name, each in below.items():
        yield from _leaves(each, (*path, name))


def _given(parameter: Any, file: Path) -> str:
    """A value that can be used, so that only the other one is wrong."""
    known = {
        "agency": "prison-durham",
        "sender": "prison-durham",
        "action": "release",
        "message": str(uuid4()),
        "on": "2031-01-01",
        "name": "somebody",
        "protocol": PROTOCOL,
    }
    if (
        parameter.name in ("wanted", "item", "plan", "clock", "link", "hold", "key", "proposal")
        and parameter.nargs == 1
    ):
        known[parameter.name] = str(uuid4()) if parameter.param_type_name == "argument" else str(file)
    if parameter.name in ("out_file", "folder", "to"):
        return str(file.with_suffix(".html"))
    return known.get(parameter.name, str(file))


def _words(path: tuple[str, ...], command: Any, wrong: Any, value: str, file: Path) -> list[str]:
    named, placed = [], []
    for each in command.params:
        is_flag = getattr(each, "is_flag", False)
        if each is not wrong and (not each.required or is_flag):
            named += [each.opts[0]] if is_flag and each.required else []
            continue
        said = value if each is wrong else _given(each, file)
        if each.param_type_name == "option":
            named.append(f"{each.opts[0]}={said}")
        else:
            placed.append(said)
    preview = ["--preview"] if any("--preview" in each.opts for each in command.params) else []
    return [*path, *named, *preview, "--", *placed]


def _tried() -> Iterator[tuple[str, tuple[str, ...], Any, Any]]:
    for listed in LISTED:
        for path, command in _leaves(listed.load(), (listed.name,)):
            for each in command.params:
                words = f"{' '.join(path)} {each.name}"
                is_tried = not getattr(each, "is_flag", False) and each.name not in ("help", *ANY_TEXT)
                if is_tried and words not in ANY_TEXT_OF:
                    yield words, path, command, each


def test_every_option_says_what_is_allowed(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text("{}")
    environment = {"HUB_DATABASE_URL": bench.hub.store.url}
    wrong = []
    for number, (words, path, command, parameter) in enumerate(_tried()):
        for value in ("qqqqqqqqqq", NONSENSE[1 + number % (len(NONSENSE) - 1)]):
            typed = _words(path, command, parameter, value, file)
            ran = run_hub(*typed, state=bench.hub.settings.state_dir, typed="", **environment)
            said = " ".join(re.sub(r"[│╭╮╰╯─]+", " ", ran.stderr + ran.stdout).split())
            is_id = value in ("-5", "1000000000000", "2026-02-31") and "not_found" in said
            if ran.returncode != (1 if is_id else 2) or not SAYS_WHAT_IS_ALLOWED.search(said):
                wrong.append(f"{words} {value!r}: {ran.returncode} {said[-160:]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("words", [("quarantien",), ("links", "lsit"), ("replay", "--kid", "x"), ("show",)])
def test_an_unknown_command_or_option_is_no_other(bench: Bench, words: tuple[str, ...]) -> None:
    ran = run_hub(*words, state=bench.hub.settings.state_dir)
    assert ran.returncode == 2
    assert re.search("did you mean|is missing", ran.stderr)


# ---- over HTTP ----


def _operations(bench: Bench) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Every method of every path, with the parameters of its address."""
    for path, methods in create_app(bench.hub).openapi()["paths"].items():
        for method, described in methods.items():
            yield method.upper(), path, described.get("parameters", [])


@pytest.fixture
def tokens(bench: Bench) -> dict[str, str]:
    """Whoever may call the paths that begin so. An agency's assertion works once, so it is made for each call."""
    staff = bench.hub.staff = Staff(
        bench.hub.store, bench.clock, bench.hub.settings, Passwords(passes=1, kibibytes=64, lanes=1)
    )
    first, second = "seven quiet otters", "nine quiet otters"
    staff.accounts.add("first-person", [], [], first, INSTALLATION)
    staff.accounts.add("second-person", [StaffRole.VIEWER, StaffRole.AUDITOR], [], second, "first-person")
    staff.accounts.change_own_password("second-person", second, first)
    return {"/staff": f"Bearer {staff.sessions.open('second-person', first).token}"}


def _call(api: Api, tokens: dict[str, str], method: str, path: str) -> Any:
    caller = tokens["/staff"] if path.startswith("/staff") else api.authorization("prison-durham")
    return api.http.request(method, f"{api.url}{path}", headers={"Authorization": caller}, timeout=20)


def test_every_parameter_says_what_is_allowed(bench: Bench, api: Api, tokens: dict[str, str]) -> None:
    tried = 0
    for method, path, parameters in _operations(bench):
        for parameter in parameters:
            if parameter["in"] != "query":
                continue
            for value in ("qqqqqqqqqq", "-5", "1000000000000000000000", "2026-02-31"):
                answer = _call(api, tokens, method, f"{path}?{parameter['name']}={value}")
                problem = problem_of(answer, 422)
                assert problem["problems"][0]["cure"]
                assert value not in answer.data.decode(), "it may be anything, so it is not repeated"
                tried += 1
    assert tried > 10


def test_a_parameter_that_a_path_does_not_know_is_refused_by_every_path(
    bench: Bench, api: Api, tokens: dict[str, str]
) -> None:
    for method, path, parameters in _operations(bench):
        named = next((each["name"] for each in parameters if each["in"] == "query"), None)
        asked = re.sub(r"\{[^}]*\}", str(uuid4()), path)
        for wrong, cure in ((f"{named}x", named), ("qqqqqqqqqq", "use one of" if named else "takes no parameters")):
            answer = _call(api, tokens, method, f"{asked}?{wrong}=1")
            if path.startswith("/interfaces/") and method != "GET":  # it is refused in the words of that system
                assert answer.status >= 400, path
                assert b"a parameter that this path does not know" in answer.data, path
                continue
            problem = problem_of(answer, 422)
            assert problem["code"] == "value.unknown", path
            assert cure is None or cure in problem["problems"][0]["cure"]
