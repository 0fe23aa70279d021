"""Courts fill in one arrest summons number for thousands of people. It counted as a person's own number, so one
defendant's result replaced another's, and one's report went to the prison for the other's sentence."""

from tests.bugs.editions.documents import clocks, received, send
from tests.conftest import Bench


def test_the_results_of_two_defendants_with_one_placeholder_number_are_both_valid(bench: Bench) -> None:
    first, second = send(bench, "placeholder-a-two-defendants.xml")
    assert [bench.hub.stories.show(id)["supersedes"] for id in (first, second)] == [None, None]
    assert clocks(bench) == ["running"]
    flagged = [doubt["code"] for id in (first, second) for doubt in bench.hub.stories.show(id)["doubts"]]
    assert flagged.count("placeholder.arrest_summons_number") == 2


def test_a_report_about_one_is_not_sent_on_for_the_sentence_of_the_other(bench: Bench) -> None:
    send(bench, "placeholder-b-report-of-first.json")
    (result,) = send(bench, "placeholder-c-result-of-second.xml")
    bench.drain()
    prisons = [d["recipient"] for d in bench.hub.stories.show(result)["deliveries"] if "prison" in d["recipient"]]
    assert prisons, "the result itself goes to the prison"
    assert [received(bench, prison, "pre_sentence_report") for prison in prisons] == [[]]
    areas = [d["recipient"] for d in bench.hub.stories.show(result)["deliveries"] if "probation" in d["recipient"]]
    assert any(received(bench, area, "report_request") for area in areas), "the area is asked for the other's report"
