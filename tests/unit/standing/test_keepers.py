"""Which agency keeps a case that several claim, and what the keeper and the exchange may do."""

from hub.sharing.decision.standing import Standing
from schemas.kind import Keeping
from tests.unit.standing.standing_world import (
    NUMBER,
    SERVING_AWAY,
    SERVING_HOME,
    acting_for,
    claim_of,
    judge,
    refused,
    said_by,
)


def test_who_is_not_the_keeper_does_not_act_as_the_keeper() -> None:
    for keeping in (Keeping.BEGINS, Keeping.ALONE):
        assert "is not the keeper" in refused(judge("probation-home", keeping=keeping))


def test_a_keeper_makes_its_recipients_parties_of_its_own_matter() -> None:
    judged = judge("court-home", keeping=Keeping.BEGINS, parties=("prison-home", "court-former"))
    assert isinstance(judged, Standing)
    assert judged.members == {"court-home": SERVING_HOME | {"prison-home"}}
    assert judged.within == "court-home"
    assert judged.keys == {"case"}
    assert (judged.sender, judged.keeper) == ("court-home", "court-home")


def test_a_case_that_another_court_sent_on_is_taken_over_with_its_parties() -> None:
    said = said_by("court-home", "court-home", "court-away", within="first")
    judged = judge("court-away", said, keeper="court-away", keeping=Keeping.ALONE, parties=("prison-away",))
    assert isinstance(judged, Standing)
    assert judged.acts_for == {"court-home", "court-away"}
    assert judged.members["court-away"] == SERVING_AWAY | SERVING_HOME | {"prison-away"}
    assert judged.members["court-home"] == SERVING_HOME | {"court-away"}, "what it says is not said in the name of home"
    assert judged.within == "first"


def test_who_took_a_case_over_has_its_parties_afterwards_too() -> None:
    said = (
        said_by("court-home", "court-home", "court-away", "prison-home"),
        said_by("court-away", "court-away", acts_for=("court-away", "court-home")),
    )
    assert acting_for(judge("prison-home", *said, keeper=None)) == {"court-home", "court-away"}


def test_a_case_is_taken_over_by_the_keeper_alone() -> None:
    said = (
        said_by("court-home", "court-home", "prison-home"),
        said_by("police-away", "court-away", acts_for=("court-away", "court-home")),
    )
    refused(judge("prison-home", *said, keeper="court-away"))


def test_two_courts_that_sent_each_other_the_case_are_no_endless_circle() -> None:
    both = ("court-home", "court-away")
    said = (
        said_by("court-home", "court-home", "court-away", acts_for=both),
        said_by("court-away", "court-away", "court-home", acts_for=both),
    )
    assert acting_for(judge("probation-home", *said, keeper="court-away")) == set(both)


def test_a_second_court_gets_no_case_that_was_not_sent_there() -> None:
    said = said_by("court-home", "court-home")
    away = {"keeper": "court-away"}
    assert "another agency has the case" in refused(judge("court-away", said, keeping=Keeping.ALONE, **NUMBER, **away))
    assert "answers a matter of another" in refused(judge("court-away", said, keeping=Keeping.ANSWERS, **away))
    assert acting_for(judge("court-away", said, keeping=Keeping.BEGINS, **NUMBER, **away)) == {"court-away"}
    stranger = said_by("prison-third", "court-home")
    assert acting_for(judge("court-away", stranger, keeping=Keeping.ANSWERS, **away)) == {"court-away"}


def test_a_court_that_was_heard_in_a_case_of_its_own_keeps_it() -> None:
    said = (said_by("court-home", "court-home"), said_by("court-away", "court-away"))
    assert acting_for(judge("court-away", *said, keeper="court-away", keeping=Keeping.ALONE, **NUMBER)) == {
        "court-away"
    }


# ---- two courts claim one case


def test_of_two_courts_the_one_of_the_area_of_the_case_number_has_it() -> None:
    assert acting_for(claim_of("court-home", said_by("court-away", "court-away"), keys={"case": "01"})) == {
        "court-home"
    }
    refused(claim_of("court-home", said_by("court-away", "court-away"), keys={"case": "02"}))
    refused(claim_of("court-home", said_by("court-away", "court-away"), keys={"case": "03"}))


def test_a_number_without_a_force_or_that_the_other_did_not_use_decides_nothing() -> None:
    said = said_by("court-away", "court-away")
    assert acting_for(claim_of("court-home", said, keys={"case": None})) == {"court-home"}
    assert acting_for(claim_of("court-home", said, keys={"case": None, "unused": "02"})) == {"court-home"}
    refused(claim_of("court-home", said, keys={"other": "01", "case": "02"}))
    both = (said, said_by("court-away", "court-away", key="other"))
    refused(claim_of("court-home", *both, keys={"other": None, "case": "02"}))


def test_a_case_that_a_person_believed_stays_where_it_is() -> None:
    said = said_by("court-away", "court-away", is_believed=True)
    refused(claim_of("court-home", said, keys={"case": "01"}))


def test_a_case_that_one_of_two_rivals_keeps_is_not_taken() -> None:
    said = (said_by("court-away", "court-away"), said_by("court-home", "court-home"))
    refused(judge("court-alone", *said, keeper="court-alone", keeping=Keeping.ALONE, keys={"case": "02"}))


def test_who_was_sent_the_case_of_one_court_is_not_stopped_by_a_third() -> None:
    said = (said_by("court-home", "court-home", "court-away"), said_by("court-third", "court-third"))
    assert acting_for(claim_of("court-away", *said, keys={"case": "03"})) == {"court-home", "court-away"}


# ---- an answer to a court to which the case was sent on


def test_an_answer_to_the_court_to_which_the_case_was_sent_on_acts_in_both() -> None:
    said = said_by("court-home", "court-home", "court-away")
    assert acting_for(judge("probation-home", said, keeper="court-away")) == {"court-home", "court-away"}
    refused(judge("probation-third", said, said_by("court-away", "court-away"), keeper="court-away"))


def test_an_answer_to_a_court_to_which_nothing_was_sent_acts_in_nothing() -> None:
    judged = judge("probation-home", said_by("court-home", "court-home"), keeper="court-away")
    assert acting_for(judged) == set()


def test_a_stranger_who_names_another_keeper_has_sent_nothing_on() -> None:
    said = (said_by("police-away", "court-home"), said_by("probation-home", "probation-home"))
    refused(judge("police-home", *said, keeper="probation-home"))


# ---- the exchange itself


def test_the_exchange_speaks_in_the_order_of_the_matter_and_acts_in_nothing() -> None:
    said = said_by("court-home", "court-home", within="first")
    judged = judge("hub", said)
    assert acting_for(judged) == set()
    assert judged.within == "first"
    assert judge("hub").within == "court-home"
    assert judge("hub", keeper=None).within == "@hub"


def test_the_order_is_that_of_the_first_message_that_acted() -> None:
    said = (
        said_by("police-home", "court-home", acts_for=(), within="nobody's"),
        said_by("prison-home", "court-home", acts_for=(), within="believed", is_believed=True),
        said_by("court-home", "court-home", within="second"),
    )
    assert judge("court-home", *said).within == "believed"
    assert judge("court-home", said[0], said[2]).within == "second"
    assert judge("court-home", said[0]).within == "court-home"
    assert judge("police-home", said_by("court-home", "court-home", acts_for=()), keeper=None).within == "police-home"
