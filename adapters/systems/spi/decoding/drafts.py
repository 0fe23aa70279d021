"""The messages made of one document: each gets its own reference, and what repeats another is not taken again."""

from dataclasses import dataclass, field, replace

from adapters.contract import Draft
from adapters.systems.spi.decoding.reading import Element
from schemas.problem import Problem


@dataclass(slots=True)
class Drafts:
    """`taken` in document order; `refused` says what of the document was refused by itself."""

    taken: list[Draft] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    _seen: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, draft: Draft, at: Element) -> None:
        """Another message under the same reference gets a number after it; the same message twice is one."""
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
                "repeats what stands earlier in the same document; it is taken once",
                "nothing, unless something different was meant: then send that",
            )
            self.taken[index] = replace(draft, doubts=(*draft.doubts, repeated))
