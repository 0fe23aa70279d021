"""`python -m tests.faults --seed 1 --messages 20000`: one JSON line, exit code 0 if the promise was kept."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="faults", description="Send under every fault, and count what was lost.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--keep", action="store_true", help="leave the folder of the run, to look into its logs")
    parser.add_argument("--only", default="", help="only the faults whose name holds this, such as broker_away")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hub-faults-"))
    folder.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name == "HUB_BROKER_URL"}
    try:
        outcome = run(given.seed, given.messages, folder, environment, only=given.only, keep=given.keep)
    finally:
        if given.keep:
            sys.stderr.write(f"kept: {folder}\n")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(json.dumps(outcome.line) + "\n")
    for story in outcome.stories:
        sys.stderr.write(f"seed {given.seed}: {story}\n")
    return 0 if outcome.kept_the_promise else 1


if __name__ == "__main__":
    sys.exit(main())
