"""Writes the first profile for a sample file, and says what a person must still decide."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adapters.mapping.drafts.guessing import Guess, guesses, likeness
from adapters.mapping.drafts.sample import Sample, SeenBlock, SeenField
from adapters.mapping.drafts.text_samples import look_at_text
from adapters.mapping.drafts.tree_samples import look_at_json, look_at_xml
from adapters.mapping.language.forms import MEASURED, Form, Shape, Slot, shape_of
from adapters.mapping.profiles.written import NAME
from adapters.xml import looks_like_xml
from schemas.catalogue import Catalogue
from schemas.category import Category
from schemas.kind import MessageKind
from schemas.nearest import did_you_mean
from schemas.problem import Problem, Refused

_NOT_YET = "not mapped yet"


@dataclass(frozen=True, slots=True)
class Mapped:
    wire: str
    to: str
    by: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """`text` is the profile. `unmapped` are the wire fields without a meaning; `needed` are required paths that no
    field fills. Values of the sample do not appear in it, except the codes of tables."""

    text: str
    kind: str
    mapped: tuple[Mapped, ...]
    unmapped: tuple[str, ...]
    needed: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the blocks of a sample mean in one kind: guesses for the record, and for each group the list that it
    fills."""

    kind: MessageKind
    record: Mapping[str, Guess]
    groups: tuple[tuple[SeenBlock, str | None, Mapping[str, Guess]], ...]

    @property
    def score(self) -> float:
        return sum(guess.score for _, guess in self.all())

    def all(self) -> Iterator[tuple[str, Guess]]:
        yield from self.record.items()
        for _, _, found in self.groups:
            yield from found.items()


def draft_profile(body: bytes, name: str, kind_name: str | None, catalogue: Catalogue) -> Draft:
    """Draft a profile. Without `kind_name` it is the kind that matches the field names best.

    Raises Refused: sample.unclear, kind.unknown or profile.name.
    """
    if not re.fullmatch(NAME, name):
        cure = "use lower-case letters, digits and _, a letter first"
        raise Refused(Problem("profile.name", "--name", "a system cannot have that name", cure))
    if kind_name is not None and kind_name not in catalogue.names():
        cure = did_you_mean(kind_name, catalogue.names())
        raise Refused(Problem("kind.unknown", "--kind", f"there is no kind {kind_name}", cure))
    sample = look_at(body)
    names = [kind_name] if kind_name is not None else list(catalogue.names())
    meanings = [_meaning(sample.record, catalogue.latest(one)) for one in names]
    best = max(meanings, key=lambda one: _promise(one, sample))
    if kind_name is None and best.score == 0:
        cure = "give the kind with --kind; then map the fields yourself"
        raise Refused(Problem("sample.unclear", "sample", "no field shows the kind of the message", cure))
    needed = _needed(best)
    text = "".join(f"{line}\n" for line in _lines(name, sample, best, needed))
    mapped = tuple(Mapped(wire, guess.to, guess.by, guess.sure) for wire, guess in best.all())
    known = {one.wire for one in mapped}
    unmapped = [field.wire for field in sample.record.fields if field.wire not in known]
    for group, _, found in best.groups:
        unmapped += [field.wire for field in group.fields if field.wire not in found]
    return Draft(text, best.kind.name, mapped, tuple(unmapped), needed, sample.remarks)


def _promise(meaning: _Meaning, sample: Sample) -> float:
    """Return how well a kind matches: the guesses, minus the missing required paths, plus a bonus if the record has its
    name."""
    named = likeness(sample.record.wire or "", meaning.kind.name.replace("_", "."))
    return meaning.score - 0.5 * len(_needed(meaning)) + 3 * named


def look_at(body: bytes) -> Sample:
    """Raises Refused if it shows no layout."""
    if looks_like_xml(body):
        return look_at_xml(body)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return look_at_json(body)
    return look_at_text(body)


def _meaning(record: SeenBlock, kind: MessageKind) -> _Meaning:
    shape = shape_of(kind.payload)
    slots = _slots_in(shape, "")
    found = guesses(record.fields, slots | {"@sender": Slot(Form.TEXT, Category.CASE)})
    groups: list[tuple[SeenBlock, str | None, Mapping[str, Guess]]] = []
    free = [path for path in sorted(shape.lists) if "[]" not in path]
    for group in record.groups:
        options = [(path, guesses(group.fields, _slots_in(shape, f"{path}[]"))) for path in free]
        path, best = max(options, key=lambda option: _alike(group, *option), default=(None, {}))
        if path is None or not best:
            groups.append((group, None, {}))
            continue
        free.remove(path)
        groups.append((group, path, best))
    return _Meaning(kind, found, tuple(groups))


