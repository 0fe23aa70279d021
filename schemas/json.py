"""Types for JSON whose form is not known in advance. A record whose form is known has a type of its own instead."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A string, number, truth value, None, or a list or object of these."""
JsonObject: TypeAlias = dict[str, Json]
JsonMapping: TypeAlias = Mapping[str, Json]
"""A JSON object that is only read."""
