"""Edges of the mapping language: limits of numbers and years, paths into trees, and what each kind needs."""

from dataclasses import FrozenInstanceError

import pytest
from pydantic import ValidationError

from adapters.mapping.language.forms import Form, Slot, shape_of
from adapters.mapping.language.function import Misused, Unfit
from adapters.mapping.language.moments import FIRST_YEAR_OF_BIRTHS, Pattern, of_births
from adapters.mapping.language.paths import Growing, Path, joined
from adapters.mapping.language.pipeline import Pipeline
from adapters.mapping.profiles.findings import near
from adapters.mapping.profiles.source import Source
from adapters.mapping.profiles.written import LineLayout
from adapters.mapping.system import RECORDS_MAX
from adapters.mapping.translation.validation import ENTRY, place_at
from schemas.category import Category
from schemas.fields import PNC_ID
from schemas.problem import Refused
from tests.unit.mapping.mapping_profiles import CATALOGUE, CSV, decoded, encoded, plain, problems_of, system_of

SEXES = {"sex": {"M": "male", "F": "female"}}


def _read(by: str, text: str) -> object:
    return Pipeline.parse((by,), SEXES).read(text).value


@pytest.mark.parametrize(
    ("by", "most"),
    [("number", "9" * 15), ("decimal", f"{'9' * 12}.{'9' * 12}"), ("pence", "9" * 14)],
)
def test_a_number_has_as_many_digits_as_fit_and_no_more(by: str, most: str) -> None:
    assert _read(by, most) is not None
    for longer in (f"9{most}", *([f"{most}9"] if "." in most else [])):
        with pytest.raises(Unfit):
            _read(by, longer)


@pytest.mark.parametrize(
    ("by", "first", "last"), [("date: YY-MM-DD from 1950", 1950, 2049), ("date: YY-MM-DD", 1941, 2040)]
)
def test_two_digits_of_a_year_mean_one_of_a_hundred_years(by: str, first: int, last: int) -> None:
    one = Pipeline.parse((by,), {})
    for year in (first, last):
        assert one.read(one.write(f"{year}-01-31")).value == f"{year}-01-31"
    for year in (first - 1, last + 1):
        with pytest.raises(Unfit, match=r"value\.date"):
            one.write(f"{year}-01-31")


def test_two_digits_of_a_birth_are_of_living_people_unless_the_profile_says_otherwise() -> None:
    assert of_births("date: DD/MM/YY | YYYY") == f"date: DD/MM/YY from {FIRST_YEAR_OF_BIRTHS} | YYYY"
    assert of_births("date: DD/MM/YY from 1950") == "date: DD/MM/YY from 1950"
    assert of_births("capitals") == "capitals"


def test_a_day_needs_its_year_month_and_day_and_a_pattern_names_each_once() -> None:
    assert Pattern.of("DD/MM/YYYY").is_day
    assert not any(Pattern.of(text).is_day for text in ("DD", "MM/YYYY", "DD/MM", "DD YYYY"))
    for wrong in ("", "DD DD", "YYYY YY", "MM MON", "YYYY from 1950"):
        with pytest.raises(Misused):
            Pattern.of(wrong)


def test_a_moment_is_written_with_its_seconds_and_a_time_read_without() -> None:
    whole = Pipeline.parse(("moment: YYYY-MM-DD HH:MI:SS",), {})
    assert whole.write("2026-01-09T10:30:59Z") == "2026-01-09 10:30:59"
    assert whole.write("2026-07-09T10:30:59Z") == "2026-07-09 11:30:59"
    assert Pipeline.parse(("time: HH:MI",), {}).write("14:30:00") == "14:30"


# ---- whether two values mean the same


def test_values_mean_the_same_however_they_are_written() -> None:
    text, moment, time = (Slot(form, Category.CASE) for form in (Form.TEXT, Form.MOMENT, Form.TIME))
    assert moment.same("2026-01-09T10:30:00Z", "2026-01-09T11:30:00+01:00")
    assert not moment.same("2026-01-09T10:30:00Z", "2026-01-09T10:30:01Z")
    assert time.same("10:30", "10:30:00")
    assert not time.same("10:30", "10:31")
    assert not text.same("10:30", "10:30:00")
    assert not moment.same("soon", "later")
    assert not moment.same(1, 2)
    assert not text.same(None, "a") and not text.same("a", None)
    assert text.same("a", "a")
    number = Slot(Form.TEXT, Category.IDENTITY, PNC_ID)
    assert number.same("12/52494Q", "2012/0052494Q")
    assert not number.same("12/52494Q", 5)
    assert not number.same("x", "y")


