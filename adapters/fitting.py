"""Builds a payload from values of which some may break a rule. A bad optional value never refuses the whole.

A text that is too long is cut, and another bad value is left out; both are reported. If a part cannot exist without a
value, the part is left out too, up to the nearest part that is optional. There is no payload only if the payload itself
cannot exist without the value. Dates in other forms are first read with `adapters.dates`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adapters.model_fields import Steps, date_reader, optional_beginning
from schemas.kind import Payload
from schemas.problem import Problem

M = TypeVar("M", bound=BaseModel)
_NOT_CUT_BELOW = 250
"""A field that is shorter than this holds a number or a code. A number that is cut would be another number."""


class Placed(str):
    """A text with its place in the document. Texts that are made from it (trimmed, cut) do not have the place."""

    __slots__ = ("place",)
    place: str

    @classmethod
    def at(cls, place: str, text: str) -> "Placed":
        made = cls(text)
        made.place = place
        return made


def joined(separator: str, parts: Iterable[str | None]) -> str:
    """One text of several, without those that are blank; its place is that of the longest of them."""
    texts = [part for part in parts if part]
    longest = max(texts, key=len, default=None)
    whole = separator.join(texts)
    return Placed.at(longest.place, whole) if isinstance(longest, Placed) else whole


def words_of(text: str | None, apart: str = r"\s") -> list[str]:
    """The words of a text, each with its place. `apart` is the class of characters that stand between them."""
    words = re.findall(f"[^{apart}]+", text or "")
    return [Placed.at(text.place, word) for word in words] if isinstance(text, Placed) else words


WHOLE = ("documents",)
"""These lists lose no entry: a document that the payload does not name would be carried without its name."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that broke a rule, at `path` of the given values. `most` is the length to which it was cut; None if it
    was not.

    `place` is its place in the document, if one of its texts is `Placed`. `fault` is what the model found wrong, and
    `at` where: in the value itself, or below it.
    """

    path: str
    most: int | None = None
    place: str | None = field(default=None, compare=False)
    steps: Steps = field(default=(), compare=False)
    at: Steps = field(default=(), compare=False)
    fault: ErrorDetails | None = field(default=None, compare=False)

    @property
    def pattern(self) -> str:
        """`offences[].results[].text`."""
        return path_of(tuple("[]" if isinstance(step, int) else step for step in self.steps))


@dataclass(frozen=True, slots=True)
class Fitted(Generic[M]):
    """The result. `payload` is None if it cannot exist without the values at `lacking`; `needed` has the details of
    these."""

    payload: M | None
    misfits: tuple[Misfit, ...] = ()
    needed: tuple[Misfit, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        return tuple(one.path for one in self.needed)

    def lost_from(self, *patterns: str) -> tuple[Misfit, ...]:
        """Return the entries of these lists (`sessions[].cases[]`) that were left out whole."""
        return tuple(one for one in self.misfits if one.most is None and one.pattern in patterns)


def fitted(
    model: type[M], values: Mapping[str, Any], *, as_json: bool = False, whole: tuple[str, ...] = WHOLE
) -> Fitted[M]:
    """Build the payload. The values are dicts, lists, tuples, or parts that are made already.

    `as_json` reads them strictly, as plain JSON data. The lists named in `whole` lose no entry: a fault in one of their
    entries leaves no payload.
    """
    try:
        return Fitted(_read(model, values, as_json=as_json))
    except ValidationError:
        pruned = _Pruned(values, whole)
    while True:
        try:
            found = Fitted(_read(model, pruned.tree(), as_json=as_json), pruned.misfits())
        except ValidationError as error:
            needed = pruned.mended(model, error)
            if needed is not None:
                return Fitted(None, pruned.misfits(), needed)
        else:
            return _unless_silenced(found)


def _unless_silenced(found: Fitted[M]) -> Fitted[M]:
    """A message that says nothing takes back what was said. It must not do so because a part of it was wrong."""
    payload = found.payload
    lost = found.lost_from(*payload.said_in) if isinstance(payload, Payload) else ()
    silenced = lost and isinstance(payload, Payload) and not payload.says_something()
    return Fitted(None, found.misfits, lost) if silenced else found


def _read(model: type[M], tree: Any, *, as_json: bool) -> M:
    return model.model_validate_json(json.dumps(tree), strict=True) if as_json else model.model_validate(tree)


def doubts_of(misfits: tuple[Misfit, ...], where: str) -> tuple[Problem, ...]:
    """Return one doubt for each field, at its first place. `where` is used for values without a place of their own."""
    first: dict[tuple[str, bool], tuple[Misfit, int]] = {}
    for misfit in misfits:
        key = (misfit.pattern, misfit.most is None)
        found, times = first.get(key, (misfit, 0))
        first[key] = (found, times + 1)
    return tuple(_doubt(misfit, times, where) for misfit, times in first.values())


def _doubt(misfit: Misfit, times: int, where: str) -> Problem:
    again = f" ({times} times; this is the first)" if times > 1 else ""
    where = misfit.place or where
    if misfit.most is not None:
        problem = f"its {misfit.path} is longer than {misfit.most}, so its end was cut off{again}"
        return Problem("field.cut", where, problem, "send a shorter text if the end matters")
    problem = f"its {misfit.path} does not have the agreed form; it is not passed on{again}"
    return Problem("field.left_out", where, problem, "correct it in the sending system and send it again")


def path_of(steps: Steps) -> str:
    """`offences[1].results[0].text`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else step if step == "[]" else f".{step}" for step in steps)
    return written.removeprefix(".") or "content"


