"""Edges of the mapping that a profile seldom reaches: each of them went unnoticed once."""

import pytest

from adapters.mapping.drafts.sample import VALUES_KEPT, seen
from adapters.mapping.language.function import Misused, Unfit
from adapters.mapping.profiles.findings import Findings, near
from adapters.mapping.profiles.source import Source
from schemas.parts.document import Attachment
from schemas.problem import Refused
from tests.unit.mapping.mapping_profiles import CSV, JSON, LABELLED, XML, decoded, encoded, problems_of, system_of


def test_the_same_finding_is_told_once_and_near_names_are_those_that_look_alike() -> None:
    findings = Findings(Source("a.toml", "name = 1\n"))
    for _ in range(2):
        findings.say("a.b", ("name",), "one", "two")
    assert len(findings.problems) == 1
    assert near("abcd", ["abxy", "zzzz"], "nothing") == "did you mean abxy?", "half of it is alike"
    assert near("abcd", ["zzzz"], "nothing") == "nothing"


def test_a_failure_of_a_function_says_its_code() -> None:
    assert str(Misused("function.argument", "problem", "cure")) == "function.argument"
    assert str(Unfit("value.date", "problem", "cure")) == "value.date"


def test_of_a_sample_two_hundred_values_of_a_field_are_kept() -> None:
    assert VALUES_KEPT == 200
    assert len(seen("a", ["x"] * 300 + [""]).values) == 200


def test_a_kind_has_one_exchange() -> None:
    exchange = CSV[CSV.index("[[exchange]]") :]
    assert "exchange.twice" in [problem.code for problem in problems_of(CSV + exchange)]


def test_the_recipient_that_a_file_names_is_the_recipient() -> None:
    text = CSV.replace('{ wire = "FROM", to = "@sender" },', '{ wire = "FROM", to = "@recipient" },')
    draft = decoded(text, encoded(text).body)
    assert (draft.sender, draft.recipient) == (None, "probation-cumbria")


def test_a_file_of_forms_that_counts_others_than_it_has_is_refused() -> None:
    body = encoded(LABELLED).body
    assert body.rstrip().endswith(b"1")
    with pytest.raises(Refused) as refused:
        system_of(LABELLED).decode(body.rstrip()[:-1] + b"2\r\n", {})
    assert refused.value.problems[0].code != "text.no_record"


def test_a_label_that_the_profile_does_not_know_is_a_doubt() -> None:
    body = encoded(LABELLED).body.decode()
    more = body.replace("SURNAME:", "COLOUR: green\r\nSURNAME:", 1)
    assert more != body
    assert decoded(LABELLED, body.encode()).doubts == ()
    assert decoded(LABELLED, more.encode()).doubts


def test_a_file_of_another_namespace_is_refused_and_one_without_any_is_not() -> None:
    named = XML.replace('root = "Replies"', 'root = "Replies"\nnamespace = "urn:test:replies"')
    body = encoded(named).body
    assert b"urn:test:replies" in body
    assert decoded(named, body).reference == "M-7"
    assert decoded(named, body.replace(b' xmlns="urn:test:replies"', b"")).reference == "M-7"
    with pytest.raises(Refused, match=r"xml\.root"):
        system_of(named).decode(body.replace(b"urn:test:replies", b"urn:test:others"), {})
    assert decoded(XML, body.replace(b"urn:test:replies", b"urn:test:others")).reference == "M-7"


def test_a_key_that_the_profile_does_not_know_is_told_without_its_name() -> None:
    body = encoded(JSON).body.replace(b'"REF"', b'"Ann Sample": 1, "REF"')
    doubts = decoded(JSON, body).doubts
    assert doubts
    assert not any("Sample" in doubt.where + doubt.problem for doubt in doubts)
    assert all(not doubt.where.endswith("~") for doubt in doubts)


def test_a_document_that_no_record_names_is_refused_by_its_number() -> None:
    body = encoded(CSV).body
    attached = {name: Attachment(name, "text/plain", "a" * 64, b"x") for name in ("one.txt", "two.txt")}
    refused = system_of(CSV).decode(body, attached).refused
    assert [problem.where for problem in refused] == [problem.where.replace("3", "2") for problem in refused]
    assert any("1" in problem.where for problem in refused)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_of_three_ways(newline: str) -> None:
    body = encoded(CSV).body.decode().replace("\r\n", "\n").replace("\n", newline)
    assert decoded(CSV, body.encode()).reference == "M-7"
