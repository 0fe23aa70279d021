"""Every kind of failure ends a command in the same way: its problems on the screen, and exit code 1."""

import pytest

from hub.cli import main
from hub.errors import NotFound
from hub.local.failures import StateLocked
from hub.sharing.checking.registry import RegistryInvalid
from schemas.problem import Explained, Problem, Refused

TWO = (Problem("xml.malformed", "line 3", "it ends too early", "send it whole"), Problem("json.empty", "", "e", "f"))
FAILURES = (
    (NotFound("there is no such message", "use the id of the receipt"), ("message.not_found",)),
    (StateLocked("state", 4711), ("state.locked",)),
    (Refused(*TWO), ("xml.malformed", "json.empty")),
    (RegistryInvalid(TWO), ("xml.malformed", "json.empty")),
)


@pytest.mark.parametrize(("failure", "codes"), FAILURES)
def test_a_command_ends_with_the_problems_of_its_failure(
    failure: Explained, codes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise failure

    monkeypatch.setattr(main, "create_cli", lambda: command)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert all(code in said for code in codes)
    for problem in failure.problems:
        assert problem.problem in said
        assert f"What to do: {problem.cure}" in said


def test_a_registry_that_contradicts_itself_is_never_the_fault_of_a_document() -> None:
    """Where a `Refused` is caught, the document that was read is refused or quarantined."""
    assert not issubclass(RegistryInvalid, Refused)
