"""Who may do what: the document for operators and the code say the same."""

import re

from hub.access.rights import GRANTED_INDIVIDUALLY, RIGHTS_OF_ROLE, Right, StaffRole, rights_of
from tests.conftest import ROOT

HEADED = re.compile(r"^\| right \|.*?(?:\n(?!\|)|\Z)", re.MULTILINE | re.DOTALL)


def test_each_role_has_the_rights_that_the_document_gives_it_and_no_other() -> None:
    table = HEADED.search((ROOT / "docs/running/people.md").read_text())
    assert table is not None
    head, _, *lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines() if line.startswith("|")
    ]
    documented: dict[str, set[str]] = {role: set() for role in head[1:]}
    apart: set[str] = set()
    for rights, *cells in lines:
        names = set(re.findall(r"`([a-z_]+)`", rights))
        for role, cell in zip(head[1:], cells, strict=True):
            if cell == "yes":
                documented[role] |= names
            elif cell:
                assert cell == "granted individually"
                apart |= names
    assert {str(role): set(map(str, rights)) for role, rights in RIGHTS_OF_ROLE.items()} == documented
    assert set(map(str, GRANTED_INDIVIDUALLY)) == apart
    assert set(map(str, Right)) == set().union(apart, *documented.values())


def test_roles_add_up_and_only_what_is_granted_individually_comes_beside_them() -> None:
    both = rights_of([StaffRole.VIEWER, StaffRole.AUDITOR], [])
    assert both == {Right.READ_STORIES, Right.READ_JOURNAL}
    assert rights_of([], [Right.READ_BODY]) == {Right.READ_BODY}
    assert rights_of([StaffRole.AUDITOR], [Right.READ_BODY, Right.BACK_UP]) == both | {Right.READ_BODY}
    assert rights_of([], []) == frozenset()
