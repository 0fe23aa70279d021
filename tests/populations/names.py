"""Names with their shares, from the census lists in the package `names`, made as concentrated as is asked.

The lists are of the United States, where the commonest surname has 1.0%. In England and Wales it has 1.2%: all shares
are raised to the power that makes it so. Given names are raised to the same power.
"""

import itertools
import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ENGLAND_AND_WALES = 0.012
CONCENTRATED = 0.03
_SHARE_MIN = 0.0004  # in percent: the list rounds what is rarer to nothing


@dataclass(frozen=True)
class Shares:
    """Values with the share of people who have each."""

    of: dict[str, float]

    @cached_property
    def _cumulated(self) -> tuple[list[str], list[float]]:
        return list(self.of), list(itertools.accumulate(self.of.values()))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        values, cumulated = self._cumulated
        return chance.choices(values, cum_weights=cumulated, k=count)

    def to_the_power(self, power: float) -> "Shares":
        raised = {value: share**power for value, share in self.of.items()}
        total = sum(raised.values())
        return Shares({value: share / total for value, share in raised.items()})

    def together(self, other: "Shares", weight: float) -> "Shares":
        """A population of which this share has these values and the rest the others'."""
        values = self.of.keys() | other.of.keys()
        mixed = {v: weight * self.of.get(v, 0.0) + (1 - weight) * other.of.get(v, 0.0) for v in sorted(values)}
        return Shares(mixed)


@dataclass(frozen=True)
class Names:
    surnames: Shares
    men: Shares
    women: Shares


def names_with(commonest: float) -> Names:
    """Names of which the commonest surname has this share."""
    surnames = _listed("all.last")
    low, high = 0.5, 3.0
    while high - low > 1e-4:
        power = (low + high) / 2
        share = max(surnames.to_the_power(power).of.values())
        low, high = (power, high) if share < commonest else (low, power)
    return Names(*(_listed(each).to_the_power(low) for each in ("all.last", "male.first", "female.first")))


def _listed(which: str) -> Shares:
    import names

    lines = (Path(names.__file__).parent / f"dist.{which}").read_text("ascii").split("\n")
    found = [line.split()[:2] for line in lines if line.strip()]
    return Shares({name.capitalize(): max(float(share), _SHARE_MIN) for name, share in found}).to_the_power(1.0)
