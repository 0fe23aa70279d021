"""What a person decides about: a link and a clock that are doubtful because of what a stranger said."""

from uuid import UUID

from sqlalchemy import text

from hub.lifecycle import LinkState
from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents


def doubtful_link(bench: Bench) -> UUID:
    """Another area is known, and only the word of this one says that it supervises the person."""
    business = Business(bench, 13)
    business.say(documents.report(business.person()))
    claim = documents.report(business.person(AWAY))
    claim["payload"].pop("urn")
    business.say(claim)
    record = {
        "record_reference": "REC-13",
        "offender": business.person().as_defendant(),
        "convicted_on": "2026-11-20",
        "offences": [{"sequence": 1, "code": "TH68036", "results": [{"code": "1002"}]}],
    }
    business.say(business.person().message("reconviction_link", HOME.police, record, "record"))
    bench.hub.linking.run()
    [link] = bench.hub.linking.listed(LinkState.DOUBTFUL)
    return link.id


def doubtful_clock(bench: Bench) -> UUID:
    """A court that has nothing to do with the case says that its defendant was sent to prison."""
    business = Business(bench, 14)
    business.say(documents.report(business.person()))
    business.say(business.result_of_another_court())
    with bench.hub.store.transaction() as connection:
        found: UUID = connection.execute(text("SELECT id FROM clock WHERE state = 'doubtful'")).scalar_one()
    return found
