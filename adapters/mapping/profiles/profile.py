"""A checked profile, as the formats and the translation use it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from adapters.mapping.language.paths import Path
from adapters.mapping.language.pipeline import Pipeline
from adapters.mapping.profiles.source import Source
from adapters.mapping.profiles.written import ExampleWritten, Layout
from schemas.kind import MessageKind

ENVELOPE = ("@sender", "@recipient", "@reference", "@sent_at")


@dataclass(frozen=True, slots=True)
class Column:
    """One field. `wire` is None if only the payload has it; `path` is None if only the wire has it.

    `path` is relative to the part. For an envelope field it is None, and `envelope` names the field. `constant` is the
    value for the side that does not have the field. `json_type` is `number` or `truth` if JSON writes it so, not as
    text.
    """

    wire: str | None
    path: Path | None
    pipeline: Pipeline
    envelope: str | None = None
    constant: str | int | bool | None = None
    default: str | int | bool | None = None
    at: int = 0
    width: int = 0
    cut: bool = False
    json_type: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A record or an entry of a group: its columns and the groups below it.

    `pattern` is where its parts are in the payload: "" for the record, `orders[]` for a group.
    """

    wire: str | None
    path: Path
    pattern: str
    repeat: int | None
    columns: tuple[Column, ...]
    groups: tuple["Block", ...]
    empty: tuple[Path, ...] = ()
    """Lists that are empty, not missing, if the file has no entry of them."""

    @property
    def wire_name(self) -> str:
        return self.wire or ""

    def names(self) -> tuple[str, ...]:
        """The wire names, in the order of the file."""
        return tuple(column.wire for column in self.columns if column.wire is not None)

    def blocks(self) -> Iterator["Block"]:
        """This block and all blocks below it."""
        yield self
        for group in self.groups:
            yield from group.blocks()

    def wire_names_of(self, pattern: str) -> tuple[str, ...]:
        """Return the wire fields that fill `pattern` or something below it."""
        found: list[str] = []
        for block in self.blocks():
            for column in block.columns:
                if column.wire is None or column.path is None:
                    continue
                full = f"{block.pattern}.{column.path.pattern}" if block.pattern else column.path.pattern
                if full == pattern or full.startswith((f"{pattern}.", f"{pattern}[]")):
                    found.append(column.wire)
        return tuple(found)


@dataclass(frozen=True)
class Exchange:
    """A kind that the system exchanges. `by_rule` says that no person laid it out (`profiles/by_rule.py`); it is laid
    out when it is first used, because most processes never use most kinds."""

    kind: MessageKind
    reads: bool
    writes: bool
    wire: str
    lay_out: Callable[[], Block] = field(compare=False, repr=False)
    by_rule: bool = False

    @cached_property
    def record(self) -> Block:
        return self.lay_out()


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    title: str
    layout: Layout
    exchanges: tuple[Exchange, ...]
    examples: tuple[ExampleWritten, ...]
    tables: Mapping[str, Mapping[str, str]]
    source: Source
    others: str | None = None
    """The name of the rows, forms, elements or keys of the kinds that are laid out by rule."""

    def exchange_of(self, kind: str, version: int) -> Exchange | None:
        return next((one for one in self.exchanges if (one.kind.name, one.kind.version) == (kind, version)), None)

    @property
    def written(self) -> tuple[Exchange, ...]:
        return tuple(exchange for exchange in self.exchanges if not exchange.by_rule)

    @property
    def by_rule(self) -> tuple[Exchange, ...]:
        return tuple(exchange for exchange in self.exchanges if exchange.by_rule)
