"""Prints the result of a run: a line for each module, each survivor, and the share of noticed changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.mutants.accepted import Accepted
from tests.mutants.accepted import Change as Words
from tests.mutants.results import Result

SHARE_MIN = 0.92


@dataclass
class Report:
    accepted: Accepted
    results: dict[str, list[Result]] = field(default_factory=dict)
    gone: list[Words] = field(default_factory=list)

    def add(self, module: str, results: Sequence[Result], possible: Sequence[Words]) -> None:
        self.results[module] = list(results)
        self.gone += self.accepted.gone(module, possible)

    def lines(self) -> Iterator[str]:
        yield f"{'module':54} {'tried':>6} {'noticed':>8} {'survived':>9} {'share':>7}"
        for module, results in sorted(self.results.items()):
            yield _row(module, results)
        yield _row("total", self._all())
        for result in self._all():
            if not result.noticed:
                reason = self.accepted.reason(words_of(result))
                yield f"\n{result.module}, in {result.scope or 'the module'}"
                yield f"  - {result.was}"
                yield f"  + {result.becomes}"
                yield f"  may live: {reason}" if reason else "  NOT LISTED: write a test that notices it"
        for words in self.gone:
            yield f"\n{words.module}: may_live.toml lists a change that can no longer be made\n  - {words.was}"

    def good(self) -> bool:
        listed = all(result.noticed or self.accepted.reason(words_of(result)) for result in self._all())
        return listed and not self.gone and _share(self._all()) >= SHARE_MIN

    def _all(self) -> list[Result]:
        return [result for _, results in sorted(self.results.items()) for result in results]


def words_of(result: Result) -> Words:
    return Words(result.module, result.was, result.becomes)


def _share(results: Sequence[Result]) -> float:
    return sum(result.noticed for result in results) / len(results) if results else 1.0


def _row(name: str, results: Sequence[Result]) -> str:
    noticed = sum(result.noticed for result in results)
    share = f"{_share(results):.1%}"
    return f"{name:54} {len(results):6} {noticed:8} {len(results) - noticed:9} {share:>7}"
