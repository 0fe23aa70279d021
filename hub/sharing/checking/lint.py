"""Shows the authors of agency and protocol files what is wrong with them on a given day."""

from collections.abc import Iterator
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

from hub.sharing.checking.clock_rules import differing_clocks
from hub.sharing.checking.message_examples import run_examples
from hub.sharing.checking.protocol_rules import WrittenProtocol
from hub.sharing.checking.registry import examine
from schemas.catalogue import Catalogue
from schemas.problem import Problem


def lint(
    agencies_dir: Traversable | Path, protocols_dir: Traversable | Path, catalogue: Catalogue, on: date
) -> tuple[Problem, ...]:
    """Every problem for which `load_registry` raises. If there is none: example messages with another result, and
    clocks for which protocols set different times. Also three remarks: `protocol.expired`, `protocol.not_begun`,
    `protocol.review_due`. `where` looks like `protocols/court-lists.toml line 12`."""
    examined = examine(agencies_dir, protocols_dir, catalogue)
    examples: tuple[Problem, ...] = ()
    if examined.registry is not None:
        agencies = examined.registry.agencies
        examples = tuple(problem for each in examined.written for problem in run_examples(each, agencies, catalogue))
        examples += tuple(differing_clocks(examined.written, agencies, catalogue))
    shows = tuple(problem for written in examined.written for problem in _today(written, on))
    return examined.problems + examples + shows


def _today(written: WrittenProtocol, on: date) -> Iterator[Problem]:
    protocol, source = written.protocol, written.source
    if protocol.expires < on:
        yield Problem(
            "protocol.expired",
            source.where(("expires",)),
            f"it expired on {protocol.expires} and permits nothing",
            "agree a new version, or remove the file",
        )
    elif on < protocol.starts:
        yield Problem(
            "protocol.not_begun",
            source.where(("starts",)),
            f"it begins on {protocol.starts} and permits nothing before",
            "do nothing if that is what was agreed",
        )
    elif protocol.review < on:
        yield Problem(
            "protocol.review_due",
            source.where(("review",)),
            f"its review was due on {protocol.review}",
            "review it, then move the date",
        )
