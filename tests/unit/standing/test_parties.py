"""Who is a party of a matter, and may therefore act in it."""

import pytest

from hub.sharing.decision.standing import NoStanding, Standing, as_recorded, believed, without_matter
from schemas.kind import Keeping
from tests.unit.standing.standing_world import SERVING_HOME, acting_for, claim_of, judge, refused, said_by

# ---- who is a party


@pytest.mark.parametrize("sender", sorted(SERVING_HOME))
def test_the_agencies_that_serve_a_court_may_act_in_its_cases(sender: str) -> None:
    assert acting_for(judge(sender)) == {"court-home"}


@pytest.mark.parametrize("sender", ["probation-away", "police-away", "cps-away", "prison-home"])
def test_nobody_else_may_act_in_a_case_of_which_a_party_has_spoken(sender: str) -> None:
    assert "not a party" in refused(judge(sender, said_by("court-home", "court-home")))


def test_a_message_about_a_case_of_which_nobody_has_spoken_is_allowed_and_changes_nothing() -> None:
    judged = judge("probation-away")
    assert acting_for(judged) == set()
    assert judged.within == "court-home@probation-away", "it stands in nobody's order but its own"


def test_what_only_a_stranger_has_said_does_not_count_as_said() -> None:
    assert acting_for(judge("prison-home", said_by("probation-away", "court-home", "prison-home"))) == set()


def test_to_whom_a_party_has_sent_the_case_is_a_party() -> None:
    sent = said_by("court-home", "court-home", "prison-home")
    judged = judge("prison-home", sent)
    assert acting_for(judged) == {"court-home"}
    assert isinstance(judged, Standing)
    assert judged.members["court-home"] == SERVING_HOME | {"prison-home"}


def test_to_whom_a_stranger_has_sent_the_case_is_no_party() -> None:
    said = (said_by("court-home", "court-home"), said_by("probation-away", "court-home", "prison-home"))
    refused(judge("prison-home", *said))


def test_parties_pass_it_on_whatever_the_order_in_which_the_messages_are_read() -> None:
    """The first one made its recipient a party because the last one had made its sender a party."""
    said = (
        said_by("probation-third", "court-home", "prison-third"),
        said_by("prison-home", "court-home", "probation-third"),
        said_by("court-home", "court-home", "prison-home"),
    )
    assert acting_for(judge("prison-third", *said)) == {"court-home"}


def test_a_message_of_the_exchange_and_of_an_agency_that_has_left_the_registry_count() -> None:
    for sender in ("hub", "police-that-left"):
        assert acting_for(judge("prison-home", said_by(sender, "court-home", "prison-home"))) == {"court-home"}


def test_what_a_person_believed_makes_parties() -> None:
    said = (said_by("court-home", "court-home"), said_by("prison-away", "court-home", "prison-home", is_believed=True))
    for sender in ("prison-away", "prison-home"):
        assert acting_for(judge(sender, *said)) == {"court-home"}


def test_what_a_person_believed_counts_in_each_matter_in_which_it_was_believed() -> None:
    said = said_by("prison-away", "court-home", acts_for=("court-home", "court-away"), is_believed=True)
    assert acting_for(judge("prison-away", said, keeper=None)) == {"court-home", "court-away"}
    unnamed = said_by("prison-away", acts_for=("court-home",), is_believed=True)
    judged = judge("prison-away", unnamed, keeper=None)
    assert isinstance(judged, Standing)
    assert set(judged.acts_for) == set(judged.members) == {"court-home"}
    stranger = judge("prison-home", unnamed, keeper=None)
    assert isinstance(stranger, NoStanding)
    assert set(stranger.members) == {"court-home"}


def test_what_was_said_without_naming_a_keeper_counts_in_no_matter() -> None:
    for said in (said_by("probation-home", acts_for=("court-home",)), said_by("hub", None, "police-home")):
        assert acting_for(judge("police-home", said, keeper=None)) == set()


