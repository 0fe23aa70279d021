"""How common each value is: two people called Smith agree by chance more often than two called Sincovich. Pure."""

from collections import Counter
from collections.abc import Iterable


def frequencies(left: Iterable[str | None], right: Iterable[str | None], kinds: int) -> dict[str, float]:
    """The share of people who have each value, counted in both sides, without the two records that are compared.

    `kinds` is how many equally common values there would be if the sides showed nothing. So a value that was seen only
    here does not look extremely rare, and small sides do not decide anything.
    """
    counts = Counter(value for value in left if value is not None)
    others = Counter(value for value in right if value is not None)
    total = counts.total() + others.total()
    shared = counts.keys() & others.keys()
    seen = counts + others
    return {value: (count - (2 if value in shared else 1) + 1) / (total + kinds) for value, count in seen.items()}
