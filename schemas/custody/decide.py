"""Decides from its results whether a sentence is immediate custody. The law is in the tables, not here."""

from dataclasses import dataclass

from schemas.custody.table import ANY_CODE, Custody, CustodyTable, QualifierRow, canonical_code, custody_table
from schemas.parts.offence import Offence, Result

__all__ = ["Custody", "CustodyDecision", "custody_of", "known_result_code"]


@dataclass(frozen=True, slots=True)
class CustodyDecision:
    """The decision for a sentence. `why` names the result code that decided it."""

    custody: Custody
    why: str


def custody_of(offences: tuple[Offence, ...]) -> CustodyDecision:
    """Decide for a whole sentence.

    One immediate custodial result makes it immediate. Otherwise one doubtful result makes it doubtful. A result without
    a code is free text and decides nothing. A code that is not in the table is doubtful.
    """
    table = custody_table()
    doubt: CustodyDecision | None = None
    for offence in offences:
        for result in offence.results:
            decision = _of_result(table, offence, result)
            if decision.custody is Custody.IMMEDIATE:
                return decision
            if decision.custody is Custody.DOUBTFUL:
                doubt = doubt or decision
    return doubt or _NO_CUSTODY


def known_result_code(code: str) -> bool:
    """Return whether the table has a row for the code."""
    return canonical_code(code) in custody_table().results


_NO_CUSTODY = CustodyDecision(Custody.NONE, "no result is an immediate custodial sentence")


def _of_result(table: CustodyTable, offence: Offence, result: Result) -> CustodyDecision:
    if result.code is None:
        return _NO_CUSTODY
    code = canonical_code(result.code)
    row = table.results.get(code)
    if row is None:
        why = f"{_place(code, offence)} is not in the table of result codes: it may be a custodial sentence"
        return CustodyDecision(Custody.DOUBTFUL, why)
    if row.custody is Custody.NONE:
        return _NO_CUSTODY
    place = _place(f"{row.code} {row.name}", offence)
    if row.custody is Custody.DOUBTFUL:
        return CustodyDecision(Custody.DOUBTFUL, f"{place} may be a custodial sentence: {row.reason}")
    correction = _correction(table, code, result.qualifiers)
    if correction is None:
        return CustodyDecision(Custody.IMMEDIATE, f"{place} is an immediate custodial sentence")
    if correction.custody is Custody.NONE:
        return _NO_CUSTODY
    qualified = f"{place} with qualifier {correction.qualifier}"
    return CustodyDecision(correction.custody, f"{qualified} may be a custodial sentence: {correction.reason}")


def _correction(table: CustodyTable, code: str, qualifiers: tuple[str, ...]) -> QualifierRow | None:
    """Return the row for this code and qualifier; otherwise the row for any code."""
    for owner in (code, ANY_CODE):
        for qualifier in qualifiers:
            row = table.qualifiers.get((owner, qualifier.strip().upper()))
            if row is not None:
                return row
    return None


def _place(result: str, offence: Offence) -> str:
    return f"result {result}" + (f" for offence {offence.sequence}" if offence.sequence is not None else "")
