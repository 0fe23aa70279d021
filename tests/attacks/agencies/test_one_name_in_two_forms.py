"""A surname in two Unicode forms is one person everywhere: a kept report reaches the prison, and a hold covers both
forms."""

import json
import unicodedata
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.disposal.person_named import Given
from hub.local.demonstration.stories import Step
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Person

NAME = "Müller-Königsberg"
FORMS = {"composed": "NFC", "decomposed": "NFD", "typed without accents": ""}


def _in_form(form: str) -> str:
    return unicodedata.normalize(form, NAME) if form else "MULLER KONIGSBERG"


def _named(message: dict[str, Any], form: str) -> Step:
    defendant = message["payload"]["defendant"]
    defendant.pop("pnc_id", None)
    defendant["name"]["surname"] = _in_form(form)
    return Step("", "", message["sender"], json.dumps(message).encode(), "application/json")


@pytest.fixture
def person(bench: Bench) -> Person:
    return Person(71, AREAS[0], bench.clock.now().replace(microsecond=0))


@pytest.fixture
def report(bench: Bench, person: Person) -> UUID:
    """A report about the person is kept, with the name in its decomposed form."""
    receipt: Any = bench.send(_named(documents.report(person), "NFD"))
    return UUID(receipt["messages"][0]["id"])


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_report_reaches_the_prison_whatever_the_form_of_the_name(
    bench: Bench, person: Person, report: UUID, form: str
) -> None:
    bench.send(_named(documents.result(person, 1, True), form))
    bench.drain()
    recipients = {each["recipient"] for each in bench.hub.stories.show(str(report))["deliveries"]}
    assert person.area.prison in recipients


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_hold_and_a_report_to_the_person_cover_every_form(
    bench: Bench, person: Person, report: UUID, form: str
) -> None:
    bench.send(_named(documents.result(person, 1, True), "NFC"))
    bench.drain()
    born = documents.report(person)["payload"]["defendant"]["date_of_birth"]
    wanted = Given(name=_in_form(form), born=born)
    told = bench.hub.end_of_life.subject_report(wanted.wanted(), "ada", "the person asked")
    assert {message["kind"] for message in told["messages"]} == {"pre_sentence_report", "hearing_result"}
    assert NAME in {unicodedata.normalize("NFC", str(d["value"])) for m in told["messages"] for d in m["data"]}
    assert bench.hub.end_of_life.place_hold(wanted.one(), "ada", "inquiry 12 asked")["covers"] == 2
    bench.clock.advance(timedelta(days=4_000))
    assert not bench.hub.end_of_life.run_retention("ada").messages


def test_what_an_earlier_version_entered_under_its_own_spelling_is_covered_too(
    bench: Bench, person: Person, report: UUID
) -> None:
    born = documents.report(person)["payload"]["defendant"]["date_of_birth"]
    wanted = Given(name=NAME, born=born).one()
    assert bench.hub.end_of_life.place_hold(wanted, "ada", "inquiry 12 asked")["covers"] == 1
    with bench.hub.store.transaction() as connection:
        # written as the version before it would have written the message
        connection.execute(text("DELETE FROM subject_key WHERE scheme = 'name'"))
        connection.execute(text("UPDATE subject_key SET spelling = 1"))
    bench.clock.advance(timedelta(days=4_000))
    assert not bench.hub.end_of_life.run_retention("ada").messages
