from tests.attacks.standing.courts_and_areas import HOME, Business
from tests.conftest import Bench
from tests.faults import documents

ELMLEY = "prison-elmley"


def test_the_receipt_of_one_prison_does_not_meet_the_deadline_of_another(bench: Bench) -> None:
    business = Business(bench, 31)
    person = business.person()
    one = business.say(documents.result(person, 1, True), receiving_prison="HMP Elmley", hearing_id="H1")
    other = business.say(documents.result(person, 2, True), hearing_id="H2")
    bench.agencies.behave(ELMLEY, "error")
    report = business.say(documents.report(person))
    assert ("pre_sentence_report", report) in business.got(HOME.prison)
    assert business.clocks(other) == {"report_to_prison": "met"}
    assert business.clocks(one) == {"report_to_prison": "running"}
