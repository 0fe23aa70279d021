"""Writes docs/indicators.md from the definitions: `python -m schemas.indicators.page`, or `--check` for drift.

A tool for those who change the definitions; nothing in the exchange calls it.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from schemas.indicators.definitions import INDICATORS
from schemas.indicators.terms import EXCLUDED, Cut, Indicator, Outcome

PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"
_HEAD = """\
# Indicators

The figures that the inspection report of 2000 asked for, each defined once. `hub report` computes them from the
deadlines of the messages; nothing is typed in. Written by `python -m schemas.indicators.page` from
`schemas/indicators`; change that.

## How they are counted

- An indicator is a share: of the deadlines of one clock, how many ended in a certain way.
- A deadline counts in the period in which it was **due**, in the time of the United Kingdom. So a quarter does not
  change when the next one begins, except that late answers still arrive. Quarters and years are those of the calendar.
- A message that was corrected, amended or sent again counts once, with the deadline of its latest edition that has one.
- What is left out is counted beside the figure, with its reason. Numerator, the rest of the denominator, and what is
  left out are together all deadlines.
- Where fewer than 100 deadlines are counted, a 95% confidence interval (Wilson) stands beside the share.
- An indicator is divided by the agency that must act, by court or by prison. An agency that the registry does not
  know in that part is shown as "not known".
- `hub report --messages INDICATOR` lists the messages behind a figure.

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
- Figures by court or prison cannot be divided in this way: courts lie in areas, so one table could be taken from the
  other. The command refuses it.
- Ask with the same N each time. A figure that is printed again later, after late answers, may tell what came between.
"""
_NAMES = {
    Outcome.MET: "in time",
    Outcome.MISSED: "late",
    Outcome.OPEN: "not done",
    Outcome.WITHDRAWN: "withdrawn",
}


def page_text(indicators: Iterable[Indicator]) -> str:
    listed = tuple(indicators)
    lines = [_HEAD, "## What is left out, and why\n", "| outcome | why |", "|---|---|"]
    always = [outcome for outcome in Outcome if all(outcome in each.excluded for each in listed)]
    sometimes = [
        outcome for outcome in EXCLUDED if outcome not in always and any(outcome in i.excluded for i in listed)
    ]
    lines += [f"| `{outcome}` | {EXCLUDED[outcome]} |" for outcome in (*always, *sometimes)]
    lines += ["", "## The indicators\n", *(line for each in listed for line in _section(each))]
    return "\n".join(lines)


def _section(indicator: Indicator) -> Iterator[str]:
    cuts = [cut for cut in Cut if indicator.party(cut) is not None]
    yield f"### {indicator.title}\n"
    yield f"- **id**: `{indicator.id}`"
    yield f"- **numerator**: {indicator.achieved} ({_outcomes(indicator.numerator)})"
    yield f"- **denominator**: {indicator.counted} ({_outcomes(indicator.denominator)})"
    yield f"- **left out**: {', '.join(f'`{outcome}`' for outcome in indicator.excluded)}"
    yield f"- **clock**: `{indicator.clock}`"
    yield f"- **by**: {', '.join(cuts)}"
    yield f"- **source**: {indicator.source}"
    if indicator.note:
        yield f"- {indicator.note}"
    yield ""


def _outcomes(outcomes: frozenset[Outcome]) -> str:
    return ", ".join(_NAMES[outcome] for outcome in Outcome if outcome in outcomes)


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: 0 if the page is right, 1 if `--check` found a difference, 2 for a wrong argument."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m schemas.indicators.page [--check]\n")
        return 2
    text = page_text(INDICATORS)
    if not arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"docs/{PAGE.name} has drifted: run python -m schemas.indicators.page\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
