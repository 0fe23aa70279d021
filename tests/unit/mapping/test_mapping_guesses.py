"""What a wire field means is guessed from its name, and the functions between from its values."""

from pathlib import Path

import pytest

from adapters.mapping.drafts.draft import draft_profile
from adapters.mapping.drafts.guessing import guesses, likeness
from adapters.mapping.drafts.sample import seen
from adapters.mapping.first_row import read_first_row
from adapters.mapping.language.forms import Form, Slot
from schemas.catalogue import Catalogue
from schemas.category import Category

CASE = Category.CASE


def guessed(path: str, form: Form, *values: str, choices: tuple[str, ...] = ()) -> tuple[tuple[str, ...], bool]:
    [guess] = guesses([seen(path, values)], {path: Slot(form, CASE, None, choices)}).values()
    assert guess.to == path
    return guess.by, guess.sure


@pytest.mark.parametrize(
    ("path", "form", "values", "by"),
    [
        ("made", Form.DAY, ["2026-01-09", "2026-12-31"], "date: YYYY-MM-DD"),
        ("made", Form.DAY, ["09/01/2026"], "date: DD/MM/YYYY"),
        ("made", Form.DAY, ["09-JAN-2026"], "date: DD-MON-YYYY"),
        ("made", Form.DAY, ["09 JAN 2026"], "date: DD MON YYYY"),
        ("made", Form.DAY, ["09.01.2026"], "date: DD.MM.YYYY"),
        ("made", Form.DAY, ["20260109"], "date: YYYYMMDD"),
        ("made", Form.DAY, ["31122026"], "date: DDMMYYYY"),
        ("made", Form.DAY, ["09/01/26"], "date: DD/MM/YY"),
        ("made", Form.DAY, ["090126"], "date: DDMMYY"),
        ("time", Form.TIME, ["10:30"], "time: HH:MI"),
        ("time", Form.TIME, ["10:30:59"], "time: HH:MI:SS"),
        ("time", Form.TIME, ["1030"], "time: HHMI"),
        ("made", Form.MOMENT, ["2026-01-09T10:30:00Z"], "moment: iso"),
        ("made", Form.MOMENT, ["09/01/2026"], "moment: DD/MM/YYYY"),
        ("made", Form.MOMENT, ["09/01/2026 10:30"], "moment: DD/MM/YYYY HH:MI"),
        ("made", Form.MOMENT, ["20260109T1030"], "moment: YYYYMMDDTHHMI"),
        ("made", Form.MOMENT, ["2026010910:30:59"], "moment: YYYYMMDDHH:MI:SS"),
        ("date_of_birth", Form.TEXT, ["09/01/1971"], "date: DD/MM/YYYY"),
        ("words", Form.TEXTS, ["a;b"], "split: ;"),
        ("words", Form.TEXTS, ["a", "b|c"], "split: |"),
        ("words", Form.TEXTS, ["a~b"], "split: ~"),
        ("words", Form.TEXTS, ["a,b"], "split: ,"),
        ("words", Form.TEXTS, ["a"], "split: ;"),
        ("forenames", Form.TEXTS, ["Ann;B"], "words"),
        ("judge", Form.NAME, ["Sample, Ann"], "name: surname_first"),
        ("judge", Form.NAME, ["Ann Sample"], "name: surname_last"),
        ("known", Form.TRUTH, ["N", "Y", "N"], "truth: Y/N"),
        ("known", Form.TRUTH, ["false", "true"], "truth: true/false"),
        ("known", Form.TRUTH, ["0", "1"], "truth: 1/0"),
        ("age", Form.NUMBER, ["7"], "number"),
        ("score", Form.DECIMAL, ["7.5"], "decimal"),
        ("bytes", Form.CONTENT, ["eA=="], "base64"),
    ],
)
def test_the_function_is_the_one_that_reads_every_value(path: str, form: Form, values: list[str], by: str) -> None:
    assert guessed(path, form, *values) == ((by,), True)


@pytest.mark.parametrize(
    ("form", "values"),
    [
        (Form.DAY, ["09/01/2026", "soon"]),
        (Form.DAY, []),
        (Form.TIME, ["at ten"]),
        (Form.MOMENT, ["soon"]),
        (Form.TRUTH, ["Y", "N", "perhaps"]),
        (Form.TRUTH, ["Y"]),
    ],
)
def test_where_no_function_reads_every_value_a_person_must_look(form: Form, values: list[str]) -> None:
    assert guessed("made", form, *values) == ((), False)


