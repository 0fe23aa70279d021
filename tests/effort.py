"""How many tries a test makes if more tries find more: few in `make test`, many in `make test-long`, and never none."""

import os

LONG = os.environ.get("TESTS_LONG") == "1"


def tries(usual: int, long: int) -> int:
    return long if LONG else usual