def test_the_police_and_prosecutors_of_the_case_number_are_parties_once_a_party_has_used_it() -> None:
    by_number = {"case": "03"}
    said = said_by("court-home", "court-home")
    for sender in ("police-third", "cps-third"):
        assert acting_for(judge(sender, said, keys=by_number)) == {"court-home"}
        refused(judge(sender, said))
        strangers = said_by("probation-away", "court-home")
        elsewhere = said_by("court-home", "court-home", key="other")
        refused(judge(sender, strangers, elsewhere, keys=by_number))
    refused(judge("police-third", said, keys={"case": "99"}))


def test_a_keeper_that_has_left_the_registry_has_no_serving_agencies() -> None:
    said = said_by("court-that-left", "court-that-left", "police-home")
    judged = judge("police-home", said, keeper=None)
    assert isinstance(judged, Standing)
    assert judged.members == {"court-that-left": {"court-that-left", "police-home"}}


def test_a_court_that_nobody_serves_has_the_parties_to_whom_it_sends() -> None:
    assert acting_for(judge("prison-home", said_by("court-alone", "court-alone", "prison-home"), keeper=None)) == {
        "court-alone"
    }


def test_a_court_without_an_area_has_no_serving_agencies_and_a_prison_neither() -> None:
    for keeper in ("court-alone", "prison-home"):
        judged = judge(keeper, keeper=keeper)
        assert isinstance(judged, Standing)
        assert judged.members == {keeper: {keeper}}


# ---- in whose name a sender speaks


def test_a_court_acts_where_it_stands_for_another_and_the_other_does_not_act_for_it() -> None:
    assert acting_for(judge("court-night", said_by("court-home", "court-home"))) == {"court-home"}
    refused(judge("court-home", said_by("court-night", "court-night"), keeper="court-night"))


def test_a_successor_acts_in_the_cases_of_its_predecessor_under_both_names() -> None:
    said = said_by("court-former", "court-former", "prison-home", within="court-former")
    judged = judge("court-home", said, keeping=Keeping.ALONE)
    assert acting_for(judged) == {"court-home", "court-former"}
    assert judged.within == "court-former", "its messages stay in the order of the first one"
    assert isinstance(judged, Standing)
    assert judged.members["court-former"] == judged.members["court-home"] == SERVING_HOME | {"prison-home"}
    assert acting_for(judge("prison-home", said, keeper="court-former")) == {"court-home", "court-former"}


def test_who_has_taken_a_person_over_acts_for_who_had_them_before_if_both_are_of_one_role() -> None:
    register = said_by("probation-home", "probation-home")
    assert acting_for(judge("probation-away", register, keeper="probation-home", handed_over=("probation-home",))) == {
        "probation-home"
    }
    refused(judge("probation-away", register, keeper="probation-home"))
    court = said_by("court-home", "court-home")
    refused(judge("probation-away", court, handed_over=("court-home", "nobody-known")))


# ---- a message that does not name the keeper


def test_without_a_named_keeper_it_acts_in_every_matter_of_which_its_sender_is_a_party() -> None:
    said = (
        said_by("court-home", "court-home", "prison-third"),
        said_by("court-away", "court-away", "prison-third"),
        said_by("court-third", "court-third"),
    )
    judged = judge("prison-third", *said, keeper=None)
    assert acting_for(judged) == {"court-home", "court-away"}
    assert judged.within == "court-away", "the order of the first by name"


def test_without_a_named_keeper_a_stranger_acts_in_nothing() -> None:
    said = said_by("court-home", "court-home")
    assert "not a party" in refused(judge("prison-away", said, keeper=None))
    assert acting_for(judge("prison-away", keeper=None)) == set(), "nobody has spoken of it yet"
    assert acting_for(judge("prison-away", said_by("police-away", "court-home"), keeper=None)) == set()


def test_without_a_named_keeper_the_police_of_the_case_number_may_speak_and_change_nothing() -> None:
    said = said_by("court-home", "court-home", key="other")
    judged = judge("police-third", said, keeper=None, keys={"case": "03", "other": None})
    assert acting_for(judged) == set()
    assert judged.within == "@police-third"


def test_a_party_of_one_matter_does_not_become_one_of_another_by_the_same_message() -> None:
    said = (said_by("court-home", "court-home"), said_by("police-away", "court-away"))
    assert acting_for(judge("police-home", *said, keeper=None)) == {"court-home"}


# ---- without standing


