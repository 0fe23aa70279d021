"""Verifies signatures inside XML documents: one enveloped signature over the whole document, and no other form.

Everything that could make the verified content differ from the content that is read is refused first: several
signatures, references to parts or to other documents, transforms other than removing the signature, old digests.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Self

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from adapters.xml import parse
from schemas.problem import Problem, Refused

_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
_C14N = frozenset({"http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"})
_ENVELOPED = f"{_NAMESPACE}enveloped-signature"
_METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
    }
)
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]{1,4096}")
_CHILDREN = ("SignedInfo", "SignatureValue", "KeyInfo")
_CONFIGURATION = SignatureConfiguration(
    require_x509=True, location="./", expect_references=1, signature_methods=_METHODS, digest_algorithms=_DIGESTS
)


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """`certificate` (DER) is only claimed by the document. Nothing is believed until `content` has verified it."""

    certificate: bytes
    text: str
    _root: etree._Element

    @classmethod
    def found_in(cls, body: bytes) -> Self | None:
        """Return the signature of a document; None if it has none. Raises Refused if the signature has another form."""
        if _NAMESPACE.encode() not in body:
            return None
        root = parse(body)._element
        signatures = list(root.iter(f"{{{_NAMESPACE}}}Signature"))
        if not signatures:
            return None
        if len(signatures) != 1 or signatures[0].getparent() is not root:
            raise _form("there must be one signature, directly below the outermost element")
        _check_form(signatures[0])
        return cls(_certificate(signatures[0]), etree.tostring(signatures[0], with_tail=False).decode("ascii"), root)

    def content(self, certificate: bytes) -> bytes:
        """Return the signed document, canonical and without the signature, if `certificate` signed exactly that. Raises
        Refused."""
        try:
            verified = XMLVerifier().verify(
                self._root,
                x509_cert=x509.load_der_x509_certificate(certificate),
                expect_config=_CONFIGURATION,
                validate_schema=True,
            )
        except (SignXMLException, ValueError, TypeError, etree.LxmlError) as error:
            raise _wrong() from error
        if isinstance(verified, list) or verified.signed_xml is None or verified.signed_xml.tag != self._root.tag:
            raise _wrong()
        return verified.signed_data


def _check_form(signature: etree._Element) -> None:
    if [etree.QName(child).localname for child in signature if isinstance(child.tag, str)] != list(_CHILDREN):
        raise _form("a signature holds SignedInfo, SignatureValue and KeyInfo, and nothing else")
    info = signature[0]
    references = info.findall(f"{{{_NAMESPACE}}}Reference")
    if len(references) != 1 or references[0].get("URI") != "":
        raise _form("it must sign the whole document: one reference, with an empty URI")
    values = [signature[1].text, *(found.text for found in info.iter(f"{{{_NAMESPACE}}}DigestValue"))]
    if not all(value and _BASE64.fullmatch(value) for value in values):
        raise _form("its values must be base64")
    transforms = [found.get("Algorithm") for found in references[0].iter(f"{{{_NAMESPACE}}}Transform")]
    if transforms[:1] != [_ENVELOPED] or len(transforms) > 2 or not set(transforms[1:]) <= _C14N:
        raise _form("the only transforms are removing the signature, and canonical XML without comments")
    if any(len(found) for found in references[0].iter(f"{{{_NAMESPACE}}}Transform")):
        raise _form("a transform must have no parts")
    method = info.find(f"{{{_NAMESPACE}}}CanonicalizationMethod")
    if method is None or method.get("Algorithm") not in _C14N or len(method):
        raise _form("the signed form must be canonical XML without comments")


def _certificate(signature: etree._Element) -> bytes:
    held = [found.text or "" for found in signature.iter(f"{{{_NAMESPACE}}}X509Certificate")]
    if len(held) != 1:
        raise _form("KeyInfo must hold the certificate of the signer, and no other")
    try:
        return base64.b64decode("".join(held[0].split()), validate=True)
    except binascii.Error:
        raise _form("the certificate is not base64") from None


def _form(problem: str) -> Refused:
    cure = "sign the whole document with one enveloped signature: docs/evidence.md, XML signatures"
    return Refused(Problem("signature.xml_form", "Signature", problem, cure))


def _wrong() -> Refused:
    problem = "no certificate of yours made this signature over this document"
    return Refused(
        Problem("signature.invalid", "Signature", problem, "sign the document last, and change nothing after that")
    )
