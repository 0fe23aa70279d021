"""The closed list of functions of the mapping language. A profile can use no other function."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from adapters.mapping.language.forms import Form
from adapters.mapping.language.function import Function, Kept, Maker, Misused, Tables, Unfit
from adapters.mapping.language.moments import make_date, make_moment, make_time
from schemas.fields import postcode
from schemas.parts.document import SIZE_BYTES_MAX

_INTEGER_DIGITS_MAX = 15


def _text(read: Callable[[str], Any], write: Callable[[str], str]) -> Function:
    return Function(Form.TEXT, Form.TEXT, read, write)


def _plain(made: Function) -> Maker:
    """Return a function that takes no argument."""

    def make(argument: str, _: Tables) -> Function:
        if argument:
            raise Misused(
                "function.argument", "the function takes no argument", "leave out the colon and the text after it"
            )
        return made

    return make


def _as_it_is(text: str) -> str:
    return text


def _read_capitals(text: str) -> str:
    """MARY-ANN O'NEILL becomes Mary-Ann O'Neill. Text that is not all in capitals stays unchanged."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), text) if text.isupper() else text


def _make_zeros(argument: str, _: Tables) -> Function:
    if not re.fullmatch(r"[1-9][0-9]?", argument):
        raise Misused("function.argument", "zeros needs the number of digits", "write it as zeros: 6")
    return _text(lambda text: text.lstrip("0") or "0", lambda text: text.zfill(int(argument)))


def _make_prefix(argument: str, _: Tables) -> Function:
    if not argument:
        raise Misused(
            "function.argument", "prefix needs the text that comes before the value", "write it as prefix: CRN"
        )

    def read(text: str) -> str:
        if not text.startswith(argument):
            raise Unfit("value.prefix", f"does not begin with {argument}", "send the value as the system writes it")
        return text.removeprefix(argument).strip()

    return _text(read, lambda text: argument + text)


def _make_blank(argument: str, _: Tables) -> Function:
    """What the system writes if it knows nothing, such as `NK` or `N/A | UNKNOWN`. The payload then has no value."""
    words = frozenset(word.strip() for word in argument.split("|")) - {""}
    if not words:
        raise Misused("function.argument", "blank needs the words that mean no value", "write it as blank: N/A | NK")
    return _text(lambda text: None if text in words else text, _as_it_is)


def _make_table(argument: str, tables: Tables) -> Function:
    """Converts a code with the table. Any other code is refused."""
    codes, values = _table(argument, tables)

    def read(text: str) -> str:
        if text not in codes:
            raise Unfit("value.code", f"is not a code of the table {argument}", "correct it, or add it to the table")
        return codes[text]

    def write(value: str) -> str:
        if value not in values:
            raise Unfit("value.code", f"has no code in the table {argument}", "add one to the table")
        return values[value]

    return Function(Form.TEXT, Form.TEXT, read, write, table=argument)


def _make_codes(argument: str, tables: Tables) -> Function:
    """Converts a code with the table. Any other code is kept as received and flagged."""
    codes, values = _table(argument, tables)

    def write(value: str) -> str:
        if value not in values and value in codes:
            raise Unfit("value.code", "would be read with the meaning of another code", "add a code to the table")
        return values.get(value, value)

    return Function(Form.TEXT, Form.TEXT, lambda text: codes.get(text, Kept(text)), write, table=argument)


def _table(name: str, tables: Tables) -> tuple[Mapping[str, str], Mapping[str, str]]:
    if name not in tables:
        known = ", ".join(sorted(tables)) or "none yet"
        raise Misused("table.unknown", f"there is no table {name!r}", f"add [tables.{name}]; the tables are {known}")
    return tables[name], {value: code for code, value in tables[name].items()}


def _read_number(text: str) -> int:
    if not re.fullmatch(rf"-?[0-9]{{1,{_INTEGER_DIGITS_MAX}}}", text):
        raise Unfit("value.number", "is not a whole number", "send digits only")
    return int(text)


def _read_decimal(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", text):
        raise Unfit("value.number", "is not a decimal number", "send digits with a point")
    return float(text)


def _read_pence(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,14}", text):
        raise Unfit("value.number", "is not a number of pence", "send digits only")
    return f"{int(text) // 100}.{int(text) % 100:02}"


def _write_pence(value: str) -> str:
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{0,2})?", value):
        raise Unfit("value.number", "is not an amount in pounds and pence", "send it as 250.00")
    pounds, _, pence = value.partition(".")
    return str(int(pounds + pence.ljust(2, "0")))


