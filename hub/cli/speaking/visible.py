"""Text that others wrote, made harmless for a terminal."""

import re

_TO_BE_SEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069]")


def visible(text: str) -> str:
    """Characters that would move a terminal's cursor, colour it or turn its text round, as they are written in code."""
    return _TO_BE_SEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
