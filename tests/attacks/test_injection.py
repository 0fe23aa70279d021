"""What others write is only data: in SQL, headers, file names, logs, terminals and spreadsheets."""

import io
import json
import logging
import re
from contextlib import redirect_stderr
from email import message_from_bytes
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.carriage.parcel import file_name, refuse_unfit
from adapters.contract import CannotDeliver, Capabilities, Encoded, Parcel
from adapters.transports.email.letter import write_letter
from adapters.transports.email.settings import EmailSettings
from hub.cli.speaking.screen import out, print_json, table
from hub.errors import NotFound, ValueUnusable
from hub.spreadsheets import harmless
from hub.store.messages import messages
from hub.telemetry.logs import OneLine, configure_logs
from tests.conftest import Bench
from tests.served import Api, problem_of

AREA, GATEWAY = "probation-northumbria", "gateway-libra"
SQL = (
    "'",
    "' OR '1'='1",
    "'; DROP TABLE message; --",
    '"',
    "%",
    "_",
    "________-%",
    "\\",
    "/*",
    "--",
    "$$",
    ":x",
    "%(x)s",
    "{}",
    "\x00",
    "é",
    "0" * 5_000,
)
ESCAPES = (
    "\x1b[2J",
    "\x1b]0;owned\x07",
    "\x9b31m",
    "\r",
    '\n{"event": "forged"}',
    "\u202e",
    "\x08" * 9,
    "[bold red]x[/]",
    "[link=http://a]b[/link]",
)
NAMES = (
    "x\r\nBcc: b@c.example",
    "x\nHub-Sender: other",
    "../../etc/passwd",
    "..",
    "/etc/passwd",
    "a\x00b",
    "é",
    "a b",
    "a/b/c",
    "a\\b",
    'a"; b',
    "",
)


def _parcel(body: bytes, **changed: str) -> Parcel:
    usual = {"message_id": str(uuid4()), "delivery_id": "d-1", "kind": "court_list", "sender": "court-b10jq"}
    form = {"media_type": "text/xml", "file_suffix": ".xml"}
    said, written = ({name: changed.get(name, value) for name, value in one.items()} for one in (usual, form))
    return Parcel(**said, recipient="a", encoded=Encoded(body, **written))


class TestSql:
    @pytest.mark.parametrize("wanted", SQL)
    def test_no_text_finds_a_message_that_it_does_not_name(self, bench: Bench, wanted: str) -> None:
        bench.send(bench.story()["list"])
        hub = bench.hub
        with pytest.raises((NotFound, ValueUnusable)):
            hub.stories.show(wanted)
        for search in (
            lambda: hub.access.keys(wanted),
            lambda: hub.evidence.explain(wanted, AREA),
            lambda: hub.collection.collect(wanted),
            lambda: hub.deadlines.listed(name=wanted),
        ):
            with pytest.raises((NotFound, ValueUnusable)):
                search()
        if "\x00" not in wanted:
            with hub.store.transaction() as connection:
                assert messages.beginning_with(connection, wanted) == (), "the store takes no wildcards either"
        with hub.store.transaction() as connection:
            assert connection.execute(text("SELECT count(*) FROM message")).scalar_one() == 1

    @pytest.mark.parametrize("wanted", [one for one in SQL if one.isascii() and "\x00" not in one and len(one) < 100])
    def test_over_http_neither(self, api: Api, wanted: str) -> None:
        api.bench.send(api.bench.story()["list"])
        quoted = quote(wanted, safe="")
        for path in (
            f"/v1/messages/{quoted}",
            f"/v1/mailbox/{quoted}",
            f"/v1/mailbox?limit={quoted}",
            f"/v1/mailbox?wait={quoted}",
        ):
            headers = {"Authorization": api.authorization(AREA)}
            response = api.http.request("GET", f"{api.url}{path}", headers=headers, timeout=10)
            assert response.status in (401, 404, 422), "nor does it break anything"

    @pytest.mark.parametrize("reference", [one for one in SQL if one.isprintable() and len(one) < 100])
    def test_a_reference_is_kept_as_it_is_written(self, bench: Bench, reference: str) -> None:
        step = bench.story()["request"]
        said = json.loads(step.body) | {"reference": reference}
        agency = bench.hub.knowledge.registry.agencies.named(step.caller)
        answer = bench.hub.intake.receive(agency, json.dumps(said).encode(), step.media_type)
        if answer.receipt is not None:
            assert bench.hub.stories.show(answer.receipt["messages"][0]["id"])["reference"] == reference


