"""One run: learns which tests run which lines, takes a sample of changes of each module, and tries each."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from tests.mutants.accepted import Accepted
from tests.mutants.accepted import Change as Words
from tests.mutants.changing.changes import Change, changes_of
from tests.mutants.changing.source import Source
from tests.mutants.reaching.choice import runs_early, tests_for
from tests.mutants.reaching.modules import dotted
from tests.mutants.reaching.reach import Reach, digest, file_of
from tests.mutants.report import Report
from tests.mutants.results import Result, Results, key_of
from tests.mutants.trying.trying import Given, Trying


class Imports(Protocol):
    """What is known about imports."""

    def before(self, module: str) -> list[str]: ...
    def importers(self, module: str) -> tuple[str, ...]: ...
    def leaves_knowledge_alone(self, module: str) -> bool: ...


@dataclass(frozen=True)
class Run:
    """`root` is the tree, `kept` the folder for results, and `test_files` the tests on which changes are tried."""

    root: Path
    kept: Path
    test_files: tuple[str, ...]
    modules: tuple[str, ...]
    seed: int
    per_module: int
    environment: Mapping[str, str]
    accepted: Accepted
    say: Callable[[str], None]

    def learned(self, copies: Sequence[Path], *, anew: bool) -> Reach:
        """Learn again about test files that have changed since."""
        file = self.kept / "reach.json"
        reach = Reach() if anew else Reach.read(file)
        digests = {name: digest((self.root / name).read_bytes()) for name in self.test_files}
        stale = [name for name, now in digests.items() if reach.files.get(name) != now]
        reach.forget(stale + [name for name in reach.files if name not in digests])
        if stale:
            self.say(f"learning which lines {len(stale)} files of tests run")
            with ThreadPoolExecutor(len(copies)) as pool:
                parts = [part for number in range(len(copies)) if (part := stale[number :: len(copies)])]
                orders = [{name: digests[name] for name in part} for part in parts]
                for learned in pool.map(self._learn, copies, orders):
                    reach.add(learned)
            reach.write(file)
        return reach

    def _learn(self, copy: Path, digests: Mapping[str, str]) -> Reach:
        order, answer = copy.parent / "order.json", copy.parent / "answer.json"
        asked = {"modules": self.modules, "files": list(digests), "digests": digests, "answer": str(answer)}
        order.write_text(json.dumps(asked))
        command = [sys.executable, "-m", "tests.mutants.reaching.learning", str(order)]
        subprocess.run(command, cwd=copy, env=dict(self.environment), check=True, stdout=subprocess.DEVNULL)
        return Reach.read(answer)

    def tried(self, copies: Sequence[Path], reach: Reach, modules: Sequence[str], imports: Imports) -> Report:
        """Try two modules at a time if there are two copies."""
        report, results = Report(self.accepted), Results(self.kept / "results.jsonl")
        tests = digest(json.dumps(reach.files, sort_keys=True).encode())
        free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies:
            free.put(copy)

        def each(module: str) -> None:
            copy = free.get()
            try:
                done = self._of_module(module, copy, reach, results, imports, tests)
            finally:
                free.put(copy)
            report.add(module, *done)
            noticed = sum(result.noticed for result in done[0])
            self.say(f"{module}: {noticed} of {len(done[0])} noticed")

        with ThreadPoolExecutor(len(copies)) as pool:
            list(pool.map(each, modules))
        report.gone += self.accepted.elsewhere(self.modules)
        return report

    def _of_module(
        self, module: str, copy: Path, reach: Reach, results: Results, imports: Imports, tests: str
    ) -> tuple[list[Result], list[Words]]:
        source = Source((copy / module).read_bytes())
        possible = changes_of(source)
        sample = self._sample(module, possible)
        found = {change: results.find(key_of(module, source, change), tests) for change in sample}
        left = [change for change in sample if found[change] is None]
        if left:
            before, importers = imports.before(dotted(module)), imports.importers(dotted(module))
            seconds = {name: covered.seconds for name, covered in reach.tests.items()}
            lists = {change: tests_for(change, module, source, reach, importers) for change in left}
            files = sorted({file_of(test) for each in lists.values() for tests in each for test in tests})
            given = Given(module, before, files, imports.leaves_knowledge_alone(dotted(module)))
            with Trying(copy, given, self.environment) as trying:
                for change in left:
                    early = runs_early(change, module, source, reach)
                    by = trying.noticed_by(change, lists[change], seconds, early=early)
                    words = change.was(source), change.becomes(source)
                    key = key_of(module, source, change)
                    result = Result(key, module, change.scope, *words, by is not None, by or "", tests)
                    results.keep(result)
                    found[change] = result
                for test in trying.distrusted():
                    self.say(f"{test} also fails without a change: it was not listened to")
        words_of_all = [Words(module, change.was(source), change.becomes(source)) for change in possible]
        return [known for change in sample if (known := found[change])], words_of_all

    def _sample(self, module: str, possible: Sequence[Change]) -> list[Change]:
        chance = random.Random(f"{self.seed} {module}")
        return chance.sample(list(possible), min(self.per_module, len(possible)))


@contextmanager
def prepared() -> Iterator[dict[str, str]]:
    """Yield servers for all trials, and a migrated database to copy, as the environment of a trial."""
    from tests.stores import keys, template  # importing them loads the whole exchange

    with template.own_servers() as servers, template.migrated(servers) as copied:
        yield os.environ | {
            "HUB_DATABASE_URL": servers.database,
            "HUB_BROKER_URL": servers.broker,
            "TEST_TEMPLATE": copied,
            "TEST_MASTER_KEYS": str(keys.master_keys()),
        }
