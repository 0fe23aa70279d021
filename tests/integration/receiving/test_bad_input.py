"""Bad input gets a stable code, the place, the cause and the cure. Nothing of it is lost, and no traceback is shown."""

import pytest
from sqlalchemy import text

from hub.store.content import documents
from tests.conftest import Bench

LISTING = """<ExternalDocumentRequest><documents><document><info>
<source_file_name>5_01122026_2360_{court}_ADULT_COURT_LIST_DAILY</source_file_name></info><data><job><sessions>
<session><doh>{day}</doh><sstart>10:00</sstart><blocks><block><cases><case><caseno>123</caseno>
<def_name>Mr Sample ASHBROOK</def_name><offences><offence><code>TH68010</code></offence></offences></case></cases>
</block></blocks></session></sessions></job></data></document></documents></ExternalDocumentRequest>"""

GOOD = LISTING.format(court="B10JQ00", day="01/12/2026")

BAD = {
    "not XML": (b"this is no document", "document.unrecognised"),
    "an empty body": (b"", "document.empty"),
    "nothing but blanks": (b" \r\n\t", "document.empty"),
    "broken XML": (GOOD.replace("</case>", "").encode(), "xml.malformed"),
    "a wrong encoding": (
        b'<?xml version="1.0" encoding="UTF-8"?>' + GOOD.replace("Sample", "Se\u00f1or").encode("latin-1"),
        "xml.encoding",
    ),
    "an external entity": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + GOOD.replace("Sample", "&x;").encode(),
        "xml.entities",
    ),
    "an entity bomb": (
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
        + GOOD.replace("Sample", "&c;").encode(),
        "xml.entities",
    ),
    "deep nesting": (
        b"<ExternalDocumentRequest>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</ExternalDocumentRequest>",
        "xml.too_deep",
    ),
    "an unknown court": (GOOD.replace("B10JQ00", "B99ZZ00").encode(), "court.unknown"),
    "an impossible day": (GOOD.replace("01/12/2026", "31/02/2026").replace("_01122026_", "_31022026_").encode(), None),
    "an unknown kind": (b'{"kind": "gossip", "version": 1, "reference": "1", "payload": {}}', "kind.unknown"),
    "broken JSON": (b'{"kind": "report_request", ', "json.malformed"),
}


@pytest.mark.parametrize("what", BAD)
def test_it_is_refused_with_code_place_cause_and_cure(bench: Bench, what: str) -> None:
    body, code = BAD[what]
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named("gateway-libra"), body)
    assert answer.receipt is None
    problem = answer.refused[0]
    assert code is None or problem.code == code
    assert all((problem.code, problem.where, problem.problem, problem.cure))
    assert "Traceback" not in problem.problem
    with bench.hub.store.transaction() as connection:
        kept = connection.execute(text("SELECT id, state FROM raw_document")).one()
        came = documents.body_of(connection, kept.id)
        assert (came, kept.state) == (body, "refused"), "what was refused is kept as it came"
        events = connection.execute(text("SELECT event FROM journal ORDER BY position")).scalars().all()
    assert "document.received" in events
    assert "document.refused" in events


def test_the_good_example_is_accepted(bench: Bench) -> None:
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named("gateway-libra"), GOOD.encode())
    assert answer.receipt is not None, answer.refused


def test_a_result_without_offences_is_refused_and_the_other_defendant_goes_on(bench: Bench) -> None:
    step = bench.story()["sentence"]
    answer = bench.hub.intake.receive(
        bench.hub.knowledge.registry.agencies.named(step.caller),
        step.body.replace(b"&lt;DC:Offence&gt;", b"&lt;!--").replace(b"&lt;/DC:Offence&gt;", b"--&gt;"),
    )
    assert answer.receipt is None
    assert answer.refused[0].code == "spi.no_offences"
    assert "line" in answer.refused[0].where
