"""What a document may say once and says twice is refused by every system: a key of a JSON object, an attribute of an
XML element, a column of a file with a header. Otherwise one of the two would be lost unnoticed."""

import re
from collections.abc import Iterator

import pytest

from schemas.problem import Refused
from tests.contract.system_samples import NAMES, outcome, samples_of, system_named

DELIMITERS = ",;|\t"
WITH_HEADER = {"probation.crams", "probation.crams_limited", "probation.probis"}


def _repeated(body: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield copies of the document that repeat something, with the code of the refusal."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        for opening in (body.index(b"{"), body.rindex(b"{")):
            twice = b'"made_up": 1, "made_up": 1' + (b"," if body[opening + 1 :].lstrip()[:1] != b"}" else b"")
            yield body[: opening + 1] + twice + body[opening + 1 :], "json.duplicate_key"
    elif start == b"<":
        for tag in [*re.finditer(rb"<[A-Za-z][\w:.-]*", body)][:: max(1, body.count(b"<") // 4)]:
            yield body[: tag.end()] + b' made="1" made="1"' + body[tag.end() :], "xml.malformed"
    else:
        lines = body.splitlines(keepends=True)
        delimiter = max(DELIMITERS, key=lines[0].decode("latin-1").count).encode()
        cell = lines[0].split(delimiter)[0]
        longer = (line.rstrip(b"\r\n") + delimiter + cell + b"\r\n" if line.strip() else line for line in lines)
        yield b"".join(longer), "csv.header"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_twice_is_refused(name: str) -> None:
    system = system_named(name)
    for path in samples_of(name, refused=False):
        for body, code in _repeated(path.read_bytes()):
            found = outcome(system, body)
            codes = {problem.code for problem in (found.problems if isinstance(found, Refused) else found.refused)}
            if code == "csv.header" and name not in WITH_HEADER:
                assert codes, "without a header the lines that are too long are refused"
            else:
                assert code in codes, path.name
