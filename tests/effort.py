"""How much is tried where more tries find more: little in `make test`, much in `make test-long`, and never nothing."""

import os

LONG = os.environ.get("TESTS_LONG") == "1"


def tries(usual: int, long: int) -> int:
    return long if LONG else usual