def test_a_refusal_says_whose_matter_it_is_about_and_who_its_parties_are() -> None:
    said = (said_by("court-former", "court-former", "prison-home"), said_by("court-away", "court-away"))
    judged = judge("prison-away", *said)
    assert isinstance(judged, NoStanding)
    assert (judged.sender, judged.keeper, judged.within) == ("prison-away", "court-home", "court-home@prison-away")
    assert judged.keys == {"case"}
    assert judged.acts_for == {"court-home", "court-former"}, "another court's case of that number is not meant"
    assert judged.members["court-home"] == judged.members["court-former"] == SERVING_HOME | {"prison-home"}


def test_a_refusal_of_a_claim_or_without_a_keeper_names_every_matter_of_which_a_party_has_spoken() -> None:
    said = (
        said_by("court-away", "court-away"),
        said_by("court-home", "court-home"),
        said_by("prison-home", "court-third"),
    )
    for judged in (
        claim_of("court-alone", *said, keys={"case": "02"}),
        judge("prison-third", *said, keeper=None),
    ):
        assert isinstance(judged, NoStanding)
        assert judged.acts_for == {"court-away", "court-home"}
    assert judged.within == "@prison-third"


# ---- standing that is given, or was recorded


def _outsider(*acts_for: str, keeper: str | None = "court-home") -> NoStanding:
    members = {each: frozenset({each}) for each in acts_for}
    return NoStanding("prison-away", keeper, "w", frozenset({"case"}), frozenset(acts_for), members, "why")


def test_whom_a_person_believes_acts_in_the_matters_that_its_message_is_about() -> None:
    given = believed(_outsider("court-home", "court-away"), "somebody", "checked by telephone")
    assert given.acts_for == {"court-home", "court-away"}
    assert given.within == "court-away", "the first by name"
    assert given.members == {
        "court-home": {"court-home", "prison-away"},
        "court-away": {"court-away", "prison-away"},
    }
    assert (given.sender, given.keeper, given.keys) == ("prison-away", "court-home", {"case"})


def test_whom_a_person_believes_about_a_new_matter_acts_in_that_of_the_named_keeper() -> None:
    assert believed(_outsider(), "somebody", "why").acts_for == {"court-home"}
    assert believed(_outsider(), "somebody", "why").members == {"court-home": {"prison-away"}}
    assert believed(_outsider(), "somebody", "why").within == "court-home"
    unnamed = believed(_outsider(keeper=None), "somebody", "why")
    assert (unnamed.acts_for, unnamed.within) == (frozenset(), "prison-away")


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("somebody", ""), (" ", "why"), ("somebody", " ")])
def test_nobody_is_believed_without_a_person_and_a_reason(by: str, reason: str) -> None:
    with pytest.raises(PermissionError):
        believed(_outsider("court-home"), by, reason)


def test_a_message_without_a_matter_acts_in_nothing_of_anybody() -> None:
    alone = without_matter("prison-home")
    assert (alone.sender, alone.keeper, alone.within) == ("prison-home", None, "prison-home")
    assert alone.acts_for == alone.keys == frozenset()


def test_a_recorded_standing_is_what_was_recorded_and_includes_no_party() -> None:
    again = as_recorded("prison-home", "court-home", "first", ["court-home"], ["case"])
    assert (again.sender, again.keeper, again.within) == ("prison-home", "court-home", "first")
    assert (again.acts_for, again.keys) == ({"court-home"}, {"case"})
    assert not again.includes("court-home", "court-home")


def test_a_standing_includes_the_parties_of_the_matters_in_which_it_acts() -> None:
    judged = judge("court-home", said_by("court-home", "court-home"), said_by("court-away", "court-away"))
    assert isinstance(judged, Standing)
    assert judged.includes("court-home", "probation-home")
    assert not judged.includes("court-home", "probation-away")
    assert not judged.includes("court-away", "court-away")
    assert not judged.includes(None, "probation-home")


def test_nobody_else_makes_a_standing_or_adds_to_one() -> None:
    with pytest.raises(TypeError):
        without_matter("prison-home").members["court-home"] = frozenset({"prison-home"})  # type: ignore[index]
    with pytest.raises(PermissionError):
        Standing("a", None, "a", frozenset({"b"}), frozenset(), {}, object())