def test_a_text_needs_no_function() -> None:
    assert guessed("reason", Form.TEXT, "09/01/2026") == ((), True)
    assert guessed("date_of_birth", Form.TEXT, "soon") == ((), True)


def test_codes_are_those_whose_letters_give_one_meaning_away() -> None:
    sexes = ("male", "female", "not_known", "not_specified")
    [guess] = guesses([seen("sex", ["M", "F", "Not k", "M"])], {"a.sex": Slot(Form.TEXT, CASE, None, sexes)}).values()
    assert guess.by == ("table: sex",)
    assert guess.table == ("sex", {"F": "female", "M": "male", "Not k": "not_known"})
    assert guess.sure
    [guess] = guesses([seen("sex", ["N", "X"])], {"a.sex": Slot(Form.TEXT, CASE, None, sexes)}).values()
    assert guess.table == ("sex", {})
    assert not guess.sure


def test_a_name_is_as_alike_as_the_words_that_both_have_and_the_last_counts_most() -> None:
    assert likeness("Surname", "surname") == 1.0
    assert likeness("SURNAME", "offender.name.surname") == pytest.approx(0.6 + 0.4 / 3)
    assert likeness("DateOfBirth", "offender.date_of_birth") == pytest.approx(0.6 + 0.4 * 2 / 3)
    assert likeness("offender", "offender.surname") == 0.0
    assert likeness("home addr", "address.lines") == 1.0
    assert likeness("to", "from") == 0.0


def test_each_path_is_guessed_once_and_for_the_name_that_is_most_alike() -> None:
    """Of two that are equally alike, the first by the alphabet."""
    slots = {
        path: Slot(Form.TEXT, CASE)
        for path in ("name.surname", "partner.surname", "surname", "aliases[].surname", "reference")
    }
    found = guesses([seen("Name Surname", []), seen("Surname", []), seen("Last", []), seen("colour", [])], slots)
    assert {wire: guess.to for wire, guess in found.items()} == {
        "Name Surname": "name.surname",
        "Last": "surname",
        "Surname": "partner.surname",
    }
    whole = {"court": Slot(Form.TEXT, CASE), "court.name": Slot(Form.TEXT, CASE)}
    assert [guess.to for guess in guesses([seen("court", []), seen("court name", [])], whole).values()] == ["court"]


@pytest.mark.parametrize(
    ("wire", "path"),
    [
        ("1ST NAME", "defendant.name.forenames"),
        ("FAMILY NAME", "defendant.name.surname"),
        ("COURT NAME", "court.name"),
        ("D.O.B", "defendant.date_of_birth"),
    ],
)
def test_a_name_means_what_its_own_words_say(wire: str, path: str) -> None:
    paths = ("court.name", "defendant.name.forenames", "defendant.name.surname", "defendant.date_of_birth", "date")
    slots = {one: Slot(Form.TEXTS if "forenames" in one else Form.TEXT, CASE) for one in paths}
    assert {field: guess.to for field, guess in guesses([seen(wire, ["a"])], slots).items()} == {wire: path}


def test_a_word_that_anything_may_have_gives_no_meaning_by_itself() -> None:
    assert guesses([seen("OFFICER NAME", ["a"])], {"court.name": Slot(Form.TEXT, CASE)}) == {}


def test_the_first_record_is_shown_beside_what_it_was_read_as() -> None:
    body = (Path(__file__).parent / "drafted" / "columns.csv").read_bytes()
    catalogue = Catalogue.discover()
    row = read_first_row(draft_profile(body, "town", None, catalogue), body, catalogue)
    assert row.problems == ()
    read = {field.to: (field.value, field.read) for field in row.fields}
    [born] = [both for path, both in read.items() if path.endswith("date_of_birth")]
    assert born == ("09-APR-1971", "1971-04-09")
    less = body.replace(body.split(b"\n")[0].split(b",")[0], b"ZZZ", 1)
    row = read_first_row(draft_profile(less, "town", "report_request", catalogue), less, catalogue)
    assert row.problems and all(field.value and not field.read for field in row.fields)
