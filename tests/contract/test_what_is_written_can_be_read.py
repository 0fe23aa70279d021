"""What a system writes, it reads: no refusal, and nothing missing or moved but what the writer names as unexpressed.

The payloads are made of the kinds' models, for every system and each kind that it writes. `make test` tries a few of
each, the same in every run; `make test-long` many.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from adapters.contract import Decoded, Draft
from schemas.category import Category
from schemas.problem import Refused
from schemas.shape import leaves_of, values_at
from tests.contract.system_samples import CATALOGUE, NAMES, assert_told, is_tried, outcome, system_named
from tests.contract.test_systems_encode import beneath, outbound
from tests.effort import tries
from tests.payloads import payloads

TRIED = tries(6, 400)
READ_BACK = [
    (name, kind)
    for name in NAMES
    for kind in sorted(system_named(name).encodes & system_named(name).decodes)
    if is_tried(name, kind)
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "kind"), READ_BACK)
def test_what_is_written_is_read_and_says_the_same(name: str, kind: str) -> None:
    system, newest = system_named(name), CATALOGUE.latest(kind)
    written = 0
    for number, made in enumerate(payloads(newest.payload, name, TRIED)):
        payload = newest.payload.model_validate(made.values)
        draft = Draft(kind, newest.version, None, None, f"made-{number}", payload, attachments=made.attachments)
        message = outbound(draft)
        try:
            encoded = system.encode(message)
        except Refused as refusal:
            assert_told(refusal.problems)
            assert all(problem.where not in ("", "document") for problem in refusal.problems), "a refusal names a place"
            continue
        written += 1
        back = outcome(system, encoded.body)
        assert isinstance(back, Decoded), (number, back.problems)
        assert back.refused == (), number
        (read,) = back.drafts
        after = read.payload.model_dump(mode="json", exclude_none=True)
        assert list(lost(message.payload, after, encoded.unexpressed)) == [], number
        assert list(invented(draft, read, encoded.unexpressed)) == [], number
    assert written, "no payload of the kind can be written"


def lost(before: Any, after: Any, unexpressed: tuple[str, ...]) -> Iterator[str]:
    """The places of what was sent, not named as unexpressed, and did not come back. Entries of a list may change their
    order, and one of which nothing was written may be gone."""
    return _lacking(_without(before, "", frozenset(unexpressed)), after, "")


def _without(node: Any, at: str, left_out: frozenset[str]) -> Any:
    """What remains; None for what is empty."""
    if at in left_out:
        return None
    if isinstance(node, dict):
        kept = {name: _without(value, f"{at}.{name}" if at else name, left_out) for name, value in node.items()}
        return {name: value for name, value in kept.items() if value is not None} or None
    if isinstance(node, list):
        entries = [_without(value, f"{at}[{index}]", left_out) for index, value in enumerate(node)]
        return [entry for entry in entries if entry is not None] or None
    return node


def _lacking(before: Any, after: Any, at: str) -> Iterator[str]:
    if before is None:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            yield from _lacking(value, after.get(name), f"{at}.{name}")
    elif isinstance(before, list) and isinstance(after, list):
        free = list(after)
        for index, value in enumerate(before):
            where = f"{at}[{index}]"
            gone, nearest = min(
                ((list(_lacking(value, entry, where)), order) for order, entry in enumerate(free)),
                key=lambda found: len(found[0]),
                default=([where], None),
            )
            yield from gone
            if nearest is not None and not gone:
                del free[nearest]
    elif before != after and not _are_one_moment(before, after):
        yield at


def _are_one_moment(before: Any, after: Any) -> bool:
    """Return whether both are the same moment, written with two offsets."""
    if not all(isinstance(text, str) and re.match(r"\d{4}-\d\d-\d\dT", text) for text in (before, after)):
        return False
    moments = [datetime.fromisoformat(text) for text in (before, after)]
    return all(moment.tzinfo is not None for moment in moments) and moments[0] == moments[1]


def invented(before: Draft, after: Draft, unexpressed: tuple[str, ...]) -> Iterator[str]:
    """Of people and sentences a format may add nothing. A part of which something is unexpressed may read otherwise: a
    name that stands in one text is parted at its words."""
    patterns = [re.sub(r"\[\d+\]", "[]", path) for path in unexpressed]
    parts = frozenset(pattern.rpartition(".")[0] or pattern for pattern in patterns)
    said = {path: {repr(value) for _, value in found} for path, found in _values(before)}
    category = {leaf.path: leaf.category for leaf in leaves_of(type(after.payload))}
    for path, found in _values(after):
        if category[path] is not Category.CASE and not beneath(path, parts):
            yield from (f"{at}: {value!r}" for at, value in found if repr(value) not in said[path])


def _values(draft: Draft) -> list[tuple[str, list[tuple[str, Any]]]]:
    document = draft.payload.model_dump(mode="json", exclude_none=True)
    return [(leaf.path, list(values_at(document, leaf.path))) for leaf in leaves_of(type(draft.payload))]


# ---- the yardstick itself ----


def test_one_moment_with_another_offset_is_not_lost_and_another_moment_is() -> None:
    assert list(lost({"at": "1938-04-10T02:19:00Z"}, {"at": "1938-04-10T03:19:00+01:00"}, ())) == []
    assert list(lost({"at": "1938-04-10T02:19:00Z"}, {"at": "1938-04-10T02:19:00+01:00"}, ())) == [".at"]


def test_a_date_that_stands_with_another_period_is_lost() -> None:
    before = {"periods": [{"value": 1, "on": "a"}, {"value": 2}]}
    assert list(lost(before, {"periods": [{"value": 2}, {"value": 1, "on": "a"}]}, ())) == []
    assert list(lost(before, {"periods": [{"value": 1}, {"value": 2, "on": "a"}]}, ())) == [".periods[0].on"]
    assert list(lost(before, {"periods": [{"value": 1}]}, ("periods[0].on", "periods[1].value"))) == []