def _read_thousands(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})*(\.[0-9]+)?|[0-9]+(\.[0-9]+)?", text):
        raise Unfit("value.number", "is not a number with commas between the thousands", "send it as 1,250.00")
    return text.replace(",", "")


def _write_thousands(value: str) -> str:
    whole, point, rest = value.partition(".")
    return re.sub(r"(?<=[0-9])(?=([0-9]{3})+$)", ",", whole) + point + rest


def _make_truth(argument: str, _: Tables) -> Function:
    """Converts `Y/N`: the word for true, then the word for false."""
    true, _slash, false = (part.strip() for part in argument.partition("/"))
    if not true or not false or true == false:
        raise Misused("function.argument", "truth needs the words for true and false", "write it as truth: Y/N")

    def read(text: str) -> bool:
        if text not in (true, false):
            raise Unfit("value.truth", f"is neither {true} nor {false}", "correct it, or leave it out")
        return text == true

    return Function(Form.TEXT, Form.TRUTH, read, lambda value: true if value else false)


def _make_split(argument: str, _: Tables) -> Function:
    if len(argument) != 1:
        raise Misused("function.argument", "split needs the one character between the parts", "write it as split: ;")
    return _listed(lambda text: text.split(argument), argument)


def _listed(read: Callable[[str], list[str]], joint: str) -> Function:
    return Function(
        Form.TEXT,
        Form.TEXTS,
        lambda text: [part.strip() for part in read(text) if part.strip()] or None,
        lambda values: joint.join(values),
    )


def _make_name(argument: str, _: Tables) -> Function:
    """Converts a whole name in one field: `surname_first` (SMITH, John Paul) or `surname_last` (John Paul Smith)."""
    if argument not in ("surname_first", "surname_last"):
        cure = "write it as name: surname_first or name: surname_last"
        raise Misused("function.argument", "name needs the position of the surname", cure)
    first = argument == "surname_first"

    def read(text: str) -> dict[str, Any]:
        if first:
            surname, _, given = text.partition(",")
        else:
            given, _, surname = text.rpartition(" ")
        if not surname.strip():
            raise Unfit("value.name", "is a name without a surname", "send the whole name")
        forenames = given.split()
        return {"surname": surname.strip()} | ({"forenames": forenames} if forenames else {})

    def write(value: Mapping[str, Any]) -> str:
        if not value.get("surname"):
            raise Unfit("value.name", "is a name without a surname", "grant the recipient the surname")
        given = " ".join(value.get("forenames") or ())
        return ", ".join(filter(None, (value["surname"], given))) if first else f"{given} {value['surname']}".strip()

    return Function(Form.TEXT, Form.NAME, read, write)


def _read_base64(text: str) -> bytes:
    compact = "".join(text.split())
    if len(compact) * 3 // 4 - 2 > SIZE_BYTES_MAX:
        problem = f"the document is over {SIZE_BYTES_MAX // 1_000_000} MB"
        raise Unfit("document.too_large", problem, "send a smaller file")
    try:
        return base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        raise Unfit("document.base64", "the content is not base64", "encode the bytes again") from None


FUNCTIONS: Mapping[str, Maker] = MappingProxyType(
    {
        "upper": _plain(_text(str.upper, str.upper)),
        "lower": _plain(_text(str.lower, str.lower)),
        "capitals": _plain(_text(_read_capitals, str.upper)),
        "postcode": _plain(_text(lambda text: postcode(text) or text, lambda text: text.replace(" ", ""))),
        "zeros": _make_zeros,
        "prefix": _make_prefix,
        "blank": _make_blank,
        "table": _make_table,
        "codes": _make_codes,
        "date": make_date,
        "time": make_time,
        "moment": make_moment,
        "number": _plain(Function(Form.TEXT, Form.NUMBER, _read_number, str)),
        "decimal": _plain(Function(Form.TEXT, Form.DECIMAL, _read_decimal, str)),
        "pence": _plain(_text(_read_pence, _write_pence)),
        "thousands": _plain(_text(_read_thousands, _write_thousands)),
        "truth": _make_truth,
        "split": _make_split,
        "words": _plain(_listed(str.split, " ")),
        "lines": _plain(_listed(str.splitlines, "\n")),
        "name": _make_name,
        "base64": _plain(
            Function(Form.TEXT, Form.CONTENT, _read_base64, lambda content: base64.b64encode(content).decode())
        ),
    }
)
