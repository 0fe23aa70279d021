"""The command `hub`: it says what is missing where only the client of an agency is installed."""

import sys
from importlib.util import find_spec

_MISSING = 2


def main() -> None:
    if find_spec("typer") is None:
        sys.stderr.write(
            "Only hub.client is installed here. The exchange needs: pip install 'justice-exchange[server]'\n"
        )
        sys.exit(_MISSING)
    from hub.cli.main import main as run

    run()
