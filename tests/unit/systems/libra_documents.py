"""Made-up Libra documents for tests, composed of parts, and the ways to read them."""

from importlib.resources import files

import pytest

from adapters.contract import Decoded, Draft
from adapters.systems.libra.adapter import system
from schemas.kinds.court_list.v1 import Case, CourtList
from schemas.problem import Refused

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
FILE_NAME = "5_04032030_9999_B99ZZ00_ADULT_COURT_LIST_DAILY"


def sample(name: str) -> bytes:
    return (files("adapters.systems.libra") / "samples" / name).read_bytes()


def case(number: str = "99001", **elements: str) -> str:
    """Return a case. A given element replaces the usual one; an empty one leaves it out."""
    usual = {
        "caseno": number,
        "def_name": "Ms Testina EXAMPLE",
        "def_type": "P",
        "offences": "<offence><oseq>1</oseq><code>TH68023</code></offence>",
    }
    return f"<case>{''.join(f'<{name}>{text}</{name}>' for name, text in (usual | elements).items() if text)}</case>"


def session(*cases: str, doh: str = "04/03/2030", extra: str = "<ou_code>B99ZZ00</ou_code>") -> str:
    day = f"<doh>{doh}</doh>" if doh else ""
    blocks = f"<blocks><block><desc>Pleas</desc><cases>{''.join(cases)}</cases></block></blocks>" if cases else ""
    return f"<session>{extra}{day}<court>Exampleton</court>{blocks}</session>"


def document(*sessions: str, file_name: str = FILE_NAME, info: str = "") -> str:
    name = f"<source_file_name>{file_name}</source_file_name>" if file_name else ""
    data = f"<data><job><sessions>{''.join(sessions)}</sessions></job></data>"
    return f"<document><info>{info}{name}</info>{data}</document>"


def request(*documents: str) -> str:
    space = "http://www.justice.gov.uk/magistrates/external/ExternalDocumentRequest"
    inner = f"<documents>{''.join(documents)}</documents>"
    return f'<e:ExternalDocumentRequest xmlns:e="{space}">{inner}</e:ExternalDocumentRequest>'


def soap(inner: str, namespace: str = SOAP_12, message_id: str = "msg-1") -> str:
    header = f'<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">{message_id}</a:MessageID>'
    return f'<s:Envelope xmlns:s="{namespace}"><s:Header>{header}</s:Header><s:Body>{inner}</s:Body></s:Envelope>'


def csci(inner: str) -> str:
    header = "<MessageID><UUID>uuid-1</UUID></MessageID><TimeStamp>2030-03-03T16:30:00</TimeStamp>"
    body = f"<MessageBody><GatewayOperationType>{inner}</GatewayOperationType></MessageBody>"
    return f"<CSCI_Message_Type><MessageHeader>{header}</MessageHeader>{body}</CSCI_Message_Type>"


def escaped(xml: str) -> str:
    return xml.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def decode(xml: str | bytes) -> Decoded:
    return system().decode(xml.encode() if isinstance(xml, str) else xml, {})


def one(xml: str) -> Draft:
    decoded = decode(xml)
    assert len(decoded.drafts) == 1
    return decoded.drafts[0]


def listed(draft: Draft) -> CourtList:
    assert isinstance(draft.payload, CourtList)
    return draft.payload


def only_case(**elements: str) -> Case:
    return listed(one(request(document(session(case(**elements)))))).sessions[0].cases[0]


def doubts(draft: Draft) -> list[str]:
    return [problem.code for problem in draft.doubts]


def refusal(xml: str | bytes) -> list[str]:
    with pytest.raises(Refused) as caught:
        decode(xml)
    assert all(problem.where.startswith("line ") for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


WHOLE = request(document(session(case())))
