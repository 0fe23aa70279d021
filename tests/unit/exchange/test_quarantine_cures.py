"""What a person is advised to do about a delivery in quarantine."""

import pytest

from hub.exchange.repairing.quarantine_cures import cure_of
from schemas.codes.registry import code_registry


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("partner.refused", "ask the recipient what it refuses"),
        ("partner.down_too_long", "when the partner answers again"),
        ("partner.timeout", "when the partner works again"),
        ("receipt.missing", "its answer proves nothing"),
        ("settings.networks", "settings of the endpoint"),
        ("parcel.too_large", "smaller parts"),
        ("delivery.never_ended", "every worker that took it died"),
        ("internal.unexpected", "a defect of the exchange"),
        ("message.no_longer_known", "back into the registry"),
        ("content.destroyed", "its content was destroyed"),
        ("recipient.left", "add the recipient to the registry again"),
        ("endpoint.none", "to the endpoints file"),
        ("xml.malformed", "correct the message (fix), send it again"),
        ("partners", "correct the message (fix), send it again"),
        ("", "correct the message (fix), send it again"),
        (None, "correct the message (fix), send it again"),
    ],
)
def test_the_advice_suits_the_code_or_else_its_subject(code: str | None, words: str) -> None:
    assert words in cure_of(code)
    assert cure_of(code, "look at line 3") == f"look at line 3; then: {cure_of(code)}"
    assert cure_of(code, "") == cure_of(code)


def test_every_code_has_an_advice_that_names_a_command() -> None:
    commands = ("(fix)", "(release)", "(discard)", "release it", "discard it")
    for code in code_registry().by_code:
        assert any(command in cure_of(code) for command in commands), code
