"""The input documents of these tests, with made-up people, and what the Common Platform's adapter reads in them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adapters.contract import Decoded, Draft
from adapters.systems.common_platform.adapter import system
from schemas.kinds.court_list.v1 import Case, CourtList
from schemas.kinds.hearing_result.v1 import HearingResult

INPUTS = Path(__file__).parent / "inputs"
Json = dict[str, Any]


def tree_of(name: str) -> Json:
    tree: Json = json.loads((INPUTS / name).read_bytes())
    return tree


def decoded(name: str, change: Callable[[Json], object] | None = None) -> Decoded:
    """Read the document as it is, or changed; all of it must be accepted."""
    tree = tree_of(name)
    if change is not None:
        change(tree)
    found = system().decode(json.dumps(tree).encode(), {})
    assert found.refused == ()
    return found


def results(found: Decoded) -> dict[str, HearingResult]:
    """Return the messages by the reference of the case."""
    return {one.payload.urn: one.payload for one in found.drafts if isinstance(one.payload, HearingResult)}


def the_result(found: Decoded) -> HearingResult:
    (payload,) = results(found).values()
    return payload


def the_case(found: Decoded) -> Case:
    (payload,) = (one.payload for one in found.drafts)
    assert isinstance(payload, CourtList)
    (session,) = payload.sessions
    (case,) = session.cases
    return case


def codes(result: HearingResult) -> dict[str | None, list[str | None]]:
    """Return the codes of the results, by the offence's own number."""
    return {offence.id: [one.code for one in offence.results] for offence in result.offences}


def doubts(draft: Draft) -> list[tuple[str, str]]:
    return [(doubt.code.removeprefix("common_platform."), doubt.where) for doubt in draft.doubts]


def first_defendant(tree: Json) -> Json:
    found: Json = tree["hearing"]["prosecutionCases"][0]["defendants"][0]
    return found


def first_result(tree: Json) -> Json:
    found: Json = first_defendant(tree)["offences"][0]["judicialResults"][0]
    return found
