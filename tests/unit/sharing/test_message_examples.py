"""The example messages of a protocol are run. If a recipient would get something else, lint says which field."""

from pathlib import Path

import pytest

from hub.sharing.checking.lint import lint
from schemas.problem import Problem
from tests.unit.sharing.sharing_world import CATALOGUE
from tests.unit.sharing.test_sharing_files import AGENCIES, PROTOCOL, TODAY

MESSAGE = """
[[message]]
says = "A result without the wording."
sender = "role:court"
kind = "hearing_result"
on = 2026-06-01
payload = '''
{
  "court": {"ou_code": "B10AA00"},
  "hearing_at": "2026-05-20T11:40:00+00:00",
  "urn": "10ZZ0000126",
  "defendant": {"name": {"surname": "Quillfeather"}},
  "offences": [{"code": "TH68010", "wording": "Stole a lantern.", "plea": "G"}]
}
'''

[[message.to]]
recipient = "probation-north"
receives = '''
{
  "defendant": {"name": {"surname": "Quillfeather"}},
  "offences": [{"code": "TH68010", "plea": "G"}]
}
'''

[[message.to]]
recipient = "prison-north"
refused = "protocol.none"
"""


CODE, PLEA = '"code": "TH68010"', '"plea": "G"'


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, text in (("agencies", AGENCIES), ("protocols", PROTOCOL + MESSAGE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "all.toml").write_text(text)
    return tmp_path / "agencies", tmp_path / "protocols"


def found(folders: tuple[Path, Path], *change: str) -> tuple[Problem, ...]:
    text = PROTOCOL + MESSAGE
    assert change[0] in text
    (folders[1] / "all.toml").write_text(text.replace(*change, 1))  # type: ignore[call-arg]
    return lint(*folders, CATALOGUE, TODAY)


def test_an_example_that_comes_out_as_it_says_is_quiet(folders: tuple[Path, Path]) -> None:
    assert lint(*folders, CATALOGUE, TODAY) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((f"{CODE}, {PLEA}}}]", f"{CODE}}}]"), "is sent and should be withheld: offences[0].plea"),
        ((f"{CODE}, {PLEA}}}]", f"{PLEA}}}]"), "is sent and should be withheld: offences[0].code"),
        (('receives = \'\'\'\n{', 'receives = \'\'\'\n{"urn": "10ZZ0000126",'), "is withheld and should be sent: urn"),
        (('{\n  "defendant": {"name": {"surname": "Quillfeather"}}', '{\n  "defendant": {"name": {"surname": "Q"}}'),
         "is sent with another value: defendant.name.surname"),
        (("protocol.none", "protocol.expired"),
         "prison-north: it is refused (protocol.none), and the example expects protocol.expired"),
        (('refused = "protocol.none"', "receives = '{}'"),
         "prison-north: it is refused (protocol.none), and the example expects a payload"),
        (('recipient = "prison-north"', 'recipient = "role:probation"'),
         "probation-north: it receives the message, and the example expects protocol.none"),
        (('refused = "protocol.none"\n', ""), "the example expects nothing at all: write receives or refused"),
    ],
)  # fmt: skip
def test_a_difference_is_reported_by_recipient_and_field(
    folders: tuple[Path, Path], change: tuple[str, str], says: str
) -> None:
    [problem] = found(folders, *change)
    assert problem.code == "example.differs"
    assert says in problem.problem
    assert "lantern" not in problem.problem and "Quillfeather" not in problem.problem, "values are not repeated"
    text = (folders[1] / "all.toml").read_text().splitlines()
    assert text[int(problem.where.rsplit(" ", 1)[1]) - 1] == "[[message.to]]"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('kind = "hearing_result"\non', 'kind = "hearing_results"\non'), "kind.unknown"),
        ((PLEA, PLEA.replace("plea", "pleaded")), "example.payload_invalid"),
        (("payload = '''\n{", "payload = '''\n[{"), "example.not_json"),
        (('recipient = "prison-north"', 'recipient = "prison-south"'), "agency.unknown"),
        (("on = 2026-06-01", "in = 2026-06-01"), "toml.key_unknown"),
        (("payload = ", "text = "), "toml.key_unknown"),
    ],
)  # fmt: skip
def test_an_example_that_cannot_be_run_is_an_error(
    folders: tuple[Path, Path], change: tuple[str, str], code: str
) -> None:
    assert code in {problem.code for problem in found(folders, *change)}
