"""Writes docs/indicators.md from the definitions: `python -m schemas.indicators.page`, or `--check` for drift.

A tool for those who change the definitions; nothing in the exchange calls it.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence

from schemas.indicators.definitions import INDICATORS
from schemas.indicators.terms import EXCLUDED, Counted, Cut, Deadlines, Indicator, Outcome
from schemas.pages.writing import DOCS, write_or_check

PAGE = DOCS / "indicators.md"
_HEAD = """\
# Indicators

The figures that the inspection report of 2000 asked for, each defined once. `hub report` computes them from the
messages and their deadlines; nothing is typed in. Written by `python -m schemas.indicators.page` from
`schemas/indicators`; change that.

## How they are counted

- An indicator is a share: of the deadlines of one clock, how many ended in a certain way; or of the messages of one
  kind, how many say a certain thing.
- A deadline counts in the period in which it was **due**, in the time of the United Kingdom. So a quarter does not
  change when the next one begins, except that late answers still arrive. Quarters and years are those of the calendar.
- A message counts on the day that it is about. Messages of one sender and kind about one matter count once, as the
  latest of them: an amendment replaces what it amends.
- A message that was corrected, amended or sent again counts once, with the deadline of its latest edition that has one.
- What is left out is counted beside the figure, with its reason. Numerator, the rest of the denominator, and what is
  left out are together all deadlines.
- Where fewer than 100 deadlines are counted, a 95% confidence interval (Wilson) stands beside the share.
- An indicator is divided by the agency that must act, by court or by prison. An agency that the registry does not
  know in that part is shown as "not known".
- Some are divided by division, team or officer too. An officer is a post, never a name. The unit is that of the message
  by which the area acted; if it has not acted, that of its message that began the matter, else "not known".
- `--with-predecessors` counts for an area also what the areas did that were merged into it. Without it each counts by
  itself.
- `hub` keeps, unencrypted, what is counted about a message (`measures` of its kind): words of closed lists, days and
  names of units. They stay when the content is destroyed, so that a figure does not change.
- `hub report --messages INDICATOR` lists the messages behind a figure. The console shows both under Reports.
- `hub board --to FILE.pdf` (or `.html`) writes the quarterly report for a board: for each figure a computed sentence,
  the last five quarters and the three months as charts, and the same numbers as tables. The PDF is tagged; it needs the
  extra `pdf` of the package and the library Pango.

## Small numbers

`hub report --suppress-below N` hides figures from which a number of 1 to N-1 deadlines could be learned.

- A figure is small if any of its parts is: those achieved, those not achieved, or what another indicator of the same
  clock distinguishes. If it is small, all indicators of that clock are hidden for it.
- An agency whose figure is small in one month is hidden in every month of that year; its quarters and its year are
  shown if they are large enough. In the same way a small quarter hides all quarters and months.
- If the hidden agencies could be learned by taking the shown ones from the total, the next smallest agency is hidden
  too; if none is left, the total is hidden.
- So months, quarters, years, agencies and totals can be added and subtracted in any way, and no hidden small number
  follows (`tests/unit/indicators/test_small_numbers.py`). Counts of what is left out are not printed.
- Several indicators may count the same reports. What is hidden in one of them is hidden in all.
- Figures by court or prison cannot be divided in this way: courts lie in areas, so one table could be taken from the
  other. Nor can those by unit or order, or with predecessors. The command refuses it.
- Ask with the same N each time. A figure that is printed again later, after late answers, may tell what came between.
"""
_NAMES = {
    Outcome.MET: "in time",
    Outcome.MISSED: "late",
    Outcome.OPEN: "not done",
    Outcome.WITHDRAWN: "withdrawn",
    Outcome.EARLY: "report sent before it was due",
    Outcome.WITHOUT: "report sent after it was due",
}


def page_text(indicators: Iterable[Indicator]) -> str:
    listed = tuple(indicators)
    lines = [_HEAD, "## What is left out, and why\n", "| outcome | why |", "|---|---|"]
    left_out = [outcome for outcome in EXCLUDED if any(outcome in each.excluded for each in listed)]
    lines += [f"| `{outcome}` | {EXCLUDED[outcome]} |" for outcome in left_out]
    lines += ["", "## The indicators\n", *(line for each in listed for line in _section(each))]
    return "\n".join(lines)


def _section(indicator: Indicator) -> Iterator[str]:
    cuts = [cut for cut in Cut if indicator.party(cut) is not None]
    yield f"### {indicator.title}\n"
    yield f"- **id**: `{indicator.id}`"
    yield f"- **numerator**: {indicator.achieved} ({_outcomes(indicator.numerator)})"
    yield f"- **denominator**: {indicator.counted} ({_outcomes(indicator.denominator)})"
    if indicator.excluded:
        yield f"- **left out**: {', '.join(f'`{outcome}`' for outcome in indicator.excluded)}"
    yield _counts(indicator.series)
    yield f"- **by**: {', '.join(cuts)}"
    yield f"- **source**: {indicator.source}"
    if indicator.note:
        yield f"- {indicator.note}"
    yield ""


def _counts(series: Deadlines | Counted) -> str:
    if isinstance(series, Deadlines):
        return f"- **clock**: {', '.join(f'`{clock}`' for clock in series.clocks)}"
    return f"- **kind**: `{series.kind}`"


def _outcomes(outcomes: frozenset[Outcome]) -> str:
    return ", ".join(_NAMES.get(outcome, outcome.replace("_", " ")) for outcome in Outcome if outcome in outcomes)


def main(arguments: Sequence[str]) -> int:
    """Return the exit status of `write_or_check`."""
    return write_or_check(PAGE, lambda: page_text(INDICATORS), "schemas.indicators.page", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
