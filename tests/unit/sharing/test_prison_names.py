"""The prison that a court named is found by the usual spellings of its name, and never by a guess."""

import pytest

from hub.bootstrap import Knowledge
from hub.sharing.terms.agencies import AgencyRole
from hub.sharing.terms.prison_names import by_plain_name, plain_prison_name, prison_called


@pytest.mark.parametrize(
    ("written", "prison"),
    [
        ("HMP Bedford", "prison-bedford"),
        ("hmp bedford", "prison-bedford"),
        ("HM Prison Bedford", "prison-bedford"),
        ("H.M.P. Bedford", "prison-bedford"),
        ("Bedford", "prison-bedford"),
        ("BFI", "prison-bedford"),
        ("HMP Bedford, St Loyes Street, Bedford MK40 1HG", "prison-bedford"),
        ("HMP Bedford (reception)", "prison-bedford"),
        ("HMP Bedford Reception", "prison-bedford"),
        ("HMP/YOI Feltham", "prison-feltham"),
        ("HMP & YOI Feltham", "prison-feltham"),
        ("HMYOI Feltham", "prison-feltham"),
        ("HM Young Offender Institution Feltham", "prison-feltham"),
        ("Her Majesty's Prison Durham", "prison-durham"),
        ("His Majesty\N{RIGHT SINGLE QUOTATION MARK}s Prison Durham", "prison-durham"),
        ("HMP/YOI Foston Hall", "prison-foston-hall"),
        ("HMP+YOI Feltham", "prison-feltham"),
        ("HMP (YOI) Feltham", "prison-feltham"),
        ("HMP/YOI (Feltham)", "prison-feltham"),
        ("(HMP) Bedford", "prison-bedford"),
        ("Bedford (HMP)", "prison-bedford"),
        ("HMPBedford", "prison-bedford"),
        ("H M P Bedford", "prison-bedford"),
        ("The Governor, HMP Bedford", "prison-bedford"),
        ("HMP Newhall", "prison-new-hall"),
        ("HMP Highdown", "prison-high-down"),
        ("HMP W/Scrubs", "prison-wormwood-scrubs"),
        ("HMP Wormwood Scrubs (W Scrubs)", "prison-wormwood-scrubs"),
        ("HMP Winson Green", "prison-birmingham"),
        ("HMP Manchester (Strangeways)", "prison-manchester"),
        ("HMP Strangeways Manchester", "prison-manchester"),
        ("Carchar Caerdydd", "prison-cardiff"),
        ("Carchar EF Abertawe", "prison-swansea"),
        ("HMP Swansea/Abertawe", "prison-swansea"),
        ("HMP Bedfordshire", None),
        ("HMP Whitemoor via HMP Bedford", None),
        ("HMP Whitemoor and HMP Bedford", None),
        ("not Bedford", None),
        ("HMP Nowhere-on-Sea", None),
        ("Rampton Hospital", None),
        ("HMP Bedford or HMP Durham", None),
        ("HMP", None),
        ("", None),
        ("the usual BFI one", None),
    ],
)
def test_a_prison_is_found_by_what_the_court_wrote(knowledge: Knowledge, written: str, prison: str | None) -> None:
    found = knowledge.registry.agencies.prison_called(written)
    assert (found.id if found else None) == prison


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("HMP East Grange, West Road", "east grange"),
        ("HMP East Grange; West Road", "east grange"),
        ("HMP East Grange\nWest Road, Northtown", "east grange"),
        ("HMP East Grange (West wing), Northtown", "east grange"),
        ("H.M. Prison King's Hill", "kings hill"),
        ("H.M. Prison King\N{RIGHT SINGLE QUOTATION MARK}s Hill", "kings hill"),
        ("HMPYOI GRANGE-2", "grange 2"),
        ("His Majesty's Prison", ""),
    ],
)
def test_a_plain_name_is_the_text_before_the_address_without_the_words_of_every_prison(
    written: str, plain: str
) -> None:
    assert plain_prison_name(written) == plain


def test_a_code_of_three_letters_is_no_name_among_other_words() -> None:
    known = {"abc": "by its code", "abcd": "by its name"}
    assert prison_called("HMP ABC", known) == "by its code"
    assert prison_called("HMP ABC wing", known) is None
    assert prison_called("HMP ABCD wing", known) == "by its name"


def test_every_prison_of_the_registry_is_found_by_its_name_in_each_usual_spelling(knowledge: Knowledge) -> None:
    agencies = knowledge.registry.agencies
    for prison in agencies.by_id.values():
        if prison.role is AgencyRole.PRISON:
            bare = plain_prison_name(prison.name)
            for written in (
                prison.name,
                f"HMP {bare}",
                f"HMP/YOI {bare.upper()}",
                f"HMP {bare}, 1 Example Road",
                *prison.names,
            ):
                assert agencies.prison_called(written) == prison, written


def test_a_name_that_two_prisons_share_finds_neither() -> None:
    known = by_plain_name([("HMP Grange (men)", "one"), ("HMP Grange (women)", "two"), ("HMP Hill", "three")])
    assert prison_called("HMP Grange", known) is None
    assert prison_called("HMP Hill", known) == "three"


def test_the_longer_of_two_names_is_meant() -> None:
    known = {"grange": "one", "east grange": "two"}
    assert prison_called("HMP East Grange", known) == "two"
    assert prison_called("HMP East Grange wing", known) == "two"
    assert prison_called("HMP Grange wing", known) == "one"
