"""Messages signed by WS-Security: wrapped, moved, changed, weak, late, again, and by others. All are refused, and
nothing is kept."""

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xmlsec
from lxml import etree
from sqlalchemy import text
from zeep.wsse.signature import BinarySignature

from hub.store.content import documents
from tests.certificates import Held, certificate
from tests.served import Api
from tests.soap_clients import DS, XENC, Encrypting, Signing, TimeStamp, keys_in

LIBRA = "gateway-libra"
LISTS = Path("adapters/interfaces/libra_soap/calls/lists.xml").read_bytes()
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
Change = Callable[[Any], None]


@pytest.fixture
def libra(api: Api, tmp_path: Path) -> Held:
    held = certificate("libra.example", bits=2048)
    api.bench.hub.certificates.register(LIBRA, held.written(tmp_path))
    keys_in(tmp_path, held, api)
    return held


def signed(api: Api, folder: Path, *more: Any, stamp: TimeStamp | None = None, **algorithms: Any) -> Any:
    envelope = etree.fromstring(LISTS)
    plugins = (stamp or TimeStamp(api.bench.clock.now()), Signing(BinarySignature, folder, **algorithms), *more)
    for plugin in plugins:
        envelope, _ = plugin.apply(envelope, {})
    return envelope


def posted(api: Api, envelope: Any) -> Any:
    body = envelope if isinstance(envelope, bytes) else etree.tostring(envelope)
    headers = {"Content-Type": "application/soap+xml"}
    return api.http.request("POST", f"{api.url}/interfaces/libra", body=body, headers=headers, timeout=30)


def kept(api: Api) -> int:
    with api.bench.hub.store.transaction() as connection:
        return int(connection.execute(text("SELECT count(*) FROM raw_document")).scalar_one())


def refused(api: Api, envelope: Any, code: str) -> None:
    answer = posted(api, envelope)
    assert answer.status == 400, answer.data
    assert code.encode() in answer.data, answer.data
    assert b"Fault" in answer.data
    assert kept(api) == 0


def the(envelope: Any, name: str, space: str = DS) -> Any:
    return next(envelope.iter(f"{{{space}}}{name}"))


def body_of(envelope: Any) -> Any:
    return envelope.find(f"{{{SOAP}}}Body")


def another_body(envelope: Any) -> Any:
    """A body with another list, which nobody signed."""
    other = copy.deepcopy(body_of(envelope))
    for element in other.iter("doh"):
        element.text = "05/03/2030"
    return other


# ---- signature wrapping ----


def wrapped_in_a_header(envelope: Any) -> None:
    mine, theirs = another_body(envelope), body_of(envelope)
    mine.attrib.pop(f"{{{WSU}}}Id")
    envelope.replace(theirs, mine)
    etree.SubElement(envelope.find(f"{{{SOAP}}}Header"), "Wrapper").append(theirs)


def wrapped_in_the_security_header(envelope: Any) -> None:
    mine, theirs = another_body(envelope), body_of(envelope)
    mine.attrib.pop(f"{{{WSU}}}Id")
    envelope.replace(theirs, mine)
    the(envelope, "Security", WSSE).append(theirs)


def wrapped_in_the_signature(envelope: Any) -> None:
    mine, theirs = another_body(envelope), body_of(envelope)
    mine.attrib.pop(f"{{{WSU}}}Id")
    envelope.replace(theirs, mine)
    etree.SubElement(the(envelope, "Signature"), f"{{{DS}}}Object").append(theirs)


def wrapped_in_the_body(envelope: Any) -> None:
    mine, theirs = another_body(envelope), body_of(envelope)
    mine.attrib.pop(f"{{{WSU}}}Id")
    envelope.replace(theirs, mine)
    mine[0].append(theirs)


def a_second_body(envelope: Any) -> None:
    mine = another_body(envelope)
    mine.attrib.pop(f"{{{WSU}}}Id")
    envelope.append(mine)


def a_second_body_first(envelope: Any) -> None:
    mine = another_body(envelope)
    mine.attrib.pop(f"{{{WSU}}}Id")
    envelope.insert(1, mine)


