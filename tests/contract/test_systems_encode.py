"""What every agency system must keep when it writes. Systems and kinds are found by discovery."""

import dataclasses
import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from adapters.contract import Draft, Outbound
from schemas.category import Category
from schemas.parts.document import Attachment
from schemas.problem import Refused
from schemas.shape import leaves_of, values_at
from tests.contract.system_samples import (
    CATALOGUE,
    KINDS_FOLDER,
    NAMES,
    assert_told,
    is_tried,
    samples_of,
    system_named,
)

ENCODED = [(name, kind) for name in NAMES for kind in sorted(system_named(name).encodes) if is_tried(name, kind)]


def own_drafts(name: str, kind: str) -> list[Draft]:
    """The messages of a kind in the system's own samples."""
    decoded = (system_named(name).decode(path.read_bytes(), {}) for path in samples_of(name, refused=False))
    return [draft for one in decoded for draft in one.drafts if draft.kind == kind]


def agreed_drafts(kind: str) -> list[Draft]:
    """Return the samples of the kind itself, with the files that they name."""
    newest = CATALOGUE.latest(kind)
    folder = KINDS_FOLDER / kind / "samples"
    files = [path for path in folder.iterdir() if path.is_file() and path.suffix != ".json"]
    held = [Attachment(p.name, "", sha256(p.read_bytes()).hexdigest(), p.read_bytes()) for p in files]
    return [
        Draft(kind, newest.version, None, None, path.stem, newest.payload.model_validate_json(text), attachments=named)
        for path in sorted(folder.glob("*.json"))
        for text in [path.read_text(encoding="utf-8")]
        for named in [tuple(one for one in held if one.sha256 in text)]
    ]


def outbound(draft: Draft) -> Outbound:
    return Outbound(
        id="00000000-0000-4000-8000-000000000001",
        kind=draft.kind,
        version=draft.version,
        sender="agency-one",
        recipient="agency-two",
        reference=draft.reference,
        sent_at=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        correlation="00000000-0000-4000-8000-000000000002",
        payload=draft.payload.model_dump(mode="json", exclude_none=True),
        attachments=draft.attachments,
    )


Told = set[tuple[str, str, Category]]


def told(draft: Draft, unexpressed: frozenset[str]) -> Told:
    """Return (path, value, category) of every leaf, except those that the format cannot hold."""
    document = draft.payload.model_dump(mode="json", exclude_none=True)
    return {
        (at, repr(value), leaf.category)
        for leaf in leaves_of(type(draft.payload))
        for at, value in values_at(document, leaf.path)
        if not beneath(leaf.path, unexpressed)
    }


def invented(more: Told) -> Told:
    """A format may add to the case what follows from the rest. It may add nothing about people and sentences."""
    return {one for one in more if one[2] is not Category.CASE}


def beneath(path: str, unexpressed: frozenset[str]) -> bool:
    return any(path == one or path.startswith((f"{one}.", f"{one}[]")) for one in unexpressed)


@pytest.mark.parametrize(("name", "kind"), ENCODED)
def test_what_is_encoded_loses_nothing_but_what_it_says_it_cannot_express(name: str, kind: str) -> None:
    system = system_named(name)
    own, agreed = own_drafts(name, kind), agreed_drafts(kind)
    encoded_count = 0
    for draft in (*own, *agreed):
        try:
            encoded = system.encode(outbound(draft))
        except Refused as refusal:
            assert_told(refusal.problems)
            assert draft not in own, "what came in this format can go out in it"
            continue
        encoded_count += 1
        assert encoded == system.encode(outbound(draft)), "encoding is pure"
        assert system.recognises(encoded.body)
        if kind in system.decodes:
            unexpressed = frozenset(re.sub(r"\[\d+\]", "[]", path) for path in encoded.unexpressed)
            (back,) = system.decode(encoded.body, {}).drafts
            before, after = told(draft, unexpressed), told(back, unexpressed)
            assert before - after == set(), f"{draft.reference}: lost"
            assert invented(after - before) == set(), f"{draft.reference}: invented"
            assert {one.sha256 for one in back.attachments} <= {one.sha256 for one in draft.attachments}
    assert encoded_count, "no sample of the kind can be encoded"


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_that_it_does_not_encode_is_refused(name: str) -> None:
    message = dataclasses.replace(outbound(agreed_drafts(CATALOGUE.names()[0])[0]), kind="never_agreed", payload={})
    with pytest.raises(Refused) as refusal:
        system_named(name).encode(message)
    assert_told(refusal.value.problems)


@pytest.mark.parametrize(("name", "kind"), ENCODED)
def test_a_payload_minimised_to_any_one_field_is_encoded_or_refused(name: str, kind: str) -> None:
    for draft in agreed_drafts(kind):
        whole = outbound(draft)
        for field in ("", *whole.payload):
            kept: dict[str, Any] = {field: whole.payload[field]} if field else {}
            try:
                system_named(name).encode(dataclasses.replace(whole, payload=kept))
            except Refused as refusal:
                assert_told(refusal.problems)
