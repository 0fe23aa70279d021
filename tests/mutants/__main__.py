"""`make mutants`: changes the exchange in small ways, and counts how many changes its tests notice.

The exit code is 0 if at least 92% are noticed and tests/mutants/may_live.toml lists each survivor with a reason. An
interrupted run continues where it was. Its results are in .mutants.
"""

import argparse
import sys
from pathlib import Path

from tests.mutants.accepted import Accepted
from tests.mutants.reaching.modules import STATEFUL, chosen
from tests.mutants.run import Run, prepared
from tests.mutants.trying.copies import copies
from tests.mutants.trying.imports import Imports

ROOT = Path(__file__).parent.parent.parent
FOLDERS = (
    "unit",
    "contract",
    "interop",
    "bugs",
    "attacks/standing",
    "integration/receiving",
    "integration/repairing",
    "integration/sending",
)
WITHOUT = (
    "contract/test_every_leaf.py",
    "contract/transports/test_transports.py",
    "integration/receiving/test_linkage_febrl.py",
    "integration/receiving/test_new_area_system.py",
    "integration/sending/test_reconnecting.py",
    "integration/sending/test_operator_files.py",
)
"""They take long, or start servers and processes of their own."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="mutants", description="Change the exchange, and see whether tests notice.")
    parser.add_argument("--seed", type=int, default=1, help="another seed takes another sample")
    parser.add_argument("--per-module", type=int, default=12, help="how many changes of each module are tried")
    parser.add_argument(
        "--only", default="", help="only the modules whose path holds this, or one of several with commas between"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--learn", action="store_true", help="learn anew which tests run which lines")
    given = parser.parse_args()
    known = chosen(ROOT)
    accepted = Accepted.read(ROOT / "tests/mutants/may_live.toml")
    with prepared() as environment, copies(ROOT, given.processes) as made:
        run = Run(
            root=ROOT,
            kept=ROOT / ".mutants",
            test_files=_test_files(),
            modules=known,
            seed=given.seed,
            per_module=given.per_module,
            environment=environment,
            accepted=accepted,
            say=_say,
        )
        reach = run.learned(made, anew=given.learn)
        wanted = [module for module in known if any(part in module for part in given.only.split(","))]
        report = run.tried(made, reach, sorted(wanted, key=lambda module: module in STATEFUL), Imports())
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 0 if report.good() else 1


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _test_files() -> tuple[str, ...]:
    files = (file for folder in FOLDERS for file in sorted((ROOT / "tests" / folder).rglob("test_*.py")))
    names = (str(file.relative_to(ROOT)) for file in files)
    return tuple(name for name in names if not name.removeprefix("tests/").startswith(WITHOUT))


if __name__ == "__main__":
    sys.exit(main())