def an_id_twice(envelope: Any) -> None:
    envelope.replace(body_of(envelope), another_body(envelope))
    etree.SubElement(envelope.find(f"{{{SOAP}}}Header"), "Wrapper").append(body_of(etree.fromstring(LISTS)))
    envelope.find(f"{{{SOAP}}}Header")[-1][0].set(f"{{{WSU}}}Id", body_of(envelope).get(f"{{{WSU}}}Id"))


def an_id_by_another_attribute(envelope: Any) -> None:
    wrapper = etree.SubElement(envelope.find(f"{{{SOAP}}}Header"), "Wrapper")
    wrapper.set("Id", body_of(envelope).get(f"{{{WSU}}}Id"))


def a_second_security_header(envelope: Any) -> None:
    header = envelope.find(f"{{{SOAP}}}Header")
    header.append(copy.deepcopy(the(envelope, "Security", WSSE)))


def a_second_header(envelope: Any) -> None:
    envelope.insert(0, etree.Element(f"{{{SOAP}}}Header"))


def a_second_time_stamp(envelope: Any) -> None:
    etree.SubElement(the(envelope, "Security", WSSE), f"{{{WSU}}}Timestamp")


def no_time_stamp(envelope: Any) -> None:
    the(envelope, "Security", WSSE).remove(the(envelope, "Timestamp", WSU))


# ---- references that move or lead outside ----


def reference_to(uri: str) -> Change:
    def change(envelope: Any) -> None:
        the(envelope, "Reference").set("URI", uri)

    return change


def the_body_is_not_signed(envelope: Any) -> None:
    name = f"#{body_of(envelope).get(f'{{{WSU}}}Id')}"
    for reference in list(envelope.iter(f"{{{DS}}}Reference")):
        if reference.get("URI") == name:
            reference.getparent().remove(reference)


def the_time_stamp_is_not_signed(envelope: Any) -> None:
    name = f"#{the(envelope, 'Timestamp', WSU).get(f'{{{WSU}}}Id')}"
    for reference in list(envelope.iter(f"{{{DS}}}Reference")):
        if reference.get("URI") == name:
            reference.getparent().remove(reference)


def transform_by(algorithm: str) -> Change:
    def change(envelope: Any) -> None:
        the(envelope, "Transform").set("Algorithm", algorithm)

    return change


def a_transform_with_parts(envelope: Any) -> None:
    etree.SubElement(the(envelope, "Transform"), f"{{{DS}}}XPath").text = "//doh"


def method_by(name: str, algorithm: str) -> Change:
    def change(envelope: Any) -> None:
        the(envelope, name).set("Algorithm", algorithm)

    return change


def a_manifest(envelope: Any) -> None:
    etree.SubElement(etree.SubElement(the(envelope, "Signature"), f"{{{DS}}}Object"), f"{{{DS}}}Manifest")


def a_token_from_outside(envelope: Any) -> None:
    the(envelope, "Reference", WSSE).set("URI", "http://attacker.example/certificate")


def a_token_in_the_body(envelope: Any) -> None:
    body_of(envelope).append(the(envelope, "BinarySecurityToken", WSSE))


def a_user_name(envelope: Any) -> None:
    etree.SubElement(the(envelope, "Security", WSSE), f"{{{WSSE}}}UsernameToken")


