"""Documents with one part that no system can accept; the rest of each is right."""

import re

_LAST_CASE_NUMBER = re.compile(rb"<caseno>\d+</caseno>(?!.*<caseno>)", re.DOTALL)


def with_one_bad_case(court_list: bytes) -> bytes:
    """Return a Libra list whose last case has no number. Such a case is refused; a bad date of birth would only be left
    out."""
    broken, count = _LAST_CASE_NUMBER.subn(b"", court_list)
    assert count == 1
    return broken