def _alike(group: SeenBlock, path: str, found: Mapping[str, Guess]) -> float:
    names = (group.wire or " ".join(field.wire for field in group.fields)).lower()
    stem = path.rpartition(".")[2].rstrip("s")[:4]
    return sum(guess.score for guess in found.values()) + (2 if stem in names else 0)


def _slots_in(shape: Shape, above: str) -> dict[str, Slot]:
    """Return the slots of one part by relative path. A list of texts appears once, as a list."""
    start = f"{above}." if above else ""
    return {
        path.removeprefix(start): slot
        for path, slot in shape.slots.items()
        if path.startswith(start) and path not in MEASURED and "[]" not in path.removeprefix(start)
    }


def _needed(meaning: _Meaning) -> tuple[str, ...]:
    filled = {guess.to for guess in meaning.record.values()}
    for _, path, found in meaning.groups:
        filled |= {f"{path}[]"} | {f"{path}[].{guess.to}" for guess in found.values()} if path is not None else set()
    return tuple(path for _, path in shape_of(meaning.kind.payload).missing(filled))


def _lines(name: str, sample: Sample, meaning: _Meaning, needed: Sequence[str]) -> Iterator[str]:
    yield f"name = {_toml(name)}"
    yield f"title = {_toml(name)}"
    yield 'note = "Drafted from a sample. Check every line; then add [[example]] with made-up people."'
    yield ""
    yield "[layout]"
    for key, value in sample.layout.items():
        yield f"{key} = {_toml(value)}"
    for table, codes in _tables(meaning):
        yield ""
        yield f"[tables.{table}]"
        for code, value in codes.items():
            yield f"{_toml(code)} = {_toml(value)}"
    yield ""
    yield "[[exchange]]"
    yield f"kind = {_toml(meaning.kind.name)}"
    yield f"version = {meaning.kind.version}"
    yield from _wire(sample.record)
    yield from (f"# nothing fills {path}, which the kind requires" for path in needed)
    yield from _fields(sample.record.fields, meaning.record)
    for group, path, found in meaning.groups:
        yield ""
        if path is None:
            yield "# Which list of the kind is this?"
            yield "# [[exchange.group]]"
            yield '# to = "CHANGE THIS"'
            yield from (f"# {line}" for line in (*_wire(group), *_fields(group.fields, found)))
            continue
        yield "[[exchange.group]]"
        yield f"to = {_toml(path)}"
        yield from _wire(group)
        yield from _fields(group.fields, found)


def _wire(block: SeenBlock) -> Iterator[str]:
    if block.wire is not None:
        yield f"wire = {_toml(block.wire)}"
    if block.repeat is not None:
        yield f"repeat = {block.repeat}"


def _fields(fields: Sequence[SeenField], found: Mapping[str, Guess]) -> Iterator[str]:
    yield "fields = ["
    for field in fields:
        guess = found.get(field.wire)
        parts = [f"wire = {_toml(field.wire)}"]
        parts += [f"at = {field.at}", f"width = {field.width}"] if field.at is not None else []
        parts += [f"to = {_toml(guess.to)}"] if guess else [f"ignore = {_toml(_NOT_YET)}"]
        parts += [f"by = {_toml(list(guess.by))}"] if guess and guess.by else []
        yield f"  {{ {', '.join(parts)} }}," + ("" if guess is None or guess.sure else " # check the functions")
    yield "]"


def _tables(meaning: _Meaning) -> Iterator[tuple[str, Mapping[str, str]]]:
    drafted: dict[str, dict[str, str]] = {}
    for _, guess in meaning.all():
        if guess.table is not None:
            drafted.setdefault(guess.table[0], {}).update(guess.table[1])
    for table, codes in drafted.items():
        yield table, codes or {"CHANGE THIS": "CHANGE THIS"}


def _toml(value: object) -> str:
    """Return texts, numbers, truth values, lists and flat tables as TOML. Except for tables, JSON is also TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
