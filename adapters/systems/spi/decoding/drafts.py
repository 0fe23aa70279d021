"""Collects the messages of one document. Each gets its own reference, and a repeated message is accepted once."""

from dataclasses import dataclass, field, replace

from adapters.contract import Draft
from adapters.systems.spi.decoding.reading import Element
from schemas.problem import Problem


@dataclass(slots=True)
class Drafts:
    """`taken` are the drafts in document order. `refused` are the problems of refused parts."""

    taken: list[Draft] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    _seen: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, draft: Draft, at: Element) -> None:
        """Add a message. A different message with the same reference gets a number after it; the same message twice is
        one."""
        seen = self._seen.setdefault(draft.reference, {})
        content = draft.payload.model_dump_json()
        if content in seen:
            self._note_repetition(seen[content], at)
            return
        seen[content] = len(self.taken)
        numbered = draft if len(seen) == 1 else replace(draft, reference=f"{draft.reference}/{len(seen)}")
        self.taken.append(numbered)

    def _note_repetition(self, index: int, at: Element) -> None:
        draft = self.taken[index]
        if not any(doubt.code == "spi.repeated" for doubt in draft.doubts):
            repeated = Problem(
                "spi.repeated",
                at.where,
                "repeats an earlier part of the same document; it is accepted once",
                "nothing, unless something different was meant: then send it",
            )
            self.taken[index] = replace(draft, doubts=(*draft.doubts, repeated))
