"""Makes a payload of values of which some may not fit. A bad optional value never refuses what it stands in.

What is too long is cut, another bad value is left out, and both are reported. What a part cannot be without takes the
part along, up to the nearest part that may be missing. Only if the whole payload cannot be without it, nothing is made.
A day, a time or a moment that is written otherwise than agreed is read by `adapters.dates` first.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adapters.model_fields import Steps, date_reader, optional_beginning
from schemas.problem import Problem

M = TypeVar("M", bound=BaseModel)
_NOT_CUT_BELOW = 250
"""A shorter field holds a number or a code, and a number that was cut is another number."""


class Placed(str):
    """A text that remembers where in the document it stood. What is made of it (trimmed, cut) does not."""

    __slots__ = ("place",)
    place: str

    @classmethod
    def at(cls, place: str, text: str) -> "Placed":
        made = cls(text)
        made.place = place
        return made


WHOLE = ("documents",)
"""A document that is left out of the payload would come without its name."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value at `path` of the values that were given. `most` is how much the field holds where it was cut, else None.

    `place` is where it stood in the document, if a text of it is `Placed`; `fault` is what the model found wrong, and
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
    """`payload` is None if it cannot be without what is wrong or missing at `lacking`; `needed` says more of these."""

    payload: M | None
    misfits: tuple[Misfit, ...] = ()
    needed: tuple[Misfit, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        return tuple(one.path for one in self.needed)

    def lost_from(self, *patterns: str) -> tuple[Misfit, ...]:
        """The entries of these lists (`sessions[].cases[]`) that were left out whole."""
        return tuple(one for one in self.misfits if one.most is None and one.pattern in patterns)


def fitted(
    model: type[M], values: Mapping[str, Any], *, as_json: bool = False, whole: tuple[str, ...] = WHOLE
) -> Fitted[M]:
    """The payload of the values, which are dicts, lists and tuples, or parts that are made already. `as_json` reads
    them strictly, as plain JSON data. The lists that `whole` names lose no entry: what is wrong with one is needed."""
    try:
        return Fitted(_read(model, values, as_json=as_json))
    except ValidationError:
        pruned = _Pruned(values, whole)
    while True:
        try:
            return Fitted(_read(model, pruned.tree(), as_json=as_json), pruned.misfits())
        except ValidationError as error:
            needed = pruned.mended(model, error)
            if needed is not None:
                return Fitted(None, pruned.misfits(), needed)


def _read(model: type[M], tree: Any, *, as_json: bool) -> M:
    return model.model_validate_json(json.dumps(tree), strict=True) if as_json else model.model_validate(tree)


def doubts_of(misfits: tuple[Misfit, ...], where: str) -> tuple[Problem, ...]:
    """One for each field, at its first place; `where` is that of the whole, for values without a place of their own."""
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
        problem = f"its {misfit.path} is longer than {misfit.most} and was cut there{again}"
        return Problem("field.cut", where, problem, "send it shorter if the end of it matters")
    problem = f"its {misfit.path} is not of the agreed form; it is not passed on{again}"
    return Problem("field.left_out", where, problem, "correct it in the sending system and send it again")


def path_of(steps: Steps) -> str:
    """`offences[1].results[0].text`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else step if step == "[]" else f".{step}" for step in steps)
    return written.removeprefix(".") or "content"


@dataclass(slots=True)
class _Pruned:
    """The values without what was left out. Steps are always those of the values as they were given."""

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
        """`now` is where it stands in the tree that is made, without what was left out before it."""
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
        """The steps in the values as they were given."""
        found: list[int | str] = []
        for number, step in enumerate(steps):
            kept = self._kept.get(steps[:number])
            found.append(kept[step] if kept is not None and isinstance(step, int) and step < len(kept) else step)
        return tuple(found)

    def mended(self, model: type[BaseModel], error: ValidationError) -> tuple[Misfit, ...] | None:
        """Cuts and leaves out what is wrong. If there is nothing of that kind, what is needed and wrong."""
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
        # A list counts as too short for as long as its entries are wrong: it is looked at again without them.
        return tuple(needed) if len(self._misfits) + len(self._reread) == before else None

    def _read_otherwise(self, model: type[BaseModel], steps: Steps) -> str | None:
        """A date that is written in another way, in the agreed way."""
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
        """Of the value itself or of the first text below it, else of a text in the part that it stands in."""
        node: Any = self.values
        around: str | None = None
        for step in steps:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return around
            if not isinstance(node, list | tuple):  # another entry of the list is another place
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