def test_a_text_takes_days_and_nothing_else_takes_another_form() -> None:
    text, day = Slot(Form.TEXT, Category.CASE), Slot(Form.DAY, Category.CASE)
    assert text.accepts(Form.DAY) and text.accepts(Form.PARTIAL_DAY) and text.accepts(Form.TEXT)
    assert day.accepts(Form.DAY)
    assert not day.accepts(Form.TEXT) and not text.accepts(Form.NUMBER)


def test_the_shape_of_a_kind_has_its_lists_names_and_documents_and_what_each_part_needs() -> None:
    shape = shape_of(CATALOGUE.latest("case_transfer").payload)
    assert {"orders", "offences", "documents", "offender.aliases"} <= shape.lists
    assert "offender" not in shape.lists
    assert shape.slots["offender.name"].form is Form.NAME
    assert shape.slots["offender.name"].category is Category.IDENTITY
    assert shape.slots["documents[].content"].form is Form.CONTENT
    assert shape.slots["documents[].content"].category is Category.DOCUMENT
    assert shape.slots["offender.address.lines"].form is Form.TEXTS
    assert shape.needed["offender.name"] == ("surname",)
    assert set(shape.needed["documents[]"]) >= {"name", "media_type", "sha256", "size_bytes"}
    other = shape_of(CATALOGUE.latest("transfer_reply").payload)
    assert "documents[].content" not in other.slots


def test_a_part_that_is_begun_must_have_what_it_needs() -> None:
    shape = shape_of(CATALOGUE.latest("case_transfer").payload)
    enough = {"transfer_reference", "to_area", "requested_at", "offender.crn"}
    assert list(shape.missing(enough)) == []
    assert list(shape.missing(enough - {"to_area"})) == [("", "to_area")]
    assert list(shape.missing({*enough, "offender.name.forenames"})) == [("offender.name", "offender.name.surname")]
    assert list(shape.missing({*enough, "offender.name"})) == [], "a whole name has its surname"
    assert list(shape.missing({*enough, "documents[].name"})) == [], "the media type comes with the document"
    assert list(shape.missing({*enough, "documents[].name", "documents[].content"})) == [
        ("documents[]", "documents[].media_type")
    ]


# ---- paths


def test_a_path_leads_to_a_value_or_to_nothing() -> None:
    tree = {"a": {"b": ["x", "y"]}, "word": "text"}
    found = {text: path.find(tree) for text in ("a.b[0]", "a.b[1]", "a.b[2]", "a[0]", "word[0]", "a.c", "word.c")
             if (path := Path.parse(text))}  # fmt: skip
    assert found == {"a.b[0]": "x", "a.b[1]": "y"} | dict.fromkeys(("a.b[2]", "a[0]", "word[0]", "a.c", "word.c"))
    for wrong in ("", "A", "a..b", "a[]", "a[100]", "a.b.", "a b"):
        assert Path.parse(wrong) is None
    path = Path.parse("a.b[1].c")
    assert path is not None
    assert path.pattern == "a.b[].c"
    assert joined(path.steps) == "a.b[1].c"


def test_a_tree_grows_without_holes_and_without_values_in_its_branches() -> None:
    tree = Growing()
    tree.put(("a", 3, "x"), 1)
    tree.put(("a", 1, "x"), 2)
    tree.put(("name",), {"surname": "Mockford"})
    tree.put(("name",), {"forenames": ["Pat"]})
    tree.put(("plain",), "one")
    tree.put(("plain",), "two")
    assert tree.holds(("a", 1)) and tree.holds(()) and not tree.holds(("a", 2))
    with pytest.raises(TypeError):
        tree.put(("plain", "deeper"), "x")
    assert tree.done() == {
        "a": [{"x": 2}, {"x": 1}],
        "name": {"surname": "Mockford", "forenames": ["Pat"]},
        "plain": "two",
    }
    tree.put(("name",), "written over")
    assert tree.get(("name",)) == "written over"
    tree.put(("plain",), {"now": "a part"})
    assert tree.get(("plain", "now")) == "a part"
    assert Growing().done() == {}


def test_up_to_three_near_names_are_told_and_one_function() -> None:
    assert near("abcd", ["abce", "abcf", "abcg", "abch"], "nothing").count("abc") == 3
    with pytest.raises(Misused) as misused:
        Pipeline.parse(("tables: sex",), SEXES)
    assert misused.value.cure == "did you mean table?"


def test_nothing_follows_a_word_that_means_no_value() -> None:
    assert Pipeline.parse(("blank: NK", "table: sex"), SEXES).read("NK").value is None


