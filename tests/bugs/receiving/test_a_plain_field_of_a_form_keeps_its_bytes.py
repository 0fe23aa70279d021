"""A message in a plain field of a form was decoded and encoded again, so that names in a document in ISO 8859-1 came
out wrong."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import Request

from hub.api.bodies import IncomingBody, Posted
from hub.settings import Settings

NAMES = '<?xml version="1.0" encoding="{}"?><name>Zoë Ångström</name>'


def _posted(part: bytes, *, charset: str = "") -> Posted:
    body = b'--b\r\nContent-Disposition: form-data; name="message"\r\n\r\n' + part + b"\r\n--b--\r\n"
    chunks: Iterator[bytes] = iter([body[:70], body[70:], b""])

    async def receive() -> dict[str, object]:
        chunk = next(chunks)
        return {"type": "http.request", "body": chunk, "more_body": bool(chunk)}

    headers = [(b"content-type", f"multipart/form-data; boundary=b{charset}".encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    return asyncio.run(IncomingBody.of(request, Settings(), 1_000_000).posted())


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=iso-8859-1", "; charset=made-up"])
def test_the_bytes_are_those_that_were_sent(encoding: str, charset: str) -> None:
    part = NAMES.format(encoding).encode(encoding)
    assert _posted(part, charset=charset).body == part
