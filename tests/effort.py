"""How many tries a test makes if more tries find more: few in `make test`, many in `make test-long`, and never none."""

import os
from typing import TypeVar

LONG = os.environ.get("TESTS_LONG") == "1"


Value = TypeVar("Value")


def tries(usual: Value, long: Value) -> Value:
    return long if LONG else usual
