"""Opens a secured message: decrypts it, verifies its signature, and returns what was signed and nothing else."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from adapters.interfacing.ws_security.form import (
    Encrypted,
    Envelope,
    check_signature,
    encrypted_parts,
    envelope_of,
    is_secured,
    signed_headers,
    wrong,
)
from adapters.interfacing.ws_security.names import (
    ADDRESSING,
    CONTENT,
    DS,
    SUBJECT_KEY,
    THUMBPRINT,
    TRIPLE_DES,
    WSSE,
    WSU,
)
from adapters.xml import parse
from schemas.problem import Problem, Refused

_LIVES = timedelta(minutes=5)  # of a message whose time stamp says no end
_LIVES_AT_MOST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Signer:
    """How the message names the certificate of its signer. Nothing of it is verified. One field is given."""

    certificate: bytes | None = None
    serial: int | None = None
    thumbprint: bytes | None = None
    subject_key: bytes | None = None

    def is_of(self, certificate: bytes) -> bool:
        """Whether this certificate (DER) may be the one that is named."""
        if self.certificate is not None:
            return self.certificate == certificate
        read = x509.load_der_x509_certificate(certificate)
        if self.serial is not None:
            return read.serial_number == self.serial
        if self.thumbprint is not None:
            return read.fingerprint(hashes.SHA1()) == self.thumbprint  # noqa: S303 # it finds, and proves nothing
        try:
            named = read.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        except x509.ExtensionNotFound:
            named = x509.SubjectKeyIdentifier.from_public_key(read.public_key()).digest
        return named == self.subject_key


@dataclass(frozen=True, slots=True)
class Opened:
    """What a message said, after its signature was verified.

    `envelope` is the canonical envelope: the body and the headers that were signed. `addressed` has the headers of
    WS-Addressing alone, signed or not. `mark` is the same for the same signed message. `encrypted_by` is the algorithm
    of its content, None if it was in clear.
    """

    envelope: bytes
    addressed: bytes
    signature: str
    mark: str
    created_at: datetime
    expires_at: datetime
    encrypted_by: str | None

    @property
    def is_weakly_encrypted(self) -> bool:
        return self.encrypted_by == TRIPLE_DES


@dataclass(frozen=True, slots=True)
class SecuredMessage:
    """A message with a Security header. Nothing of it is believed yet."""

    signer: Signer
    _root: etree._Element

    @classmethod
    def found_in(cls, body: bytes) -> "SecuredMessage | None":
        """None if the message has no Security header. Raises Refused."""
        root = parse(body)._element
        if not is_secured(root):
            return None
        return cls(_signer(envelope_of(root)), root)

    def opened(self, certificate: bytes, own_keys: Sequence[bytes], *, allow_triple_des: bool) -> Opened:
        """Open it. `certificate` (DER) must have signed it; `own_keys` are private keys in PEM. Raises Refused."""
        clear = _decrypted(deepcopy(self._root), own_keys, allow_triple_des=allow_triple_des)
        root = deepcopy(self._root) if clear is None else _read_again(clear[0])
        envelope = envelope_of(root)
        timestamp = envelope.security_child(WSU, "Timestamp")
        signature = check_signature(envelope, timestamp)
        _verify(envelope, signature, certificate)
        created_at, expires_at = _moments(timestamp)
        addressed = _addressed(envelope)
        value = "".join((signature.findtext(f"{{{DS}}}SignatureValue") or "").split())
        return Opened(
            envelope=_signed_content(envelope, signature),
            addressed=addressed,
            signature=etree.tostring(signature, with_tail=False).decode("ascii"),
            mark=hashlib.sha256(value.encode()).hexdigest(),
            created_at=created_at,
            expires_at=expires_at,
            encrypted_by=None if clear is None else clear[1],
        )


def _read_again(clear: bytes) -> etree._Element:
    """Within our limits. What was encrypted may be anything."""
    try:
        return parse(clear)._element
    except Refused:
        raise _unreadable() from None


def _signer(envelope: Envelope) -> Signer:
    reference = envelope.security_child(DS, "Signature").find(f"{{{DS}}}KeyInfo/{{{WSSE}}}SecurityTokenReference")
    if reference is None:
        wrong("KeyInfo must name the certificate of the signer by a SecurityTokenReference")
    token = reference.find(f"{{{WSSE}}}Reference")
    if token is not None:
        held = envelope.referred(token.get("URI"))
        if held.tag != f"{{{WSSE}}}BinarySecurityToken" or held.getparent() is not envelope.security:
            wrong("the certificate must stand in a BinarySecurityToken of the Security header")
        return Signer(certificate=_bytes(held.text))
    identifier = reference.find(f"{{{WSSE}}}KeyIdentifier")
    if identifier is not None:
        match identifier.get("ValueType"):
            case kind if kind == THUMBPRINT:
                return Signer(thumbprint=_bytes(identifier.text))
            case kind if kind == SUBJECT_KEY:
                return Signer(subject_key=_bytes(identifier.text))
            case _:
                wrong("the KeyIdentifier is of a kind that is not accepted")
    held_inside = reference.findtext(f"{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    if held_inside is not None:
        return Signer(certificate=_bytes(held_inside))
    number = reference.findtext(f"{{{DS}}}X509Data/{{{DS}}}X509IssuerSerial/{{{DS}}}X509SerialNumber")
    if number is None or not number.strip().isdecimal() or len(number) > 80:
        wrong("KeyInfo names no certificate")
    return Signer(serial=int(number.strip()))


def _bytes(text: str | None) -> bytes:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except binascii.Error:
        wrong("a value is not base64")


def _decrypted(root: etree._Element, own_keys: Sequence[bytes], *, allow_triple_des: bool) -> tuple[bytes, str] | None:
    """The message with its encrypted parts in clear, and the algorithm; None if nothing is encrypted. Every failure is
    told in the same words, so that nobody learns from them."""
    parts = list(encrypted_parts(envelope_of(root), allow_triple_des=allow_triple_des))
    if not parts:
        return None
    clear: dict[bytes, bytes] = {}
    for part in parts:
        content = next(filter(None, (_content(part, key) for key in own_keys)), None)
        if content is None:
            raise _unreadable()
        place = f"clear{hashlib.sha256(etree.tostring(part.data, with_tail=False)).hexdigest()}"
        clear[f"<{place}/>".encode()] = content
        _replace(part.data, etree.Element(place))
    text = etree.tostring(root, encoding="UTF-8")
    for mark, content in clear.items():
        if text.count(mark) != 1:
            raise _unreadable()
        text = text.replace(mark, content)
    return text, parts[0].algorithm


def _replace(element: etree._Element, by: etree._Element) -> None:
    by.tail, above = element.tail, element.getparent()
    if above is None:
        raise _unreadable()
    above.replace(element, by)


def _unreadable() -> Refused:
    problem = "the exchange cannot decrypt it"
    cure = "encrypt it for the exchange's own certificate: hub certificates own"
    return Refused(Problem("ws_security.unreadable", "Security", problem, cure))


def _content(part: Encrypted, own_key: bytes) -> bytes | None:
    """The content of the part; None if this key does not open it. The library gets copies that stand alone, and returns
    bytes: when it replaced elements itself, elements that Python still held were freed."""
    _, kind, bits = CONTENT[part.algorithm]
    try:
        manager = xmlsec.KeysManager()
        manager.add_key(xmlsec.Key.from_memory(own_key, xmlsec.KeyFormat.PEM, None))
        session: Any = xmlsec.EncryptionContext(manager).decrypt(_alone(part.key))
        if not isinstance(session, bytes) or len(session) * 8 != bits:
            return None
        context = xmlsec.EncryptionContext()
        context.key = xmlsec.Key.from_binary_data(kind, session)
        data = _alone(part.data)
        if "Type" in data.attrib:
            del data.attrib["Type"]
        content: Any = context.decrypt(data)
    except (xmlsec.Error, ValueError, TypeError, etree.LxmlError):
        return None
    return content if isinstance(content, bytes) else None


def _alone(element: etree._Element) -> etree._Element:
    """A copy without KeyInfo, which names keys in ways that the library does not know."""
    copied = parse(etree.tostring(element, with_tail=False))._element
    for info in copied.findall(f"{{{DS}}}KeyInfo"):
        copied.remove(info)
    return copied


def _verify(envelope: Envelope, signature: etree._Element, certificate: bytes) -> None:
    pem = x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)
    try:
        context = xmlsec.SignatureContext()
        for element in {id(one): one for one in envelope.ids.values()}.values():
            for name, space in (("Id", WSU), ("Id", None)):
                if element.get(f"{{{space}}}{name}" if space else name) is not None:
                    context.register_id(element, name, space)
        context.key = xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.CERT_PEM, None)
        context.verify(signature)
    except (xmlsec.Error, ValueError, TypeError) as error:
        problem = "no registered certificate of yours made this signature over this message"
        cure = "sign the message last, and change nothing after that"
        raise Refused(Problem("ws_security.signature", "Security", problem, cure)) from error


def _moments(timestamp: etree._Element) -> tuple[datetime, datetime]:
    created = timestamp.findall(f"{{{WSU}}}Created")
    expires = timestamp.findall(f"{{{WSU}}}Expires")
    if len(created) != 1 or len(expires) > 1:
        wrong("the time stamp must say once when it was made, and at most once when it ends")
    made_at = _moment(created[0].text)
    ends_at = _moment(expires[0].text) if expires else made_at + _LIVES
    if not made_at < ends_at <= made_at + _LIVES_AT_MOST:
        wrong("the time stamp must end within an hour after it was made")
    return made_at, ends_at


def _moment(text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        wrong("a time of the time stamp cannot be read")
    if moment.tzinfo is None or not 2000 < moment.year < 3000:
        wrong("a time of the time stamp needs its zone")
    return moment.astimezone(UTC)


def _addressed(envelope: Envelope) -> bytes:
    """An envelope with these headers alone."""
    root = etree.Element(envelope.root.tag)
    header = etree.SubElement(root, envelope.header.tag)
    for child in envelope.header:
        if isinstance(child.tag, str) and etree.QName(child).namespace == ADDRESSING:
            header.append(deepcopy(child))
    return etree.tostring(root)


def _signed_content(envelope: Envelope, signature: etree._Element) -> bytes:
    """The envelope without the Security header, and without headers that nobody signed."""
    kept = signed_headers(envelope, signature)
    for header in list(envelope.header):
        if header not in kept:
            envelope.header.remove(header)
    return etree.tostring(envelope.root, method="c14n", exclusive=True, with_comments=False)
