"""The closed list of functions: each reads, writes back, and says why it cannot."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mapping.language.forms import Form
from adapters.mapping.language.function import Misused, Unfit
from adapters.mapping.language.functions import FUNCTIONS
from adapters.mapping.language.pipeline import Pipeline
from tests.conftest import ROOT

TABLES = {"sex": {"M": "male", "F": "female"}}


def pipeline(*by: str) -> Pipeline:
    return Pipeline.parse(by, TABLES)


BOTH_WAYS: list[tuple[tuple[str, ...], str, Any]] = [
    (("capitals",), "MARY-ANN O'NEILL", "Mary-Ann O'Neill"),
    (("postcode",), "NE11AA", "NE1 1AA"),
    (("zeros: 6",), "000120", "120"),
    (("prefix: KC/",), "KC/17", "17"),
    (("table: sex",), "F", "female"),
    (("codes: sex",), "M", "male"),
    (("date: DD/MM/YYYY",), "29/02/2024", "2024-02-29"),
    (("date: DD-MON-YY",), "09-APR-71", "1971-04-09"),
    (("date: DD/MM/YYYY | MM/YYYY | YYYY",), "04/1971", "1971-04"),
    (("date: DD/MM/YYYY | MM/YYYY | YYYY",), "1971", "1971"),
    (("time: HHMI",), "1430", "14:30:00"),
    (("moment: YYYYMMDDHHMISS",), "20260709103000", "2026-07-09T10:30:00+01:00"),
    (("moment: DD/MM/YYYY",), "09/01/2026", "2026-01-09T00:00:00+00:00"),
    (("moment: iso",), "2026-07-09T10:30:00+02:00", "2026-07-09T10:30:00+02:00"),
    (("number",), "-17", -17),
    (("decimal",), "2.5", 2.5),
    (("pence",), "1205", "12.05"),
    (("thousands",), "1,234,567.50", "1234567.50"),
    (("truth: Y/N",), "N", False),
    (("split: ;",), "a;b c", ["a", "b c"]),
    (("words",), "Pat Robin", ["Pat", "Robin"]),
    (("lines",), "4 Nowhere Street\nMadeupton", ["4 Nowhere Street", "Madeupton"]),
    (("name: surname_first",), "Mockford, Pat Robin", {"surname": "Mockford", "forenames": ["Pat", "Robin"]}),
    (("name: surname_last",), "Pat Robin Mockford", {"surname": "Mockford", "forenames": ["Pat", "Robin"]}),
    (("base64",), "SGVsbG8=", b"Hello"),
    (("capitals", "words"), "PAT ROBIN", ["Pat", "Robin"]),
    (("split: ;", "codes: sex"), "M;X", ["male", "X"]),
]


@pytest.mark.parametrize(("by", "wire", "value"), BOTH_WAYS, ids=[f"{by}-{wire[:9]}" for by, wire, _ in BOTH_WAYS])
def test_a_function_reads_and_writes_back(by: tuple[str, ...], wire: str, value: Any) -> None:
    assert pipeline(*by).read(wire).value == value
    assert pipeline(*by).write(value) == wire


@pytest.mark.parametrize(
    ("by", "wire", "code"),
    [
        ("prefix: KC/", "17", "value.prefix"),
        ("table: sex", "X", "value.code"),
        ("date: DD/MM/YYYY", "31/02/2026", "value.date"),
        ("date: DD/MM/YYYY", "1/2/2026", "value.date"),
        ("date: YYYYMMDD", "٢٠٢٦٠١٠٩", "value.date"),
        ("time: HH:MI", "24:00", "value.time"),
        ("moment: DD/MM/YYYY HH:MI", "09/01/2026", "value.moment"),
        ("moment: iso", "2026-01-09T10:30:00", "value.moment"),
        ("moment: iso", "2026-01-09", "value.moment"),
        ("number", "1.5", "value.number"),
        ("number", "9" * 40, "value.number"),
        ("decimal", "nan", "value.number"),
        ("pence", "12.05", "value.number"),
        ("thousands", "1,23", "value.number"),
        ("truth: Y/N", "yes", "value.truth"),
        ("name: surname_first", ", Pat", "value.name"),
        ("base64", "SGVsbG8", "document.base64"),
    ],
)
def test_what_a_function_cannot_take_is_reported_without_the_value(by: str, wire: str, code: str) -> None:
    with pytest.raises(Unfit) as unfit:
        pipeline(by).read(wire)
    assert unfit.value.code == code
    assert unfit.value.problem and unfit.value.cure
    assert wire not in unfit.value.problem + unfit.value.cure


@pytest.mark.parametrize(
    ("by", "value", "code"),
    [
        ("table: sex", "other", "value.code"),
        ("codes: sex", "M", "value.code"),  # it would be read back as male
        ("pence", "12.345", "value.number"),
        ("pence", "-1.00", "value.number"),
        ("pence", "", "value.number"),
        ("pence", "twelve.5", "value.number"),
        ("date: DD/MM/YYYY", "1971-04", "value.date"),
        ("date: MM/YYYY | YYYY", "1971-04-09", "value.date"),
        ("name: surname_first", {"forenames": ["Pat"]}, "value.name"),
        ("name: surname_last", {"surname": ""}, "value.name"),
    ],
)
def test_what_a_function_cannot_write_is_reported_without_the_value(by: str, value: Any, code: str) -> None:
    with pytest.raises(Unfit) as unfit:
        pipeline(by).write(value)
    assert unfit.value.code == code
    assert unfit.value.problem and unfit.value.cure


@pytest.mark.parametrize(
    ("by", "wire", "value"),
    [
        ("name: surname_first", " Mockford , Pat  Robin ", {"surname": "Mockford", "forenames": ["Pat", "Robin"]}),
        ("name: surname_first", "Mockford", {"surname": "Mockford"}),
        ("name: surname_last", "Mockford", {"surname": "Mockford"}),
        ("prefix: CRN", "CRN X123456", "X123456"),
        ("zeros: 3", "000", "0"),
        ("capitals", "Mary-Ann of LEEDS", "Mary-Ann of LEEDS"),
        ("truth: Y / N", "Y", True),
        ("truth: Y / N", "N", False),
        ("split: ;", " a ;; b ", ["a", "b"]),
        ("split: ;", " ; ", None),
        ("blank: N/A | NK", "N/A", None),
        ("postcode", "no postcode", "no postcode"),
        ("pence", "5", "0.05"),
        ("thousands", "1234.5", "1234.5"),
        ("base64", "SGVs\r\n bG8=", b"Hello"),
    ],
)
def test_what_is_written_in_more_than_one_way_is_read_to_one_value(by: str, wire: str, value: Any) -> None:
    assert pipeline(by).read(wire).value == value


@pytest.mark.parametrize(
    ("by", "value", "wire"),
    [
        ("pence", "12", "1200"),
        ("pence", "12.5", "1250"),
        ("name: surname_first", {"surname": "Mockford"}, "Mockford"),
        ("name: surname_last", {"surname": "Mockford", "forenames": []}, "Mockford"),
        ("thousands", "1234567", "1,234,567"),
        ("thousands", "123.4567", "123.4567"),
        ("truth: Y / N", True, "Y"),
        ("upper", "High", "HIGH"),
        ("capitals", "Mary-Ann", "MARY-ANN"),
    ],
)
def test_a_value_is_written_as_the_system_writes_it(by: str, value: Any, wire: str) -> None:
    assert pipeline(by).write(value) == wire


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (["no_such"], "function.unknown"),
        (["capitals: x"], "function.argument"),
        (["zeros"], "function.argument"),
        (["split: ;;"], "function.argument"),
        (["truth: Y"], "function.argument"),
        (["truth: /N"], "function.argument"),
        (["truth: Y/"], "function.argument"),
        (["truth: Y/Y"], "function.argument"),
        (["zeros: 0"], "function.argument"),
        (["zeros: 123"], "function.argument"),
        (["prefix"], "function.argument"),
        (["blank: |"], "function.argument"),
        (["date: YYYY/YYYY"], "function.argument"),
        (["date: YY/YYYY"], "function.argument"),
        (["date: DD/MM/MON/YYYY"], "function.argument"),
        (["date: DD/MM"], "function.argument"),
        (["time: HH"], "function.argument"),
        (["date: yesterday"], "function.argument"),
        (["date: DD/MM/YYYY HH:MI"], "function.argument"),
        (["date: DD YYYY"], "function.argument"),
        (["time: DD HH:MI"], "function.argument"),
        (["moment: HH:MI"], "function.argument"),
        (["name: both"], "function.argument"),
        (["blank:"], "function.argument"),
        (["table: none"], "table.unknown"),
        (["number", "words"], "function.form"),
        (["words", "number"], "function.form"),
    ],
)
def test_a_function_used_wrongly_is_reported(by: list[str], code: str) -> None:
    with pytest.raises(Misused) as misused:
        pipeline(*by)
    assert misused.value.code == code
    assert misused.value.problem and misused.value.cure


def test_case_is_made_one_before_a_table_is_asked() -> None:
    assert pipeline("upper", "table: sex").read("f").value == "female"
    assert pipeline("lower").read("HIGH").value == pipeline("lower").write("High") == "high"


def test_a_word_that_means_nothing_is_no_value() -> None:
    assert pipeline("blank: N/A | NK").read("NK").value is None
    assert pipeline("blank: N/A | NK").read("W1").value == "W1"
    assert pipeline("split: ;", "blank: NK").read("NK;NK").value is None


def test_an_unknown_code_is_kept_and_reported_and_never_written_as_another() -> None:
    reading = pipeline("codes: sex").read("X")
    assert (reading.value, reading.kept) == ("X", True)
    assert not pipeline("codes: sex").read("M").kept
    with pytest.raises(Unfit):
        pipeline("codes: sex").write("M")  # it would be read back as male


@pytest.mark.parametrize(
    ("by", "wire", "value"),
    [
        ("date: DD/MM/YYYY | MM/YYYY | YYYY", "1990-06-14T23:00:00Z", "1990-06-15"),
        ("date: YYYYMMDD", "1990-06-15T00:00:00+01:00", "1990-06-15"),
        ("moment: DD/MM/YYYY HH:MI", "2026-07-09T09:30:00Z", "2026-07-09T10:30:00+01:00"),
        ("time: HH:MI", "09:30:00Z", "09:30:00+00:00"),
    ],
)
def test_a_moment_with_an_offset_is_read_in_any_column_as_the_time_in_london(by: str, wire: str, value: str) -> None:
    assert pipeline(by).read(wire).value == value


def test_where_the_clocks_go_back_the_earlier_moment_is_meant() -> None:
    read = pipeline("moment: DD/MM/YYYY HH:MI").read("25/10/2026 01:30").value
    assert datetime.fromisoformat(read).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)), st.sampled_from(["DD/MM/YYYY", "YYYYMMDD", "DD MON YYYY"]))
def test_every_day_survives(day: date, form: str) -> None:
    one = pipeline(f"date: {form}")
    assert one.read(one.write(day.isoformat())).value == day.isoformat()


FOR_TEXTS = (Form.TEXT, Form.DAY, Form.PARTIAL_DAY)
WRITES_TEXTS = [one for by, _, _ in BOTH_WAYS if (one := pipeline(*by)).gives in FOR_TEXTS]


ODD_TEXTS = ("O'Nobody", "2020-13", "2020-W01-1", "1-2-3-4", "²", "12.xx")


@given(st.text(min_size=1, max_size=12) | st.sampled_from(ODD_TEXTS))
def test_any_text_of_a_payload_is_written_or_does_not_fit(text: str) -> None:
    for one in WRITES_TEXTS:
        with suppress(Unfit):
            assert isinstance(one.write(text), str)


@given(st.integers(63_072_000, 7_258_000_000))
def test_every_moment_survives_but_for_what_the_pattern_leaves_out(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    one = pipeline("moment: YYYY-MM-DD HH:MI:SS")
    back = datetime.fromisoformat(one.read(one.write(moment.isoformat())).value)
    # In the hour that occurs twice when the clocks go back, the earlier of two moments is meant.
    assert (moment - back).total_seconds() in (0, 3600)


@given(st.binary(min_size=1, max_size=300))
def test_every_document_survives(content: bytes) -> None:
    one = pipeline("base64")
    assert one.read(one.write(content)).value == content


@given(st.integers(0, 10**12 - 1), st.integers(0, 99))
def test_every_amount_survives(pounds: int, pence: int) -> None:
    amount = f"{pounds}.{pence:02}"
    for one in (pipeline("pence"), pipeline("thousands")):
        assert one.read(one.write(amount)).value == amount


@given(st.text(max_size=60), st.sampled_from([by for by, _, _ in BOTH_WAYS]))
def test_whatever_is_in_a_field_is_read_or_reported(text: str, by: tuple[str, ...]) -> None:
    one = pipeline(*by)
    try:
        reading = one.read(text)
        if reading.value is not None:
            one.write(reading.value)
    except Unfit as unfit:
        assert re.fullmatch(r"[a-z]+\.[a-z0-9_]+", unfit.code)


def test_the_documents_list_every_function_and_no_other() -> None:
    section = (ROOT / "docs" / "joining" / "profiles.md").read_text(encoding="utf-8").partition("## Functions")[2]
    listed = re.findall(r"^\| `([a-z0-9]+)[`:]", section, flags=re.MULTILINE)
    assert sorted(listed) == sorted(FUNCTIONS)
