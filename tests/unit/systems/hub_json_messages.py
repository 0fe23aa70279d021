"""Messages in the exchange's own JSON, built from the samples of the kinds, for its tests."""

import base64
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

import schemas.kinds
from adapters.contract import Decoded, System
from adapters.systems.hub_json.adapter import HubJson
from schemas.catalogue import Catalogue
from schemas.parts.document import Attachment
from schemas.problem import Refused

HUB_JSON: System = HubJson(Catalogue.discover())
SAMPLES = Path(schemas.kinds.__path__[0])
PDF = (SAMPLES / "pre_sentence_report/samples/report.pdf").read_bytes()
DIGEST = sha256(PDF).hexdigest()
NAMED = {"name": "report.pdf", "media_type": "application/pdf"}


def sample(kind: str, name: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((SAMPLES / kind / "samples" / f"{name}.json").read_bytes())
    return payload


def request(**changes: Any) -> dict[str, Any]:
    whole = {"kind": "report_request", "version": 1, "reference": "RR-1", "payload": sample("report_request", "full")}
    return {key: value for key, value in (whole | changes).items() if value is not ...}


def report(named: list[dict[str, Any]], inline: list[dict[str, Any]]) -> dict[str, Any]:
    payload = sample("pre_sentence_report", "minimal") | {"documents": named}
    return request(kind="pre_sentence_report", payload=payload, documents=inline)


def inline(content: bytes = PDF, /, **changes: Any) -> dict[str, Any]:
    return NAMED | {"content": base64.b64encode(content).decode()} | changes


def decode(message: Any, beside: Mapping[str, Attachment] | None = None) -> Decoded:
    return HUB_JSON.decode(message if isinstance(message, bytes) else json.dumps(message).encode(), beside or {})


def problems(message: Any, beside: Mapping[str, Attachment] | None = None) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        decode(message, beside)
    assert all(problem.problem and problem.cure for problem in refusal.value.problems)
    return [(problem.code, problem.where) for problem in refusal.value.problems]


def beside(content: bytes = PDF, name: str = "report.pdf") -> dict[str, Attachment]:
    return {name: Attachment(name, "application/octet-stream", sha256(content).hexdigest(), content)}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["kind", "payload", "name", "documents", "court", "x"]), inner, max_size=4)
    ),
    max_leaves=15,
)
