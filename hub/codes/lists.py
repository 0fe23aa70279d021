"""Which lists of codes the hub knows, how it recognises their files, and when two codes are the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hub.errors import ValueUnusable
from schemas.custody.table import canonical_code
from schemas.fields import OFFENCE_CODES, ORGANISATION_UNITS, RESULT_CODES, RESULT_QUALIFIERS
from schemas.nearest import did_you_mean


def _upper(text: str) -> str:
    return text.strip().upper()


def _result_code(text: str) -> str:
    return canonical_code(_upper(text))


@dataclass(frozen=True, slots=True)
class ListRule:
    """One list of codes.

    A file is this list if it has all of `columns` besides code and description, and all of `landmarks` among its codes:
    several lists have the same columns and differ only in their content. A code has between `shortest` and `longest`
    letters and digits. Codes with the same `key` are the same. If `stem` is given, that many first characters of a code
    are enough, because some systems cut off the rest.
    """

    name: str
    plural: str
    longest: int
    shortest: int = 1
    columns: frozenset[str] = frozenset()
    landmarks: frozenset[str] = frozenset()
    key: Callable[[str], str] = _upper
    stem: int | None = None


_LEVELS = frozenset(("topLevelCode", "secondLevelCode", "thirdLevelCode", "bottomLevelCode"))
_FOREIGN_CODES = frozenset(("pncCode", "spiCode"))

LISTS = (
    ListRule(
        ORGANISATION_UNITS.name,
        "organisation units",
        longest=7,
        shortest=5,
        columns=_LEVELS,
        stem=5,
    ),
    ListRule(OFFENCE_CODES.name, "offence codes", longest=8, columns=frozenset(("category", "recordable"))),
    ListRule(
        RESULT_CODES.name,
        "result codes",
        longest=8,
        columns=frozenset(("type", "resultCodeQualifiers")),
        key=_result_code,
    ),
    ListRule(RESULT_QUALIFIERS.name, "result qualifiers", longest=4, landmarks=frozenset(("C", "Q", "S"))),
    ListRule("plea", "pleas", longest=8, columns=_FOREIGN_CODES, landmarks=frozenset(("NG", "NONE"))),
    ListRule("verdict", "verdicts", longest=8, columns=_FOREIGN_CODES, landmarks=frozenset(("NC", "NG"))),
    ListRule("remand-status", "remand statuses", longest=8, columns=_FOREIGN_CODES, landmarks=frozenset(("CB", "UB"))),
    ListRule("gender", "genders", longest=8, columns=frozenset(("xhibitCode",))),
    ListRule("force", "police forces", longest=8, landmarks=frozenset(("01", "06"))),
    ListRule("type-of-hearing", "types of hearing", longest=8, landmarks=frozenset(("PTR", "TRIAL"))),
    ListRule("pnc-disposal", "PNC disposals", longest=8, columns=frozenset(("pncAdjudication",)), key=_result_code),
)


def list_named(name: str) -> ListRule:
    """Raises ValueUnusable if there is no such list."""
    for rule in LISTS:
        if rule.name == name:
            return rule
    cure = did_you_mean(name, (rule.name for rule in LISTS))
    raise ValueUnusable("codes.list_unknown", f"there is no list of codes called {name}", cure, "--as")


def recognise(columns: Iterable[str], codes: Iterable[str]) -> ListRule | None:
    """The one list that a file with these columns and codes can be."""
    held, keys = set(columns), {_upper(code) for code in codes}
    fitting = [rule for rule in LISTS if rule.columns <= held and rule.landmarks <= keys]
    return fitting[0] if len(fitting) == 1 else None
