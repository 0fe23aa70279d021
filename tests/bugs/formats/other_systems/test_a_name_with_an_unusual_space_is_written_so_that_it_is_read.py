"""The writers looked for a plain space, and the readers part a name at any space. So a forename with a space that does
not break came back as two, and nothing said so."""

import pytest

from adapters.contract import Decoded, Draft
from schemas.shape import values_at
from tests.contract.system_samples import CATALOGUE, NAMES, is_tried, outcome, system_named
from tests.contract.test_systems_encode import agreed_drafts, outbound
from tests.contract.test_what_is_written_can_be_read import lost
from tests.effort import LONG

SPACES = ["\N{NO-BREAK SPACE}", "\N{EM SPACE}", "\N{IDEOGRAPHIC SPACE}", "  "]
READ_BACK = [(name, kind) for name in NAMES for kind in sorted(system_named(name).encodes & system_named(name).decodes)]
TRIED = [
    (name, kind, space)
    for number, (name, kind) in enumerate(READ_BACK)
    for place, space in enumerate(SPACES)
    if LONG or (is_tried(name, kind) and number % len(SPACES) == place)
]
"""Every system, kind and space. `make test` tries them in turn, `make test-long` each with each."""


def _with_space(draft: Draft, space: str) -> Draft | None:
    tree = draft.payload.model_dump(mode="json", exclude_none=True)
    names = [
        name
        for path in ("defendant.name", "sessions[].cases[].defendant.name", "offender.name")
        for _, name in values_at(tree, path)
    ]
    for name in names:
        name["forenames"] = ["Ann", f"Ma{space}ry"]
    if not names:
        return None
    payload = CATALOGUE.latest(draft.kind).payload.model_validate(tree)
    return Draft(draft.kind, draft.version, None, None, "r", payload, attachments=draft.attachments)


@pytest.mark.parametrize(("name", "kind", "space"), TRIED)
def test_forenames_come_back_or_are_named_as_unexpressed(name: str, kind: str, space: str) -> None:
    system = system_named(name)
    for draft in agreed_drafts(kind)[:1]:
        changed = _with_space(draft, space)
        if changed is None:
            continue
        message = outbound(changed)
        encoded = system.encode(message)
        back = outcome(system, encoded.body)
        assert isinstance(back, Decoded)
        after = back.drafts[0].payload.model_dump(mode="json", exclude_none=True)
        gone = [path for path in lost(message.payload, after, encoded.unexpressed) if "forenames" in path]
        assert gone == []
