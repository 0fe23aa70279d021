"""The matrix shows what every protocol does, and a difference names each field for each recipient."""

from collections.abc import Iterable
from dataclasses import replace

from hub.bootstrap import Knowledge
from hub.sharing.agreed.matrix import changed_conditions, changes, matrix
from hub.sharing.terms.grants import Action
from hub.sharing.terms.protocols import Condition, Consequence, SharingProtocol, When
from hub.sharing.terms.selecting import read_party, read_selector
from schemas.catalogue import Catalogue
from schemas.shape import leaves_of
from tests.unit.sharing.sharing_world import CATALOGUE, clause, protocol


def test_every_protocol_is_in_the_matrix_with_every_field_of_the_kind(knowledge: Knowledge) -> None:
    cells = matrix(knowledge.registry.protocols, knowledge.catalogue)
    assert {cell.protocol for cell in cells} == {each.id for each in knowledge.registry.protocols}
    payloads = {kind.name: kind.payload for kind in knowledge.catalogue.kinds.values()}
    for cell in cells:
        assert sum(cell.fields.values()) == len(leaves_of(payloads[cell.kind]))
        assert cell.fields[Action.WITHHELD] < sum(cell.fields.values()), "a way on which nothing goes is no way"


def test_a_protocol_does_not_differ_from_itself(knowledge: Knowledge) -> None:
    for each in knowledge.registry.protocols:
        assert changes(each, replace(each, version=each.version + 1), knowledge.catalogue) == ()


def test_what_a_new_version_withholds_is_named_for_each_recipient(knowledge: Knowledge) -> None:
    old = next(each for each in knowledge.registry.protocols if each.id == "court-lists")
    contact = read_selector("category:contact")
    narrower = tuple(replace(clause, excepted=(*clause.excepted, contact)) for clause in old.clauses)
    found = changes(old, replace(old, version=2, clauses=narrower), knowledge.catalogue)
    assert {change.after for change in found} == {Action.WITHHELD}
    assert any(change.path.endswith("address.postcode") for change in found)
    undone = changes(replace(old, version=2, clauses=narrower), old, knowledge.catalogue)
    assert [(c.path, c.after, c.before) for c in undone] == [(c.path, c.before, c.after) for c in found]


PARTIES = tuple(map(read_party, ("role:court", "court-north", "role:probation", "prison-north")))
CONDITIONS = tuple(
    Condition(f"c{number}", When.UNDER_18, Consequence.WITHHOLD, (read_selector(f"field{number}"),), **only)
    for number, only in enumerate(
        [
            {},
            {"kinds": ("court_list",)},
            {"senders": (PARTIES[0],)},
            {"recipients": (PARTIES[2],)},
            {"kinds": ("hearing_result",), "senders": (PARTIES[1],), "recipients": (PARTIES[3],)},
        ]
    )
)


def of_two_clauses(*conditions: Condition) -> SharingProtocol:
    """Two senders, two recipients and two kinds, and not every pair of them has a clause."""
    first = replace(clause("urn"), senders=PARTIES[:2], recipients=PARTIES[2:3], kinds=("hearing_result",))
    second = replace(clause("court", id="d"), senders=PARTIES[1:2], recipients=PARTIES[3:], kinds=("court_list",))
    return replace(protocol(first, second, id="two"), conditions=conditions)


WAYS = [
    ("court-north", "prison-north", "court_list"),
    ("court-north", "role:probation", "hearing_result"),
    ("role:court", "role:probation", "hearing_result"),
]
"""In the order of their names."""


def named(conditions: Iterable[Condition], sender: str, recipient: str, kind: str) -> tuple[str, ...]:
    """Those that name no other sender, recipient or kind."""
    return tuple(
        str(each)
        for each in conditions
        if all(
            not names or asked in map(str, names)
            for names, asked in ((each.senders, sender), (each.recipients, recipient), (each.kinds, kind))
        )
    )


def test_each_exchange_that_a_clause_permits_is_a_cell_with_its_conditions() -> None:
    backwards = Catalogue(dict(sorted(CATALOGUE.kinds.items(), reverse=True)))
    older = replace(of_two_clauses(), id="another", version=1)
    shown = matrix((of_two_clauses(*CONDITIONS), replace(older, version=2), older), backwards)
    assert [(cell.protocol, cell.version) for cell in shown] == [
        *[("another", 1)] * 3,
        *[("another", 2)] * 3,
        *[("two", 1)] * 3,
    ]
    assert [(cell.sender, cell.recipient, cell.kind) for cell in shown] == WAYS * 3
    assert [cell.conditions for cell in shown] == [()] * 6 + [named(CONDITIONS, *way) for way in WAYS]
    assert {cell.fields[Action.PASSED] for cell in shown if cell.kind == "hearing_result"} == {1}
    everything = replace(of_two_clauses(), clauses=(replace(clause("court"), kinds=tuple(CATALOGUE.names())),))
    kinds = [cell.kind for cell in matrix((everything,), backwards)]
    assert kinds == sorted(CATALOGUE.names())


def test_a_difference_names_way_and_field_and_what_it_was_and_becomes() -> None:
    before, nothing = of_two_clauses(), replace(of_two_clauses(), clauses=())
    court = sorted(leaf.path for leaf in leaves_of(CATALOGUE.latest("court_list").payload) if under_court(leaf.path))
    expected = [
        *[(*WAYS[0], path) for path in court],
        *[(*way, "urn") for way in WAYS[1:]],
    ]
    for found, was, becomes in (
        (changes(nothing, before, CATALOGUE), Action.WITHHELD, Action.PASSED),
        (changes(before, nothing, CATALOGUE), Action.PASSED, Action.WITHHELD),
    ):
        assert [(each.sender, each.recipient, each.kind, each.path) for each in found] == expected
        assert {(each.before, each.after) for each in found} == {(was, becomes)}


def under_court(path: str) -> bool:
    return path == "court" or path.startswith(("court.", "court["))


def test_conditions_that_differ_are_shown_for_each_way_that_either_version_opens() -> None:
    before, after = of_two_clauses(CONDITIONS[1], CONDITIONS[3]), of_two_clauses(CONDITIONS[0], CONDITIONS[3])
    found = changed_conditions(before, after, CATALOGUE)
    all_ways = [(*way, named(before.conditions, *way), named(after.conditions, *way)) for way in WAYS]
    assert list(found) == all_ways
    only = of_two_clauses(CONDITIONS[1]), of_two_clauses()
    assert [each[:3] for each in changed_conditions(*only, CATALOGUE)] == WAYS[:1]
    closed = replace(before, clauses=())
    assert [each[:3] for each in changed_conditions(closed, after, CATALOGUE)] == WAYS
    assert [each[:3] for each in changed_conditions(after, closed, CATALOGUE)] == WAYS
