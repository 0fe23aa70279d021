"""Signs an envelope, and encrypts the content of what its body holds."""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID
from xml.sax.saxutils import escape

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from adapters.interfacing.ws_security.names import (
    BASE64,
    CONTENT,
    DS,
    ENCRYPTED_KEY,
    SOAP,
    WSSE,
    WSU,
    X509_TOKEN,
    XENC,
)
from adapters.xml import parse

_LIVES = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class OwnPair:
    """A private key and its certificate, both in PEM."""

    key: bytes = field(repr=False)
    certificate: bytes


def can_decrypt(certificate: bytes) -> bool:
    """Whether something can be encrypted for the holder of this certificate (DER)."""
    return isinstance(x509.load_der_x509_certificate(certificate).public_key(), rsa.RSAPublicKey)


def secured(
    envelope: bytes, own: OwnPair, now: datetime, number: UUID, encrypt: tuple[str, bytes] | None = None
) -> bytes:
    """The envelope, signed: its body, its headers and a time stamp. `number` makes its ids. `encrypt` is an algorithm
    of `CONTENT` and the certificate (DER) of the recipient."""
    root = parse(envelope)._element
    space = next(one for one in SOAP if root.tag == f"{{{one}}}Envelope")
    header, body = root.find(f"{{{space}}}Header"), root.find(f"{{{space}}}Body")
    if body is None:
        raise ValueError("the envelope has no body")
    if header is None:
        header = etree.Element(f"{{{space}}}Header")
        root.insert(0, header)
    ids = _Ids(str(number))
    signed = [body, *(child for child in header if isinstance(child.tag, str))]
    for element in signed:
        element.set(f"{{{WSU}}}Id", ids.next())
    security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU})
    security.set(f"{{{space}}}mustUnderstand", "1")
    signed.append(_timestamp(security, ids, now))
    token = _token(security, own, ids)
    _sign(security, signed, token, own)
    if encrypt is not None:
        _encrypt(security, body, encrypt, ids)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


class _Ids:
    def __init__(self, number: str) -> None:
        self._number, self._count = number, 0

    def next(self) -> str:
        self._count += 1
        return f"i{self._count}-{self._number}"


def _timestamp(security: etree._Element, ids: _Ids, now: datetime) -> etree._Element:
    stamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    stamp.set(f"{{{WSU}}}Id", ids.next())
    for name, moment in (("Created", now), ("Expires", now + _LIVES)):
        etree.SubElement(stamp, f"{{{WSU}}}{name}").text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return stamp


def _token(security: etree._Element, own: OwnPair, ids: _Ids) -> str:
    token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken")
    id = ids.next()
    token.set(f"{{{WSU}}}Id", id)
    token.set("ValueType", X509_TOKEN)
    token.set("EncodingType", BASE64)
    token.text = base64.b64encode(x509.load_pem_x509_certificate(own.certificate).public_bytes(Encoding.DER)).decode()
    return id


def _sign(security: etree._Element, signed: list[etree._Element], token: str, own: OwnPair) -> None:
    template = xmlsec.template
    signature = template.create(security, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256, ns="ds")
    security.append(signature)
    context = xmlsec.SignatureContext()
    for element in signed:
        id = str(element.get(f"{{{WSU}}}Id"))
        reference = template.add_reference(signature, xmlsec.Transform.SHA256, uri=f"#{id}")
        template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        context.register_id(element, "Id", WSU)
    info = template.ensure_key_info(signature)
    _refer(info, token, X509_TOKEN)
    context.key = xmlsec.Key.from_memory(own.key, xmlsec.KeyFormat.PEM, None)
    context.sign(signature)


def _refer(info: etree._Element, id: str, value_type: str) -> None:
    named = etree.SubElement(etree.SubElement(info, f"{{{WSSE}}}SecurityTokenReference"), f"{{{WSSE}}}Reference")
    named.set("URI", f"#{id}")
    named.set("ValueType", value_type)


def _encrypt(security: etree._Element, body: etree._Element, encrypt: tuple[str, bytes], ids: _Ids) -> None:
    """Encrypt the content of what the body holds. The key stands in the header, where receivers look for it."""
    held = next(child for child in body if isinstance(child.tag, str))
    content = escape(held.text or "").encode() + b"".join(etree.tostring(child, encoding="UTF-8") for child in held)
    encrypted = _encrypted(content, *encrypt)
    held.text = None
    held[:] = [encrypted]
    info = next(encrypted.iter(f"{{{DS}}}KeyInfo"))
    key = next(info.iter(f"{{{XENC}}}EncryptedKey"))
    id_of_data, id_of_key = ids.next(), ids.next()
    encrypted.set("Id", id_of_data)
    key.set("Id", id_of_key)
    listed = etree.SubElement(key, f"{{{XENC}}}ReferenceList")
    etree.SubElement(listed, f"{{{XENC}}}DataReference").set("URI", f"#{id_of_data}")
    info.remove(key)
    _refer(info, id_of_key, ENCRYPTED_KEY)
    security.insert(0, key)


def _encrypted(content: bytes, algorithm: str, certificate: bytes) -> etree._Element:
    """EncryptedData that stands alone, with its key inside."""
    transform, kind, bits = cast(tuple[Any, Any, int], CONTENT[algorithm])
    pem = x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.CERT_PEM, None))
    template = xmlsec.template
    around = etree.Element("around")
    data = template.encrypted_data_create(around, transform, type=xmlsec.EncryptionType.CONTENT, ns="xenc")
    template.encrypted_data_ensure_cipher_value(data)
    key = template.add_encrypted_key(template.encrypted_data_ensure_key_info(data, ns="ds"), xmlsec.Transform.RSA_OAEP)
    template.encrypted_data_ensure_cipher_value(key)
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(kind, bits, xmlsec.KeyDataType.SESSION)
    made = context.encrypt_binary(data, content)
    return parse(etree.tostring(made, with_tail=False))._element  # lxml finds nothing among what xmlsec has made
