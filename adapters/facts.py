"""One summary of the statements of facts that a prosecutor gives with each offence of a case."""

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.fitting import Placed, joined


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """`defendant` is the position of the defendant in the message, from 1. `offence` is the number of the offence; None
    if it has none."""

    defendant: int
    offence: str | None
    text: str


def summary_of(stated: Iterable[StatedFacts]) -> str | None:
    """Return the facts, each text once. If there are several texts, each says of which offences it is."""
    of_text: dict[str, list[StatedFacts]] = {}
    for facts in stated:
        of_text.setdefault(facts.text, []).append(facts)
    if len(of_text) < 2:
        return next(iter(of_text), None)  # all that give facts give the same
    defendants = {facts.defendant for same in of_text.values() for facts in same}
    return joined("\n\n", [_headed(text, same, apart=len(defendants) > 1) for text, same in of_text.items()])


def _headed(text: str, same: list[StatedFacts], *, apart: bool) -> str:
    heading = "; ".join(
        (f"Defendant {defendant}, offence " if apart else "Offence ") + " and ".join(numbers)
        for defendant, numbers in _numbers(same).items()
    )
    headed = f"{heading}: {text}"
    return Placed.at(text.place, headed) if isinstance(text, Placed) else headed


def _numbers(same: list[StatedFacts]) -> dict[int, list[str]]:
    numbers: dict[int, list[str]] = {}
    for facts in same:
        numbers.setdefault(facts.defendant, []).append(facts.offence or "without a number")
    return {defendant: list(dict.fromkeys(found)) for defendant, found in numbers.items()}
