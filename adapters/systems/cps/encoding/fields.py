"""Writes the fields of an outgoing payload in the forms of CP20 and charges."""

import re
from dataclasses import dataclass
from typing import NoReturn

from adapters.dates import write_local_time
from adapters.outgoing import Outgoing
from adapters.xml_writing import clean
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Fields(Outgoing):
    def write(self, name: str, form: str = r".*") -> str | None:
        """Return the text of a value, ticked off, if the format allows texts of that form; otherwise None."""
        value = self.values.get(name)
        text = None if value is None else str(value).strip()
        if not text or clean(text) != text or not re.fullmatch(form, text, re.DOTALL):
            return None
        self.tick(name)
        return text

    def clock(self, name: str, day: str) -> str | None:
        """A time of day, as it will be read: local. One with an offset does not come back as it was, and stays left."""
        value = self.values.get(name)
        written = write_local_time(self.values.get(day), value) if value else None
        if written == value:
            self.tick(name)
        return written

    def leave_out(self) -> None:
        """Report all of this part as not expressed, as a whole."""
        for path in [path for path in self.left if path.startswith(self.path)]:
            del self.left[path]
        self.left[self.path.rstrip(".")] = None


def cannot(where: str, problem: str, cure: str) -> NoReturn:
    raise Refused(Problem("cps.cannot_express", where, problem, cure))