def test_the_place_of_a_value_is_its_own_or_that_of_its_entry() -> None:
    places = {ENTRY: "record 1", "name": "column 2", "orders": [{ENTRY: "row 3", "type": "column 4"}, "row 5"]}
    found = {
        ("name",): "column 2",
        ("other",): "record 1",
        (): "record 1",
        ("orders", 0, "type"): "column 4",
        ("orders", 0, "made_on"): "row 3",
        ("orders", 0): "row 3",
        ("orders", 1): "row 5",
        ("orders", 2): "record 1",
        ("orders", "type"): "record 1",
    }
    assert {steps: place_at(steps, places) for steps in found} == found
    assert place_at(("a",), {}) is None
    assert place_at((0,), []) is None


# ---- profiles and their places


def test_places_are_found_beside_quotes_braces_and_comments() -> None:
    text = (
        'name = "a{b"\n'
        "other = '{x' # {not this}\n"
        '["tables"]\n'
        "a = 1\n"
        "[[exchange]] # the first\n"
        "fields = [ { a = 1 }, { b = 2 },\n"
        "  { c = '}{' } ]\n"
        "[[exchange]]\n"
        "[[exchange.group]]\n"
        "fields = [ { a = 1 } ]\n"
    )
    source = Source("a.toml", text)
    lines = {
        ("name",): 1,
        ("name", 0): 1,
        ("other", 0): 2,
        ("tables", "a"): 4,
        ("exchange", 0): 5,
        ("exchange", 0, "fields", 0): 6,
        ("exchange", 0, "fields", 1): 6,
        ("exchange", 0, "fields", 2): 7,
        ("exchange", 0, "fields", 3): 6,
        ("exchange", 1): 8,
        ("exchange", 1, "group", 0): 9,
        ("exchange", 1, "group", 0, "fields", 0): 10,
        ("exchange", 0, "group", 0): 5,
    }
    assert {place: source.where(place) for place in lines} == {p: f"a.toml line {n}" for p, n in lines.items()}
    assert source.where() == "a.toml line 1"


def test_what_was_written_cannot_be_changed_and_a_wrong_value_is_not_repeated() -> None:
    layout = LineLayout()
    with pytest.raises((ValidationError, FrozenInstanceError)):
        layout.newline = "lf"
    with pytest.raises(ValidationError) as wrong:
        LineLayout.model_validate({"encoding": "Mockford"})
    assert "Mockford" not in str(wrong.value)


def test_a_file_of_more_records_than_the_limit_is_refused() -> None:
    row = "T-1,M-{},probation-cheshire,probation-cumbria,N,09/03/2026 10:30,no,Mockford,09/04/1971"
    header = "REF,NO,FROM,TO,TAKEN,ON,WHY,SURNAME,BORN"
    body = "\r\n".join([header, *(row.format(n) for n in range(RECORDS_MAX + 1)), f"END,{RECORDS_MAX + 1}", ""])
    with pytest.raises(Refused, match=r"text\.too_many"):
        system_of(CSV).decode(body.encode(), {})


def test_a_kind_of_which_a_profile_has_an_exchange_in_one_direction_only_is_not_read_or_written() -> None:
    out = CSV.replace("version = 1", 'version = 1\nway = "out"')
    with pytest.raises(Refused, match=r"profile\.one_way"):
        system_of(out).decode(encoded(out).body, {})
    inward = CSV.replace("version = 1", 'version = 1\nway = "in"')
    with pytest.raises(Refused, match=r"profile\.no_exchange"):
        encoded(inward)
    assert problems_of(CSV.replace("version = 1", 'version = 9\nway = "in"'))[0].code == "kind.unknown"


def test_a_moment_in_the_envelope_and_a_default_are_read() -> None:
    text = CSV.replace(
        '{ wire = "NO", to = "@reference" },', '{ wire = "NO", to = "@sent_at", by = ["moment: YYYY-MM-DD"] },'
    )
    draft = decoded(text, encoded(CSV).body.replace(b"M-7", b"2026-03-09"))
    assert draft.sent_at is not None and draft.sent_at.isoformat() == "2026-03-09T00:00:00+00:00"
    assert len(draft.reference) == 32
    bad = decoded(text, encoded(CSV).body.replace(b"M-7", b"soon"))
    assert [doubt.code for doubt in bad.doubts] == ["value.moment"]
    spaced = plain(decoded(CSV, encoded(CSV, reason="  padded ").body))
    assert spaced["reason"] == "padded"
