"""Reads who is before the court: a person by the elements of the name, or by splitting it; or an organisation."""

import re
from typing import Any

from adapters.fitting import Placed, words_of
from adapters.systems.libra.fields import FORENAMES
from adapters.systems.libra.record import Doubts, Record, refused
from schemas.problem import Problem

_TITLE = re.compile(
    r"(mr|mrs|miss|ms|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord|capt|captain|major|colonel)\.?",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(ltd|limited|plc|p\.l\.c|llp|llc|inc|incorporated|cyf|cyfyngedig|ccc|cic)\.?\)?$", re.IGNORECASE
)


def is_company(name: str) -> bool:
    """Return whether the name itself shows a company."""
    return _COMPANY.search(name) is not None


def split_name(full: str) -> dict[str, Any]:
    """Split `MR CHRIS FAULKNER` or `FAULKNER, Mr Chris` into title, forenames and surname. The surname is one word."""
    before, comma, after = (part.strip() for part in full.partition(","))
    if isinstance(full, Placed):
        before, after = Placed.at(full.place, before), Placed.at(full.place, after)
    words = words_of(after if comma and before and after else full)
    surname = before if comma and before and after else None
    title = words.pop(0) if len(words) > (surname is None) and _TITLE.fullmatch(words[0]) else None
    return {"title": title, "surname": surname or words.pop(), "forenames": tuple(words)}


def read_name(case: Record, kind: str | None, is_known: bool, doubts: Doubts) -> dict[str, Any]:
    """Return `{"name": ...}` or `{"organisation": ...}`. `kind` is P for a person, O for an organisation. `is_known`
    says that a number identifies the person. Raises Refused if there is neither a number nor a name."""
    full = case.text("def_name")
    elements = _read_elements(case, doubts)
    parts = [*(elements.get("forenames", ())), *filter(None, (elements.get("surname"),))]
    if not parts and full is None:
        cure = "send <def_name> or <def_name_elements>"
        if not is_known:
            raise refused("libra.name_missing", case.where, "the case names no defendant", cure)
        problem = "the case names no defendant; only numbers identify the person"
        doubts.add(Problem("libra.name_missing", case.where, problem, cure))
        return {}
    said, apart = _words(full or ""), _words(" ".join([elements.get("title") or "", *parts]))
    if parts and full is not None and not (said == apart if kind == "O" else said <= apart):
        used = "<def_name>" if kind == "O" else "<def_name_elements>"
        problem = f"<def_name> and <def_name_elements> differ; {used} was used"
        where = case.where_of("def_name")
        doubts.add(Problem("libra.names_disagree", where, problem, "check the defendant's name"))
    company = not parts and full is not None and is_company(full)
    if kind == "O" or company:
        if kind == "P":
            _doubt_type(case, doubts)
        return {"organisation": full or " ".join(parts)}
    if not parts:
        return {"name": split_name(full or "")}
    # The surname is last. Without one, the last forename is used as the surname.
    return {"name": {**elements, "surname": parts[-1], "forenames": tuple(parts[:-1])}}


def _read_elements(case: Record, doubts: Doubts) -> dict[str, Any]:
    record = case.optional("def_name_elements", doubts)
    if record is None:
        return {}
    forenames = tuple(name for name in map(record.text, FORENAMES) if name is not None)
    found = {"title": record.text("title"), "forenames": forenames, "surname": record.text("surname")}
    doubts.leftovers(record)
    return found


def _doubt_type(case: Record, doubts: Doubts) -> None:
    doubts.add(
        Problem(
            "libra.defendant_type",
            case.where_of("def_type"),
            "the name is that of a company but <def_type> says a person; it was read as an organisation",
            "check <def_type>",
        )
    )


def _words(name: str) -> set[str]:
    return set(re.sub(r"[.,]", " ", name.casefold()).split())
