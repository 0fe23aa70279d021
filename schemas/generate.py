"""Writes the JSON Schema of every kind from its model: `python -m schemas.generate`, or `--check` to find differences.

A tool for people who change the kinds. Nothing in the exchange calls it.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from schemas.catalogue import Catalogue
from schemas.kind import MessageKind
from schemas.shape import leaves_of

KINDS = Path(__file__).parent / "kinds"


class _WithCategories(GenerateJsonSchema):
    """Adds to each leaf its data category and the rule of its identifier."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        described = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for leaf in leaves_of(model):
            if "." not in leaf.path:
                leaf_schema = described["properties"][leaf.path.removesuffix("[]")]
                leaf_schema["x-category"] = leaf.category.value
                if leaf.rule is not None:
                    leaf_schema["x-identifier"] = leaf.rule.name
        return described


def schema_text(kind: MessageKind) -> str:
    """Return the schema as the file holds it, with the final newline."""
    described: dict[str, Any] = kind.payload.model_json_schema(mode="validation", schema_generator=_WithCategories)
    head = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:justice-exchange:kind:{kind.name}:{kind.version}",
        "title": f"{kind.title}, version {kind.version}",
    }
    return json.dumps(head | {key: value for key, value in described.items() if key != "title"}, indent=2) + "\n"


def schema_path(kind: MessageKind) -> Path:
    return KINDS / kind.name / f"v{kind.version}.schema.json"


def drifted() -> tuple[Path, ...]:
    """Return the files that differ from their models, or that belong to no kind."""
    kept = {path: path.read_text(encoding="utf-8") for path in KINDS.glob("*/*.schema.json")}
    wanted = {schema_path(kind): schema_text(kind) for kind in Catalogue.discover().kinds.values()}
    return tuple(sorted(path for path in kept.keys() | wanted.keys() if kept.get(path) != wanted.get(path)))


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0 if the files are right, 1 if `--check` found a difference, 2 for a wrong argument."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m schemas.generate [--check]\n")
        return 2
    if arguments:
        stale = drifted()
        for path in stale:
            sys.stderr.write(f"{path.relative_to(KINDS)} has drifted: run python -m schemas.generate\n")
        return 1 if stale else 0
    for kind in Catalogue.discover().kinds.values():
        schema_path(kind).write_text(schema_text(kind), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
