"""Documents with one part that no system can take: the rest of each is right."""

import re

_LAST_CASE_NUMBER = re.compile(rb"<caseno>\d+</caseno>(?!.*<caseno>)", re.DOTALL)


def with_one_bad_case(court_list: bytes) -> bytes:
    """A Libra list whose last case has no number. A case without one is refused; a bad date of birth is only left
    out."""
    broken, count = _LAST_CASE_NUMBER.subn(b"", court_list)
    assert count == 1
    return broken
