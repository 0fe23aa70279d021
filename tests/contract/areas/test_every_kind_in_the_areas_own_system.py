"""Each area's own system takes and gives every kind that the protocols let an area have or send. Profiles, kinds and
protocols are found by discovery.

`make test` tries the largest sample of each kind, `make test-long` all of them.
"""

from functools import cache

import pytest

from adapters.contract import Decoded, Draft
from adapters.mapping.system import ProfiledSystem
from hub.sharing.checking.registry import shipped_registry
from schemas.shape import leaves_of
from tests.contract.system_samples import CATALOGUE, NAMES, outcome, system_named
from tests.contract.test_systems_encode import agreed_drafts, outbound
from tests.effort import LONG

SYSTEMS = {name: one for name in NAMES if isinstance(one := system_named(name), ProfiledSystem)}


@cache
def tried(kind: str) -> tuple[Draft, ...]:
    drafts = sorted(agreed_drafts(kind), key=lambda draft: len(draft.payload.model_dump_json(exclude_none=True)))
    return tuple(drafts if LONG else drafts[-1:])


def test_the_protocols_let_an_area_have_and_send_only_what_each_system_takes_and_gives() -> None:
    registry = shipped_registry(CATALOGUE)
    area = registry.agencies.get("probation-kent")
    clauses = [clause for protocol in registry.protocols for clause in protocol.clauses]
    had = {kind for one in clauses if any(party.includes(area) for party in one.recipients) for kind in one.kinds}
    sent = {kind for one in clauses if any(party.includes(area) for party in one.senders) for kind in one.kinds}
    assert len(had) > 5 and len(sent) > 5
    for name, system in SYSTEMS.items():
        own = {exchange.kind.name for exchange in system.profile.written if not exchange.reads}
        assert had <= system.encodes, name
        assert sent <= system.decodes | own, name


@pytest.mark.parametrize("kind", CATALOGUE.names())
def test_a_kind_comes_back_from_every_system_as_it_was_or_what_was_lost_is_told(kind: str) -> None:
    for name, system in SYSTEMS.items():
        for draft in tried(kind):
            encoded = system.encode(outbound(draft))
            assert system.recognises(encoded.body), name
            if kind not in system.decodes:
                continue
            back = outcome(system, encoded.body)
            assert isinstance(back, Decoded) and back.refused == (), (name, back)
            (read,) = back.drafts
            assert read.doubts == (), name
            if encoded.unexpressed:
                exchange = system.profile.exchange_of(kind, draft.version)
                assert exchange is not None and not exchange.by_rule, (name, encoded.unexpressed)
            else:
                assert read.payload == draft.payload, name
                assert {one.content for one in read.attachments} == {one.content for one in draft.attachments}, name


def test_a_field_of_a_kind_that_is_laid_out_by_rule_fits_its_column_in_a_line_of_fixed_width() -> None:
    longest = max(
        len(leaf.path) + 3 * leaf.path.count("[]")
        for kind in CATALOGUE.kinds.values()
        for leaf in leaves_of(kind.payload)
    )
    assert longest <= 110
