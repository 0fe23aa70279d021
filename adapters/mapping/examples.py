"""Runs a profile's examples as tests: the file must give the payload, and the payload must give the file again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import ValidationError

from adapters.contract import Draft, Outbound
from adapters.mapping.formats.lines import bytes_of
from adapters.mapping.profiles.profile import Profile
from adapters.mapping.profiles.written import ExampleWritten, LineLayout
from adapters.mapping.system import ProfiledSystem
from schemas.kind import Payload
from schemas.problem import Problem, Refused
from schemas.shape import leaves_of, values_at


def example_bytes(example: ExampleWritten, profile: Profile) -> bytes:
    """Return the file of the example, in the encoding of the layout."""
    layout = profile.layout
    return bytes_of(example.wire, layout) if isinstance(layout, LineLayout) else example.wire.encode()


def run_examples(profile: Profile) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    """Return (title, what is wrong) for each example. An example without problems has passed."""
    # A file that is only written must still be readable for its recipient, so here every exchange is tried both ways.
    exchanges = tuple(replace(exchange, reads=True) for exchange in profile.exchanges)
    system = ProfiledSystem("example", replace(profile, exchanges=exchanges))
    for number, example in enumerate(profile.examples):
        where = profile.source.where(("example", number))
        yield example.title, tuple(_Trial(system, example, where).problems())


class _Trial:
    def __init__(self, system: ProfiledSystem, example: ExampleWritten, where: str) -> None:
        self._system = system
        self._example = example
        self._where = where
        self._body = example_bytes(example, system.profile)

    def problems(self) -> Iterator[Problem]:
        example = self._example
        if (example.payload is None) == (example.refused is None):
            yield self._wrong("example.expects", "it states neither payload nor refused, or both", "state one of them")
            return
        try:
            decoded = self._system.decode(self._body, {})
        except Refused as refusal:
            yield from self._refusal(refusal.problems)
            return
        if example.refused is not None or decoded.refused or len(decoded.drafts) != 1:
            # An example that states a refusal may hold a bad optional value. That gives a doubt, not a refusal.
            doubts = (doubt for draft in decoded.drafts for doubt in draft.doubts if example.refused is not None)
            yield from self._refusal((*decoded.refused, *doubts))
            return
        yield from self._reading(decoded.drafts[0])

    def _wrong(self, code: str, problem: str, cure: str) -> Problem:
        return Problem(code, self._where, problem, cure)

    def _refusal(self, problems: tuple[Problem, ...]) -> Iterator[Problem]:
        expected = self._example.refused
        if expected is None:
            for one in problems:
                yield self._wrong("example.refused", f"{one.code} at {one.where}: {one.problem}", one.cure)
            if not problems:
                yield self._wrong("example.records", "it contains more than one record", "let each example contain one")
        elif expected not in {one.code for one in problems}:
            found = ", ".join(one.code for one in problems) or "nothing"
            yield self._wrong(
                "example.refused", f"expected {expected}, found {found}", "correct the example or the mapping"
            )

    def _reading(self, draft: Draft) -> Iterator[Problem]:
        exchange = self._system.profile.exchange_of(draft.kind, draft.version)
        if exchange is None or draft.kind != self._example.kind:
            problem = f"it is a {draft.kind}, and the example says {self._example.kind}"
            yield self._wrong("example.kind", problem, "correct the kind")
            return
        for name in ("sender", "recipient", "reference"):
            wanted, found = getattr(self._example, name), getattr(draft, name)
            if wanted is not None and wanted != found:
                yield self._wrong("example.envelope", f"the {name} is {found!r}", f"expected {wanted!r}")
        try:
            wanted_payload = exchange.kind.payload.model_validate_json(self._example.payload or "", strict=True)
        except ValidationError as error:
            for fault in error.errors():
                at = ".".join(str(step) for step in fault["loc"])
                yield self._wrong("example.payload", f"{at}: {fault['msg']}", "correct the payload of the example")
            return
        yield from self._differences(wanted_payload, draft.payload)
        if exchange.writes:
            yield from self._writing(draft)

    def _differences(self, wanted: Payload, found: Payload) -> Iterator[Problem]:
        here, there = (one.model_dump(mode="json", exclude_none=True) for one in (wanted, found))
        for leaf in leaves_of(type(wanted)):
            expected, came = dict(values_at(here, leaf.path)), dict(values_at(there, leaf.path))
            for at in sorted(expected.keys() | came.keys()):
                if expected.get(at) != came.get(at):
                    problem = f"{at} is {came.get(at)!r} where {expected.get(at)!r} is expected"
                    yield self._wrong("example.differs", problem, "correct the mapping, or the payload")

    def _writing(self, draft: Draft) -> Iterator[Problem]:
        message = Outbound(
            id="00000000-0000-4000-8000-000000000001",
            kind=draft.kind,
            version=draft.version,
            sender=draft.sender or "agency-one",
            recipient=draft.recipient or "agency-two",
            reference=draft.reference,
            sent_at=draft.sent_at or datetime(2026, 1, 5, 12, tzinfo=UTC),
            correlation="00000000-0000-4000-8000-000000000002",
            payload=json.loads(draft.payload.model_dump_json(exclude_none=True)),
            attachments=draft.attachments,
        )
        try:
            encoded = self._system.encode(message)
        except Refused as refusal:
            for one in refusal.problems:
                yield self._wrong("example.not_written", f"{one.code} at {one.where}: {one.problem}", one.cure)
            return
        for path in encoded.unexpressed:
            yield self._wrong("example.not_written", f"{path} is read and cannot be written", "correct the mapping")
        if not self._system.recognises(encoded.body):
            problem = "what is written is not recognised"
            yield self._wrong("example.not_written", problem, "state in the layout how its files differ from others")
