"""When two messages are about the same person in the same case."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hub.identity.case_keys import case_keys, contradict
from schemas.catalogue import Catalogue

REQUEST = Catalogue.discover().latest("report_request").payload


def _keys(**defendant: Any) -> frozenset[str]:
    urn = defendant.pop("urn", "10NS1234526")
    person = {"name": {"surname": "Ashbrook", "forenames": ["Sample"]}, "date_of_birth": "1988-02-14"} | defendant
    payload = {
        "requested_at": datetime(2026, 11, 22, tzinfo=UTC),
        "court": {"ou_code": "B10JQ00"},
        "urn": urn,
        "defendant": {key: value for key, value in person.items() if value is not None},
    }
    return case_keys(REQUEST.model_validate(payload))


def test_name_and_date_of_birth_within_one_case_are_enough() -> None:
    assert _keys() & _keys(name={"surname": "ASHBROOK"})


def test_an_organisation_is_known_by_its_name_within_one_case() -> None:
    nobody: dict[str, Any] = {"name": None, "date_of_birth": None}
    company = _keys(organisation="Widgets & Sons Ltd", **nobody)
    assert company & _keys(organisation="WIDGETS AND SONS LTD".replace("AND", "&"), **nobody)
    assert not company & _keys(organisation="Gadgets Ltd", **nobody)
    assert not company & _keys(organisation="Widgets & Sons Ltd", urn="10NS9999926", **nobody)


def test_the_same_person_in_another_case_is_another_matter() -> None:
    assert not _keys(pnc_id="2003/0011985X") & _keys(pnc_id="2003/0011985X", urn="10NS9999926")


def test_a_number_joins_where_the_name_is_spelt_otherwise() -> None:
    ours = _keys(pnc_id="03/11985X")
    assert ours & _keys(pnc_id="2003/0011985X", name={"surname": "Ashbrooke"})


def test_a_number_that_breaks_its_rule_joins_nobody() -> None:
    nameless = {"name": {"surname": "X"}, "date_of_birth": None}
    assert not _keys(pnc_id="2003/0011985A", **nameless) & _keys(pnc_id="2003/0011985A", **nameless)


def test_a_year_of_birth_alone_is_not_a_date_of_birth() -> None:
    assert not _keys(date_of_birth="1988") & _keys(date_of_birth="1988")


def test_two_numbers_that_differ_are_two_people_whatever_their_names() -> None:
    one, other = _keys(pnc_id="2003/0011985X"), _keys(pnc_id="2012/0052494Q")
    assert one & other
    assert contradict(one, other)
    assert not contradict(one, _keys(pnc_id="2003/0011985X"))
    assert not contradict(one, _keys()), "a number that is missing contradicts nothing"
    assert not contradict(one, _keys(pnc_id="2012/0052494Q", urn="10NS9999926")), "another case, another matter"
    assert not contradict(one, _keys(crn="X123456")), "numbers of two kinds are not compared"


def test_one_kind_of_number_that_differs_outweighs_another_that_agrees() -> None:
    assert contradict(_keys(pnc_id="2003/0011985X", crn="X123456"), _keys(pnc_id="2003/0011985X", crn="X654321"))


def test_a_document_about_several_people_contradicts_nobody_who_is_among_them() -> None:
    several = _keys(pnc_id="2003/0011985X") | _keys(pnc_id="2012/0052494Q")
    assert not contradict(several, _keys(pnc_id="2012/0052494Q"))


def test_punctuation_and_case_of_a_reference_do_not_matter() -> None:
    assert _keys(name={"surname": "O'Example"}) & _keys(name={"surname": "OEXAMPLE"})


def _named(*forenames: str, **more: Any) -> frozenset[str]:
    return _keys(name={"surname": "Ashbrook", "forenames": list(forenames)}, **more)


@pytest.mark.parametrize(
    ("one", "other"), [(["Dafydd"], ["Gwyn"]), (["Robert"], ["William"]), (["Ann", "Mary"], ["Sue", "Jane"])]
)
def test_twins_are_two_people(one: list[str], other: list[str]) -> None:
    assert contradict(_named(*one), _named(*other))
    number = {"pnc_id": "2003/0011985X"}
    assert not contradict(_named(*one, **number), _named(*other, **number)), "a number says more than a forename"
    assert contradict(_named(*one, **number), _named(*other)), "a number that only one of them has says nothing"
    assert contradict(_named(*one), _named(*other, **number))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["Daniel"], ["Dan"]),
        (["John"], ["Jon"]),
        (["Bob"], ["Robert"]),
        (["Bill"], ["William"]),
        (["James", "Michael"], ["Michael"]),
        (["Ren\N{LATIN SMALL LETTER E WITH ACUTE}e"], ["RENEE"]),
        (["D"], ["Gwyn"]),  # an initial may be of a name that he does not use
        ([], ["Gwyn"]),
    ],
)
def test_one_person_with_a_forename_in_two_forms_stays_one(one: list[str], other: list[str]) -> None:
    assert not contradict(_named(*one), _named(*other))
    assert _named(*one) & _named(*other)


@pytest.mark.parametrize("urn", ["00000000000", "XXXXXXXXXXX", "99999999999"])
def test_a_placeholder_for_a_case_joins_nobody(urn: str) -> None:
    assert not _keys(pnc_id="2003/0011985X", urn=urn)
