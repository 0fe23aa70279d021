"""Signatures inside XML: accepted only over the whole document and with a registered certificate."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner, methods

from adapters.xml_signature import SignedDocument
from hub.errors import AssertionRefused, KeyUnusable
from hub.exchange.accepting.demands import Demands
from schemas.problem import Refused
from tests.certificates import Held, certificate
from tests.conftest import Bench
from tests.served import Api, problem_of

GATEWAY, COURT = "gateway-libra", "court-b10jq"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


def _signed(body: bytes, held: Held, **options: Any) -> etree._Element:
    rsa = hasattr(held.key, "private_numbers") and "RSA" in type(held.key).__name__
    usual = {
        "signature_algorithm": SignatureMethod.RSA_SHA256 if rsa else SignatureMethod.ECDSA_SHA256,
        "digest_algorithm": DigestAlgorithm.SHA256,
        "c14n_algorithm": CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    }
    signer = XMLSigner(method=methods.enveloped, **usual | options)
    return signer.sign(etree.fromstring(body), key=held.key, cert=[held.certificate])


@pytest.fixture
def gateway(bench: Bench, tmp_path: Path) -> Held:
    held = certificate("gateway.example")
    bench.hub.certificates.register(GATEWAY, held.written(tmp_path))
    return held


@pytest.mark.parametrize("bits", [None, 2048])
def test_a_signed_list_is_taken_and_its_signature_is_in_the_journal(
    bench: Bench, tmp_path: Path, bits: int | None
) -> None:
    held = certificate("gateway.example", bits=bits)
    bench.hub.certificates.register(GATEWAY, held.written(tmp_path))
    body = etree.tostring(_signed(bench.story()["list"].body, held))
    answer = bench.hub.intake.receive(
        bench.hub.knowledge.registry.agencies.named(GATEWAY), body, demands=Demands(signature=True)
    )
    assert answer.receipt is not None, answer.refused
    entry = bench.hub.stories.show(answer.receipt["messages"][0]["id"])["journal"][0]
    assert entry["signed_by"] == held.thumbprint
    assert etree.fromstring(entry["signature"]).tag == f"{DS}Signature"
    plain = bench.hub.intake.receive(
        bench.hub.knowledge.registry.agencies.named(GATEWAY), bench.story()["second_list"].body
    )
    assert plain.receipt is not None, "nobody has to sign where it is not required"


def test_over_http_it_satisfies_what_requires_signatures(api: Api, gateway: Held) -> None:
    object.__setattr__(
        api.bench.hub, "settings", api.bench.hub.settings.model_copy(update={"require_signatures": True})
    )
    body = api.bench.story()["list"].body
    assert problem_of(api.post(GATEWAY, body, {"Content-Type": "text/xml"}), 401)["code"] == "signature.missing"
    assert api.post(GATEWAY, etree.tostring(_signed(body, gateway)), {"Content-Type": "text/xml"}).status == 202
    other = api.bench.story()["second_list"].body
    headers = {"Hub-Signature": api.bench.hub.access.issue_key(GATEWAY).signature(other)}
    assert api.post(GATEWAY, other, headers).status == 202


def _attacks(body: bytes, held: Held) -> dict[str, etree._Element]:
    signed = _signed(body, held)
    changed = copy.deepcopy(signed)
    next(element for element in changed.iter() if element.tag == "def_name").text = "Mr Somebody ELSE"
    wrapped = etree.Element("Wrapped")
    wrapped.append(copy.deepcopy(signed))
    beside = etree.fromstring(body)  # another document that contains the signed one
    beside.append(copy.deepcopy(signed))
    moved = etree.fromstring(body)
    moved.append(copy.deepcopy(signed.find(f"{DS}Signature")))
    moved.set("x", "y")
    twice = copy.deepcopy(signed)
    twice.append(copy.deepcopy(signed.find(f"{DS}Signature")))
    with_object = copy.deepcopy(signed)
    etree.SubElement(with_object.find(f"{DS}Signature"), f"{DS}Object").append(etree.fromstring(body))
    by_id = _signed(body.replace(b"<ExternalDocumentRequest", b'<ExternalDocumentRequest Id="all"', 1), held)
    by_id.find(f".//{DS}Reference").set("URI", "#all")
    elsewhere = copy.deepcopy(signed)
    elsewhere.find(f".//{DS}Reference").set("URI", "http://127.0.0.1:9/other.xml")
    more = copy.deepcopy(signed)
    more.find(f".//{DS}SignedInfo").append(copy.deepcopy(more.find(f".//{DS}Reference")))
    found = {
        "a changed name": changed,
        "wrapped": wrapped,
        "carried inside another": beside,
        "moved to another": moved,
        "two signatures": twice,
        "an object": with_object,
        "a part by its id": by_id,
        "an external reference": elsewhere,
        "two references": more,
    }
    for name, algorithm, inner in (
        (
            "xslt",
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
            '<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"/>',
        ),
        (
            "xpath",
            "http://www.w3.org/TR/1999/REC-xpath-19991116",
            '<XPath xmlns="http://www.w3.org/2000/09/xmldsig#">false()</XPath>',
        ),
        ("base64", "http://www.w3.org/2000/09/xmldsig#base64", None),
        ("c14n with comments", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments", None),
    ):
        one = copy.deepcopy(signed)
        transform = etree.SubElement(one.find(f".//{DS}Transforms"), f"{DS}Transform", Algorithm=algorithm)
        if inner:
            transform.append(etree.fromstring(inner))
        found[name] = one
    empty = copy.deepcopy(signed)
    empty.find(f".//{DS}SignatureValue").text = ""
    hmac = copy.deepcopy(signed)
    hmac.find(f".//{DS}SignatureMethod").set("Algorithm", "http://www.w3.org/2000/09/xmldsig#hmac-sha1")
    return found | {"an empty value": empty, "a method with a secret": hmac}


def test_nothing_that_is_wrapped_moved_changed_or_cleverer_is_accepted(bench: Bench, gateway: Held) -> None:
    agency = bench.hub.knowledge.registry.agencies.named(GATEWAY)
    for what, root in _attacks(bench.story()["list"].body, gateway).items():
        with pytest.raises(AssertionRefused) as refused:
            bench.hub.intake.receive(agency, etree.tostring(root))
        assert refused.value.code in ("signature.invalid", "signature.xml_form"), what
        assert refused.value.status == 401
    assert bench.drain() == 0


def test_old_digests_are_refused(bench: Bench, gateway: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(XMLSigner, "check_deprecated_methods", lambda self: None)
    body = bench.story()["list"].body
    for options in ({"digest_algorithm": DigestAlgorithm.SHA1}, {"signature_algorithm": SignatureMethod.ECDSA_SHA1}):
        with pytest.raises(AssertionRefused, match=r"signature\.invalid"):
            bench.hub.intake.receive(
                bench.hub.knowledge.registry.agencies.named(GATEWAY), etree.tostring(_signed(body, gateway, **options))
            )


def test_the_certificate_must_be_registered_for_the_sender_in_time_and_not_revoked(
    bench: Bench, gateway: Held, tmp_path: Path
) -> None:
    agency, body = bench.hub.knowledge.registry.agencies.named(GATEWAY), bench.story()["list"].body
    courts, unknown, later = certificate("court.example"), certificate("nobody.example"), certificate("gateway.example")
    bench.hub.certificates.register(COURT, courts.written(tmp_path))
    forged = Held(later.key, gateway.certificate)  # the certificate of the gateway with another key
    for held in (courts, unknown, forged):
        with pytest.raises(AssertionRefused, match=r"signature\.invalid"):
            bench.hub.intake.receive(agency, etree.tostring(_signed(body, held)))
    bench.hub.certificates.revoke(gateway.thumbprint.upper())
    with pytest.raises(AssertionRefused, match=r"signature\.invalid"):
        bench.hub.intake.receive(agency, etree.tostring(_signed(body, gateway)))


def test_weak_and_expired_certificates_are_not_registered(bench: Bench, tmp_path: Path) -> None:
    for held in (certificate("a.example", bits=1024), certificate("a.example", days=1, began_days_ago=5)):
        with pytest.raises(KeyUnusable):
            bench.hub.certificates.register(GATEWAY, held.written(tmp_path))
    (tmp_path / "no.pem").write_bytes(json.dumps({}).encode())
    with pytest.raises(KeyUnusable):
        bench.hub.certificates.register(GATEWAY, tmp_path / "no.pem")


def test_what_is_read_is_what_was_signed(gateway: Held) -> None:
    root = _signed(b"<a><b>1<!-- not signed -->2</b></a>", gateway)
    signed = SignedDocument.found_in(etree.tostring(root))
    assert signed is not None
    assert signed.content(signed.certificate) == b"<a><b>12</b></a>"
    with pytest.raises(Refused):
        SignedDocument.found_in(b'<!DOCTYPE a [<!ENTITY x "y">]>' + etree.tostring(root))
