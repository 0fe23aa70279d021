"""Checks the form of a secured message before anything is decrypted or verified.

Only one form is accepted. Everything that could make the verified content differ from what is read is refused: ids that
occur twice, elements at another place than that of the envelope, references to anything outside, other transforms.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from lxml import etree

from adapters.interfacing.ws_security.names import (
    CONTENT,
    DIGESTS,
    DS,
    EXCLUSIVE,
    KEY_TRANSPORTS,
    SIGNATURES,
    SOAP,
    TRIPLE_DES,
    WSSE,
    WSU,
    XENC,
)
from schemas.problem import Problem, Refused

_ID_NAMES = (f"{{{WSU}}}Id", "Id", "ID", "{http://www.w3.org/XML/1998/namespace}id")
_IN_SECURITY = frozenset(
    {
        f"{{{WSSE}}}BinarySecurityToken",
        f"{{{WSU}}}Timestamp",
        f"{{{DS}}}Signature",
        f"{{{XENC}}}EncryptedKey",
        f"{{{XENC}}}ReferenceList",
    }
)
_REFERENCES_MAX = 12
_ENCRYPTED_MAX = 4


@dataclass(frozen=True, slots=True)
class Envelope:
    """The parts of an envelope, each at its only allowed place."""

    root: etree._Element
    header: etree._Element
    body: etree._Element
    security: etree._Element
    ids: dict[str, etree._Element]

    def security_child(self, namespace: str, name: str) -> etree._Element:
        """Raises Refused unless there is just one in the whole message, directly below Security."""
        found = list(self.root.iter(f"{{{namespace}}}{name}"))
        if len(found) != 1 or found[0].getparent() is not self.security:
            wrong(f"there must be one {name}, in the Security header")
        return found[0]

    def referred(self, uri: str | None) -> etree._Element:
        """Raises Refused for a reference to anything but one element of this message."""
        element = self.ids.get((uri or "")[1:]) if (uri or "").startswith("#") else None
        if element is None:
            wrong("a reference does not name an element of this message by its id")
        return element


def is_secured(root: etree._Element) -> bool:
    return next(root.iter(f"{{{WSSE}}}Security"), None) is not None


def envelope_of(root: etree._Element) -> Envelope:
    """Raises Refused."""
    space = etree.QName(root).namespace
    elements = [child for child in root if isinstance(child.tag, str)]
    if space not in SOAP or [child.tag for child in elements] != [f"{{{space}}}Header", f"{{{space}}}Body"]:
        wrong("the envelope must hold one Header and one Body, and nothing else")
    securities = list(root.iter(f"{{{WSSE}}}Security"))
    if len(securities) != 1 or securities[0].getparent() is not elements[0]:
        wrong("there must be one Security header")
    for child in securities[0]:
        if isinstance(child.tag, str) and child.tag not in _IN_SECURITY:
            wrong("the Security header holds something else than a token, a time stamp, a signature and a key")
    if next(root.iter(f"{{{XENC}}}CipherReference", f"{{{DS}}}RetrievalMethod", f"{{{DS}}}Manifest"), None) is not None:
        wrong("it refers to something outside of itself, or by a list of its own")
    return Envelope(root, elements[0], elements[1], securities[0], _ids(root))


def _ids(root: etree._Element) -> dict[str, etree._Element]:
    ids: dict[str, etree._Element] = {}
    for element in root.iter("*"):
        for name in _ID_NAMES:
            value = element.get(name)
            if value is None:
                continue
            if value in ids and ids[value] is not element:
                wrong("an id occurs twice")
            ids[value] = element
    return ids


def check_signature(envelope: Envelope, timestamp: etree._Element) -> etree._Element:
    """Return the signature, if it has the accepted form and signs the body and the time stamp. Raises Refused."""
    signature = envelope.security_child(DS, "Signature")
    info = signature.find(f"{{{DS}}}SignedInfo")
    if info is None or len(signature.findall(f"{{{DS}}}SignedInfo")) != 1 or len(signature) != 3:
        wrong("a signature holds SignedInfo, SignatureValue and KeyInfo, and nothing else")
    _only(info, "CanonicalizationMethod", frozenset({EXCLUSIVE}))
    _only(info, "SignatureMethod", SIGNATURES)
    references = info.findall(f"{{{DS}}}Reference")
    if not 1 <= len(references) <= _REFERENCES_MAX or len(info) != len(references) + 2:
        wrong("SignedInfo holds the methods and a few references, and nothing else")
    signed = [_signed(envelope, reference) for reference in references]
    for element in signed:
        above = element.getparent()
        if element is not envelope.body and above is not envelope.header and above is not envelope.security:
            wrong("it signs something that is neither the body nor a header of this message")
    if envelope.body not in signed or timestamp not in signed:
        wrong("the body and the time stamp must be signed")
    return signature


def _signed(envelope: Envelope, reference: etree._Element) -> etree._Element:
    transforms = reference.findall(f"{{{DS}}}Transforms/{{{DS}}}Transform")
    if [one.get("Algorithm") for one in transforms] != [EXCLUSIVE]:
        wrong("the only transform is exclusive canonical XML without comments")
    if any(child.tag != f"{{{EXCLUSIVE}}}InclusiveNamespaces" for child in transforms[0]):
        wrong("a transform has parts that are not accepted")
    _only(reference, "DigestMethod", DIGESTS)
    return envelope.referred(reference.get("URI"))


def signed_headers(envelope: Envelope, signature: etree._Element) -> set[etree._Element]:
    """The children of the header that the signature covers."""
    uris = (one.get("URI") for one in signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference"))
    found = {envelope.referred(uri) for uri in uris}
    return {element for element in found if element.getparent() is envelope.header}


@dataclass(frozen=True, slots=True)
class Encrypted:
    """A part that is encrypted, and the element with the key of its content."""

    data: etree._Element
    key: etree._Element
    algorithm: str


def encrypted_parts(envelope: Envelope, *, allow_triple_des: bool) -> Iterator[Encrypted]:
    """Raises Refused for a part at another place, or by an algorithm that is too weak."""
    every = list(envelope.root.iter(f"{{{XENC}}}EncryptedData"))
    keys = list(envelope.root.iter(f"{{{XENC}}}EncryptedKey"))
    if len(every) > _ENCRYPTED_MAX or len(keys) > max(1, len(every)):
        wrong("too many parts are encrypted")
    for data in every:
        if envelope.body not in data.iterancestors():
            wrong("only the body may be encrypted")
        algorithm = _algorithm(data)
        if algorithm not in CONTENT or (algorithm == TRIPLE_DES and not allow_triple_des):
            weak("its content is encrypted by an algorithm that is not accepted")
        inside = data.findall(f"{{{DS}}}KeyInfo/{{{XENC}}}EncryptedKey")
        key = inside[0] if inside else next((one for one in keys if _names(one, data)), None)
        if key is None or (not inside and key.getparent() is not envelope.security):
            wrong("the key of an encrypted part is missing, or stands at another place")
        if _algorithm(key) not in KEY_TRANSPORTS:
            weak("the key of its content is encrypted by an algorithm that is not accepted")
        yield Encrypted(data, key, algorithm)


def _names(key: etree._Element, data: etree._Element) -> bool:
    uris = {one.get("URI") for one in key.iter(f"{{{XENC}}}DataReference")}
    return f"#{data.get('Id')}" in uris


def _algorithm(element: etree._Element) -> str:
    method = element.find(f"{{{XENC}}}EncryptionMethod")
    return "" if method is None else str(method.get("Algorithm"))


def _only(element: etree._Element, name: str, accepted: frozenset[str]) -> None:
    found = element.findall(f"{{{DS}}}{name}")
    if len(found) != 1 or found[0].get("Algorithm") not in accepted:
        weak(f"its {name} is none of those that are accepted")


def wrong(problem: str) -> NoReturn:
    cure = "sign body and time stamp as docs/running/interfaces.md says"
    raise Refused(Problem("ws_security.form", "Security", problem, cure))


def weak(problem: str) -> NoReturn:
    cure = "use RSA or ECDSA with SHA-256, AES-GCM or AES-CBC, and RSA-OAEP"
    raise Refused(Problem("ws_security.algorithm", "Security", problem, cure))