@dataclass(slots=True)
class _Pruned:
    """The values without those that were left out. Steps always refer to the values as they were given."""

    values: Mapping[str, Any]
    whole: tuple[str, ...]
    _misfits: dict[Steps, Misfit] = field(default_factory=dict)
    _reread: dict[Steps, str] = field(default_factory=dict)
    _kept: dict[Steps, list[int]] = field(default_factory=dict)

    def misfits(self) -> tuple[Misfit, ...]:
        return tuple(self._misfits.values())

    def tree(self) -> Any:
        self._kept.clear()
        return self._copied(self.values, (), ())

    def _copied(self, node: Any, at: Steps, now: Steps) -> Any:
        """Copy the tree. `now` is the position in the copy, without what was left out before it."""
        most = self._misfits[at].most if at in self._misfits else None
        if isinstance(node, Mapping):
            return {
                name: self._copied(value, (*at, name), (*now, name))
                for name, value in node.items()
                if not self._is_left_out((*at, name))
            }
        if isinstance(node, list | tuple):
            kept = [index for index in range(len(node)) if not self._is_left_out((*at, index))][:most]
            self._kept[now] = kept
            return [self._copied(node[index], (*at, index), (*now, new)) for new, index in enumerate(kept)]
        node = self._reread.get(at, node)
        return node.strip()[:most].strip() if isinstance(node, str) and most is not None else node

    def _is_left_out(self, at: Steps) -> bool:
        return at in self._misfits and self._misfits[at].most is None

    def _given(self, steps: Steps) -> Steps:
        """Return the steps in the values as they were given."""
        found: list[int | str] = []
        for number, step in enumerate(steps):
            kept = self._kept.get(steps[:number])
            found.append(kept[step] if kept is not None and isinstance(step, int) and step < len(kept) else step)
        return tuple(found)

    def mended(self, model: type[BaseModel], error: ValidationError) -> tuple[Misfit, ...] | None:
        """Cut or leave out what is wrong. If nothing can be left out, return what is wrong and required."""
        needed: list[Misfit] = []
        before = len(self._misfits) + len(self._reread)
        for fault in error.errors(include_url=False, include_input=False):
            steps = self._given(fault["loc"])
            if steps not in self._reread and (reread := self._read_otherwise(model, steps)) is not None:
                self._reread[steps] = reread
                continue
            most = fault.get("ctx", {}).get("max_length", 0)
            is_text = fault["type"] == "string_too_long"
            optional = optional_beginning(model, steps, self.whole)
            if (fault["type"] == "too_long" and path_of(steps) not in self.whole) or (
                is_text and most >= _NOT_CUT_BELOW
            ):
                self._misfits[steps] = self._misfit(steps, steps, fault, most)
            elif optional is None:
                needed.append(self._misfit(steps, steps, fault, None))
            elif not any(self._is_left_out(optional[:length]) for length in range(1, len(optional) + 1)):
                self._misfits[optional] = self._misfit(optional, steps, fault, None)
        # A list counts as too short while its entries are wrong, so it is checked again without them.
        return tuple(needed) if len(self._misfits) + len(self._reread) == before else None

    def _read_otherwise(self, model: type[BaseModel], steps: Steps) -> str | None:
        """Rewrite a date that is written in another form."""
        node: Any = self.values
        for step in steps:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        read = date_reader(model, steps)
        found = read(node) if read is not None and isinstance(node, str) else None
        return found if found is None or isinstance(found, str) else found.isoformat()

    def _misfit(self, left_out: Steps, steps: Steps, fault: ErrorDetails, most: int | None) -> Misfit:
        return Misfit(path_of(left_out), most, self._place(steps), left_out, steps, fault)

    def _place(self, steps: Steps) -> str | None:
        """Return the place of the value itself or of the first text below it; otherwise the place of a text in the same
        part."""
        node: Any = self.values
        around: str | None = None
        for step in steps:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return around
            if not isinstance(node, list | tuple):  # another entry of the list has another place
                around = next(_places(node), around)
        return next(_places(node), around)


def _places(node: Any) -> Iterator[str]:
    if isinstance(node, Placed):
        yield node.place
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _places(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _places(value)