FORM = "ws_security.form"
WEAK = "ws_security.algorithm"
WRONG = "ws_security.signature"
CHANGES: list[tuple[Change, str]] = [
    *((change, FORM) for change in (wrapped_in_a_header, wrapped_in_the_security_header, wrapped_in_the_signature)),
    *((change, FORM) for change in (wrapped_in_the_body, a_second_body, a_second_body_first, an_id_twice)),
    *((change, FORM) for change in (an_id_by_another_attribute, a_second_security_header, a_second_header)),
    *((change, FORM) for change in (a_second_time_stamp, no_time_stamp, a_user_name, a_manifest)),
    *((change, FORM) for change in (a_token_from_outside, a_token_in_the_body, a_transform_with_parts)),
    *((change, FORM) for change in (the_body_is_not_signed, the_time_stamp_is_not_signed)),
    *(
        (reference_to(uri), FORM)
        for uri in ("", "#nothing", "http://attacker.example/", "file:///etc/passwd", "#xpointer(/)")
    ),
    (transform_by("http://www.w3.org/TR/1999/REC-xslt-19991116"), FORM),
    (transform_by("http://www.w3.org/TR/1999/REC-xpath-19991116"), FORM),
    (transform_by("http://www.w3.org/2001/10/xml-exc-c14n#WithComments"), FORM),
    (method_by("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), WEAK),
    (method_by("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"), WEAK),
    (method_by("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"), WEAK),
    (method_by("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"), WRONG),
    (method_by("DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1"), WEAK),
    (method_by("CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"), WEAK),
]


def test_a_signed_message_that_was_changed_is_refused(api: Api, libra: Held, tmp_path: Path) -> None:
    whole = signed(api, tmp_path)
    for change, code in CHANGES:
        envelope = copy.deepcopy(whole)
        change(envelope)
        assert etree.tostring(envelope) != etree.tostring(whole)
        refused(api, envelope, code)
    assert posted(api, whole).status == 200, "it is the change that is refused"


def test_what_is_signed_cannot_be_changed_in_one_place(api: Api, libra: Held, tmp_path: Path) -> None:
    whole = etree.tostring(signed(api, tmp_path))
    assert b"04/03/2030" in whole
    refused(api, whole.replace(b"04/03/2030", b"05/03/2030"), WRONG)
    envelope = signed(api, tmp_path)
    the(envelope, "Expires", WSU).text = (api.bench.clock.now() + timedelta(minutes=50)).strftime("%Y-%m-%dT%H:%M:%SZ")
    refused(api, envelope, WRONG)
    assert posted(api, signed(api, tmp_path)).status == 200, "it is the change that is refused"


def test_a_signature_by_old_algorithms_is_refused(api: Api, libra: Held, tmp_path: Path) -> None:
    old = {"signature_method": xmlsec.Transform.RSA_SHA1, "digest_method": xmlsec.Transform.SHA1}
    refused(api, signed(api, tmp_path, **old), WEAK)


def test_a_message_outside_of_its_time_is_refused(api: Api, libra: Held, tmp_path: Path) -> None:
    for minutes, lives in ((-20, 5), (20, 5), (-61, 60)):
        made_at = api.bench.clock.now() + timedelta(minutes=minutes)
        refused(api, signed(api, tmp_path, stamp=TimeStamp(made_at, timedelta(minutes=lives))), "ws_security.expired")


def test_a_message_that_would_never_end_is_refused(api: Api, libra: Held, tmp_path: Path) -> None:
    refused(api, signed(api, tmp_path, stamp=TimeStamp(api.bench.clock.now(), timedelta(days=1))), FORM)


def test_the_same_signed_message_is_taken_once_in_whatever_form_it_comes_again(
    api: Api, libra: Held, tmp_path: Path
) -> None:
    envelope = signed(api, tmp_path)
    assert posted(api, envelope).status == 200
    for again in (envelope, etree.tostring(envelope, pretty_print=False, xml_declaration=True, encoding="UTF-16")):
        answer = posted(api, again)
        assert b"ws_security.replayed" in answer.data, answer.data
    value = the(envelope, "SignatureValue")
    value.text = value.text.replace("\n", " \n ")
    assert b"ws_security.replayed" in posted(api, envelope).data
    assert kept(api) == 1


def test_the_certificate_counts_that_is_registered_and_in_use(api: Api, libra: Held, tmp_path: Path) -> None:
    hub = api.bench.hub
    other = tmp_path / "other"
    other.mkdir()
    keys_in(other, certificate("other.example", bits=2048), api)
    refused(api, signed(api, other), WRONG)  # nobody's
    envelope = signed(api, other)
    the(envelope, "BinarySecurityToken", WSSE).text = the(signed(api, tmp_path), "BinarySecurityToken", WSSE).text
    refused(api, envelope, WRONG)  # the name of one, the signature of another
    hub.certificates.revoke(libra.thumbprint)
    refused(api, signed(api, tmp_path), WRONG)


def test_headers_that_nobody_signed_are_not_read(api: Api, libra: Held, tmp_path: Path) -> None:
    envelope = signed(api, tmp_path)
    etree.SubElement(envelope.find(f"{{{SOAP}}}Header"), "MessageHeader").text = "mine"
    assert posted(api, envelope).status == 200
    with api.bench.hub.store.transaction() as connection:
        id = connection.execute(text("SELECT id FROM raw_document")).scalar_one()
        body = documents.body_of(connection, id)
    assert b"MessageHeader" not in body
    assert b"Security" not in body


def test_every_failure_to_decrypt_is_told_in_the_same_words(api: Api, libra: Held, tmp_path: Path) -> None:
    answers = set()
    for place in (0, 40, 200):
        envelope = signed(api, tmp_path, Encrypting(tmp_path, xmlsec.Transform.AES128))
        values = list(envelope.iter(f"{{{XENC}}}CipherValue"))
        for value in values[: 1 if place else 2]:
            plain = "".join(value.text.split())
            value.text = plain[:place] + ("A" if plain[place] != "A" else "B") + plain[place + 1 :]
        answer = posted(api, envelope)
        assert b"ws_security.unreadable" in answer.data or b"ws_security.signature" in answer.data
        if b"ws_security.unreadable" in answer.data:
            answers.add(answer.data)
    assert len(answers) == 1
    assert kept(api) == 0


@pytest.mark.parametrize(
    ("algorithm", "transport"),
    [(xmlsec.Transform.DES3, xmlsec.Transform.RSA_OAEP), (xmlsec.Transform.AES256_GCM, xmlsec.Transform.RSA_PKCS1)],
)
def test_weak_encryption_is_refused(api: Api, libra: Held, tmp_path: Path, algorithm: Any, transport: Any) -> None:
    refused(api, signed(api, tmp_path, Encrypting(tmp_path, algorithm, transport)), WEAK)


def test_encrypted_parts_lead_nowhere_else(api: Api, libra: Held, tmp_path: Path) -> None:
    envelope = signed(api, tmp_path, Encrypting(tmp_path, xmlsec.Transform.AES256_GCM))
    data = the(envelope, "CipherData", XENC)
    data.remove(data[0])
    etree.SubElement(data, f"{{{XENC}}}CipherReference").set("URI", "file:///etc/passwd")
    refused(api, envelope, FORM)
    envelope = signed(api, tmp_path, Encrypting(tmp_path, xmlsec.Transform.AES256_GCM))
    envelope.find(f"{{{SOAP}}}Header").append(the(envelope, "EncryptedData", XENC))
    refused(api, envelope, FORM)


def test_entities_and_a_message_without_proof_are_refused(api: Api, libra: Held) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY e "x">]>' + LISTS.partition(b"?>")[2]
    for sent in (bomb, LISTS, b"", b"<", b"\x00" * 100):
        answer = posted(api, sent)
        assert answer.status == 400
        assert b"access.unauthenticated" in answer.data
    assert kept(api) == 0


def test_a_certificate_and_a_signature_of_two_agencies_prove_nothing(api: Api, libra: Held, tmp_path: Path) -> None:
    hub = api.bench.hub
    hub.certificates.header, hub.certificates._proxies = "X-Certificate", frozenset({"127.0.0.1"})
    area = certificate("area.example", bits=2048)
    hub.certificates.register("probation-essex", area.written(tmp_path))
    headers = {"Content-Type": "application/soap+xml", "X-Certificate": area.thumbprint}
    body = etree.tostring(signed(api, tmp_path))
    answer = api.http.request("POST", f"{api.url}/interfaces/libra", body=body, headers=headers)
    assert WRONG.encode() in answer.data
    assert kept(api) == 0
