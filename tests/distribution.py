"""Decides which tests run together in one process, and in which order: the longest first, so that no process is last
alone."""

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

LONGEST_FIRST = (
    "tests/faults/test_every_fault.py",
    "tests/faults/test_demonstration_survives.py",
    "tests/journeys/test_upgrade_without_a_stop.py",
    "tests/console/test_everybody_can_use_it.py",
    "tests/journeys/test_told_to_stop.py",
    "tests/journeys/test_up.py",
    "tests/journeys/test_evidence_commands.py",
    "tests/mutants/test_run.py",
    "tests/attacks/test_schemathesis.py",
    "tests/journeys/test_stories.py",
    "tests/attacks/test_personal_data_stays_inside.py",
    "tests/integration/servers/embedded/test_embedded_servers.py",
    "tests/integration/servers/embedded/test_servers_that_die.py",
    "tests/integration/servers/embedded/test_accounts_of_the_servers.py",
    "tests/attacks/staff/test_command_rights.py",
    "tests/attacks/staff/test_accounts.py",
    "tests/attacks/test_injection.py",
    "tests/integration/faces/test_a_silent_database.py",
    "tests/integration/receiving/test_linkage_febrl.py",
    "tests/unit/identity/test_linkage.py",
)
"""The others come after these, folder by folder: those that start servers first, quick ones at the end."""
FOLDERS = ("journeys", "console", "attacks", "integration", "bugs", "contract", "interop", "unit", "architecture")

ONE_BY_ONE = {
    "tests/attacks/staff/test_command_rights.py",
    "tests/integration/servers/embedded/test_embedded_servers.py",
    "tests/integration/servers/embedded/test_servers_that_die.py",
    "tests/integration/servers/embedded/test_accounts_of_the_servers.py",
    "tests/journeys/test_told_to_stop.py",
}
"""Long files whose tests share nothing: each test may run in any process."""

TOGETHER = {
    "tests/attacks/test_personal_data_stays_inside.py": "what became of the stories",
    "tests/journeys/test_stories.py": "what became of the stories",
}
"""Files whose tests look at one exchange that runs once for all of them."""


def arrange(items: list[pytest.Item]) -> None:
    places = {file: place for place, file in enumerate(LONGEST_FIRST)}
    folders = {folder: place for place, folder in enumerate(FOLDERS)}

    def place(item: pytest.Item) -> tuple[int, int]:
        file = _file(item.nodeid)
        return places.get(file, len(places)), folders.get(file.split("/")[1] if "/" in file else "", len(folders))

    items.sort(key=place)


class Grouped(LoadScopeScheduling):  # type: ignore[misc]
    """A file is one unit of work, except as said above. A free process takes the next unit."""

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        return nodeid if file in ONE_BY_ONE else TOGETHER.get(file, file)


def _file(nodeid: str) -> str:
    return nodeid.split("::", 1)[0]