class TestHeadersAndFileNames:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("part", ["message_id", "delivery_id", "kind", "sender", "file_suffix", "media_type"])
    def test_a_parcel_with_a_name_that_says_more_than_a_name_never_leaves(self, part: str, name: str) -> None:
        with pytest.raises(CannotDeliver, match="agreed form"):
            refuse_unfit(_parcel(b"{}", **{part: name}), Capabilities(ordered=False, receipts=False, size_bytes_max=10))

    @given(st.binary(max_size=200))
    def test_no_content_writes_a_header_of_the_mail(self, body: bytes) -> None:
        settings = EmailSettings.model_validate(
            {"host": "mail.example", "from_address": "a@b.example", "to_address": "c@d.example"}
        )
        parcel = _parcel(b"\r\nBcc: x@y.example\r\n\r\n" + body)
        letter = message_from_bytes(write_letter(settings, parcel, "Mon, 01 Dec 2026 10:00:00 GMT").as_bytes())
        assert letter["Bcc"] is None
        [_, attached] = letter.get_payload()  # type: ignore[misc]
        assert attached.get_filename() == file_name(parcel)  # type: ignore[union-attr]

    @pytest.mark.parametrize("name", ["../../../etc/cron.d/x", "..\\..\\x", "/etc/passwd", "a\x00b", "x\x1b[2Jy"])
    def test_a_document_with_the_name_of_a_path_is_refused(self, api: Api, name: str) -> None:
        said = json.loads(api.bench.story()["report"].body)
        del said["documents"]
        said["payload"]["documents"][0]["name"] = name
        boundary = (
            b'--b\r\nContent-Disposition: form-data; name="message"; filename="m"\r\n\r\n' + json.dumps(said).encode()
        )
        other = (
            b'\r\n--b\r\nContent-Disposition: form-data; name="d"; filename="'
            + name.encode()
            + b'"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n'
        )
        response = api.post(AREA, boundary + other, {"Content-Type": "multipart/form-data; boundary=b"})
        assert response.status == 422
        assert name not in response.data.decode()

    def test_a_header_of_ours_cannot_be_split(self, api: Api) -> None:
        headers = {"Authorization": api.authorization(AREA)}
        response = api.http.request(
            "GET", f"{api.url}/v1/messages/%0d%0aSet-Cookie:%20a=b", headers=headers, timeout=10
        )
        assert problem_of(response, 404)
        assert "Set-Cookie" not in response.headers


class TestLogsAndTerminals:
    @pytest.mark.parametrize("word", ESCAPES)
    def test_an_entry_of_a_log_stays_one_line_and_moves_no_terminal(self, word: str) -> None:
        stream = io.StringIO()
        with redirect_stderr(stream):
            configure_logs("attack").warning("event", said=word)
        [line] = stream.getvalue().splitlines()
        assert json.loads(line)["said"] == word
        assert line.isascii()
        assert line.isprintable()

    @pytest.mark.parametrize("word", ESCAPES)
    def test_what_a_library_logs_stays_one_line_too(self, word: str) -> None:
        record = logging.LogRecord("library", logging.WARNING, "file", 1, "said %s", (word,), None)
        written = OneLine("%(message)s").format(record)
        assert written.isprintable()
        assert written.isascii()

    @pytest.mark.parametrize("word", ESCAPES)
    def test_the_command_line_shows_it_and_does_not_obey(self, capsys: pytest.CaptureFixture[str], word: str) -> None:
        out().print(table("Title", ("a",), [(word,)]))
        out().print(f"reference {word}", markup=False)
        print_json({"reference": word})
        shown = capsys.readouterr().out
        assert all(character.isprintable() or character == "\n" for character in shown)
        if word.startswith("["):
            assert shown.count(word) == 3, "nor is it taken for our own markup"


class TestSpreadsheets:
    @hypothesis_settings(suppress_health_check=[HealthCheck.too_slow])
    @given(st.text(max_size=40), st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "\n="]))
    def test_no_cell_begins_like_a_formula(self, rest: str, first: str) -> None:
        assert not re.match(r"\s*[=+\-@]", harmless(first + rest))
        assert not harmless(first + rest).startswith(("\t", "\r"))
