"""The matrix shows what every protocol does, and a difference names each field for each recipient."""

from dataclasses import replace

from hub.bootstrap import Knowledge
from hub.sharing.agreed.matrix import changes, matrix
from hub.sharing.terms.grants import Action
from hub.sharing.terms.selecting import read_selector
from schemas.shape import leaves_of


def test_every_protocol_stands_in_the_matrix_with_every_field_of_the_kind(knowledge: Knowledge) -> None:
    cells = matrix(knowledge.registry.protocols, knowledge.catalogue)
    assert {cell.protocol for cell in cells} == {protocol.id for protocol in knowledge.registry.protocols}
    payloads = {kind.name: kind.payload for kind in knowledge.catalogue.kinds.values()}
    for cell in cells:
        assert sum(cell.fields.values()) == len(leaves_of(payloads[cell.kind]))
        assert cell.fields[Action.WITHHELD] < sum(cell.fields.values()), "a way on which nothing goes is no way"


def test_a_protocol_does_not_differ_from_itself(knowledge: Knowledge) -> None:
    for protocol in knowledge.registry.protocols:
        assert changes(protocol, replace(protocol, version=protocol.version + 1), knowledge.catalogue) == ()


def test_what_a_new_version_withholds_is_named_for_each_recipient(knowledge: Knowledge) -> None:
    old = next(protocol for protocol in knowledge.registry.protocols if protocol.id == "court-lists")
    contact = read_selector("category:contact")
    narrower = tuple(replace(clause, excepted=(*clause.excepted, contact)) for clause in old.clauses)
    found = changes(old, replace(old, version=2, clauses=narrower), knowledge.catalogue)
    assert {change.after for change in found} == {Action.WITHHELD}
    assert any(change.path.endswith("address.postcode") for change in found)
    undone = changes(replace(old, version=2, clauses=narrower), old, knowledge.catalogue)
    assert [(c.path, c.after, c.before) for c in undone] == [(c.path, c.before, c.after) for c in found]
